import protobuf from 'protobufjs'
import descriptor from 'protobufjs/ext/descriptor.js'
import { TriggerError } from '../../errors/errors.ts'
import type { GrpcCall, GrpcOutcome } from '../../grpc/exchange.ts'
import { unknownService } from './find-method.ts'
import { readDescriptors } from './load-protos.ts'

/** Makes one call on the channel of the trigger; rejects with `TriggerError` where it breaks. */
export type MakeCall = (call: Pick<GrpcCall, 'path' | 'messages'>) => Promise<GrpcOutcome>

const PROTOCOL = protobuf.parse(
  `
  syntax = "proto3";
  message Request {
    oneof question { string file_by_filename = 3; string file_containing_symbol = 4; string list_services = 7; }
  }
  message Response {
    oneof answer { Files files = 4; Services services = 6; Refusal refusal = 7; }
  }
  message Files { repeated bytes file = 1; }
  message Services { repeated Named service = 1; }
  message Named { string name = 1; }
  message Refusal { int32 code = 1; string message = 2; }
`,
  new protobuf.Root(),
  { keepCase: true }
).root
const REQUEST = PROTOCOL.lookupType('Request')
const RESPONSE = PROTOCOL.lookupType('Response')

interface Question {
  readonly file_by_filename?: string
  readonly file_containing_symbol?: string
  readonly list_services?: string
}

/** As protobufjs decodes it: null where a message is not set. */
interface Answer {
  readonly files: { readonly file: readonly Uint8Array[] } | null
  readonly services: { readonly service: readonly { readonly name: string }[] } | null
  readonly refusal: { readonly code: number; readonly message: string } | null
}

const VERSIONS = ['grpc.reflection.v1', 'grpc.reflection.v1alpha']
const UNIMPLEMENTED = 12
/** Of `FileDescriptorSet.file`. */
const FILE_TAG = 10

/** Asks the server what a service is. Rejects with `TriggerError`, or `DefinitionMistake` where it has no such service. */
export async function reflectService(
  service: string,
  where: string,
  makeCall: MakeCall
): Promise<protobuf.Root> {
  const questions = [{ file_containing_symbol: service }, { list_services: '' }]
  for (const version of VERSIONS) {
    const ask = (more: readonly Question[]): Promise<readonly Answer[] | undefined> =>
      answers(version, more, where, makeCall)
    const found = await ask(questions)
    if (found === undefined) continue
    const [defined, listed] = found
    if (!defined?.files) {
      const names = (listed?.services?.service ?? []).map(({ name }) => name)
      if (names.includes(service))
        throw failed(where, `it lists ${service}, but does not describe it: ${refusalOf(defined)}`)
      throw unknownService(
        service,
        names.filter(name => !name.startsWith('grpc.reflection.'))
      )
    }
    return await complete(service, defined.files.file, where, ask)
  }
  throw new TriggerError({
    code: 'TRIGGER_CRASHED',
    message: `nothing was sent: ${where} does not serve reflection (grpc.reflection.v1 or v1alpha), and no other definition of ${service} is given`,
    hint: 'Name its .proto file as `protobufFile`, or a `descriptorSet`; or let the server register its reflection service.'
  })
}

/** Undefined where the server does not know this version. */
async function answers(
  version: string,
  questions: readonly Question[],
  where: string,
  makeCall: MakeCall
): Promise<readonly Answer[] | undefined> {
  const outcome = await makeCall({
    path: `/${version}.ServerReflection/ServerReflectionInfo`,
    messages: questions.map(question => REQUEST.encode(question).finish())
  })
  if (outcome.code === UNIMPLEMENTED) return undefined
  if (outcome.code !== 0)
    throw failed(where, `${outcome.codeName}${outcome.details === '' ? '' : `: ${outcome.details}`}`)
  if (outcome.messages.length < questions.length)
    throw failed(
      where,
      `it left ${questions.length - outcome.messages.length} of ${questions.length} questions unanswered`
    )
  try {
    return outcome.messages.map(message => RESPONSE.decode(message) as unknown as Answer)
  } catch (error) {
    throw failed(where, `its answer cannot be read: ${saidBy(error)}`)
  }
}

/** Fetches what the files import until nothing is missing. */
async function complete(
  service: string,
  first: readonly Uint8Array[],
  where: string,
  ask: (questions: readonly Question[]) => Promise<readonly Answer[] | undefined>
): Promise<protobuf.Root> {
  const files = new Map<string, Uint8Array>()
  const wanted = new Set<string>()
  const add = (bytes: Uint8Array): void => {
    const { name, dependency } = describeFile(bytes, where)
    files.set(name, bytes)
    for (const target of dependency) wanted.add(target)
  }
  first.forEach(add)
  for (;;) {
    const missing = [...wanted].filter(name => !files.has(name))
    if (missing.length === 0) break
    const found = (await ask(missing.map(name => ({ file_by_filename: name })))) ?? []
    for (const answer of found) answer.files?.file.forEach(add)
    const lost = missing.find(name => !files.has(name))
    if (lost !== undefined)
      throw failed(
        where,
        `it does not describe ${lost}, which the definition of ${service} imports: ${refusalOf(found[missing.indexOf(lost)])}`
      )
  }
  const set = new protobuf.Writer()
  for (const bytes of files.values()) set.uint32(FILE_TAG).bytes(bytes)
  return readDescriptors(set.finish(), error => {
    throw failed(where, `its description of ${service} cannot be read: ${saidBy(error)}`)
  })
}

function describeFile(
  bytes: Uint8Array,
  where: string
): { readonly name: string; readonly dependency: readonly string[] } {
  try {
    return descriptor.FileDescriptorProto.decode(bytes) as unknown as {
      readonly name: string
      readonly dependency: readonly string[]
    }
  } catch (error) {
    throw failed(where, `its answer cannot be read: ${saidBy(error)}`)
  }
}

function refusalOf(answer: Answer | undefined): string {
  const refusal = answer?.refusal
  return refusal ? refusal.message || `status ${refusal.code}` : 'it gives no reason'
}

function failed(where: string, problem: string): TriggerError {
  return new TriggerError({
    code: 'TRIGGER_CRASHED',
    message: `nothing was sent: ${where} was asked for its services by reflection, and failed: ${problem}`,
    hint: 'Name its .proto file as `protobufFile`, or a `descriptorSet`, to do without reflection.'
  })
}

function saidBy(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
