import type protobuf from 'protobufjs'
import { TriggerError } from '../../errors/errors.ts'
import { connectionFailureOf } from '../../grpc/connection-failure.ts'
import type { GrpcCaller, GrpcOutcome } from '../../grpc/exchange.ts'
import { createGrpcCaller } from '../../grpc/exchange.ts'
import type { HeaderPair } from '../../http/client.ts'
import { readTls, UnusableTls } from '../../http/tls-options.ts'
import type { Header, Response } from '../../model/response.ts'
import type { TraceParent, TriggerContext, TriggerResult } from '../../plugin/trigger.ts'
import { abortedError } from '../outcome.ts'
import { buildMetadata } from './build-metadata.ts'
import { DefinitionMistake } from './definition-mistake.ts'
import type { FoundMethod } from './find-method.ts'
import { findMethod } from './find-method.ts'
import { loadDefinition, reasonOf } from './load-protos.ts'
import { refuseAddress, refuseMethod, splitMethod } from './names.ts'
import type { GrpcOptions } from './options.ts'
import { printMessage } from './print-message.ts'
import { readRequest } from './read-request.ts'
import { UnsendableCall } from './unsendable-call.ts'

const MAX_ANSWER_BYTES = 32 * 1024 * 1024

/** Makes the call once, and hands on whatever is answered. */
export async function sendGrpc(
  options: GrpcOptions,
  parent: TraceParent,
  context: TriggerContext
): Promise<TriggerResult> {
  const address = options.address.trim()
  const name = `${options.method.trim().replace(/^\//, '')} at ${address}`
  let came = 0
  try {
    context.signal.throwIfAborted()
    const refusal = refuseAddress(address) ?? refuseMethod(options.method)
    if (refusal !== undefined) throw new UnsendableCall(refusal)
    const { own, sent, warnings } = buildMetadata(options, parent)
    await using caller = await openCaller(options, address, context)
    const method = findMethod(
      await readDefinition(options, { address, caller, own, context }),
      options.method
    )
    const messages = requestOf(method, await readText(options, context))
    const sentUnixNano = context.clock.now()
    const outcome = await caller.call(
      {
        path: method.path,
        messages,
        metadata: sent,
        onMessage: count => {
          came = count
        },
        ...(context.timeoutMs === undefined
          ? {}
          : { deadlineUnixMs: Number(sentUnixNano / 1_000_000n) + context.timeoutMs })
      },
      context.signal
    )
    const answeredUnixNano = context.clock.now()
    if (outcome.isMadeUp)
      throw brokenCall(outcome, { name: nameAfter(name, came), address, options, context })
    requireOneMessage(outcome, method, name)
    return {
      response: responseOf(outcome, method, name),
      sentUnixNano,
      answeredUnixNano,
      sentHeaders: sent.map(toHeader),
      warnings
    }
  } catch (error) {
    throw context.signal.aborted
      ? abortedError(nameAfter(name, came), context.signal.reason)
      : failureOf(error, name)
  }
}

/** Says of a call that did not end how far it came. */
function nameAfter(name: string, messages: number): string {
  return messages === 0 ? name : `${name} (${messages} ${messages === 1 ? 'message' : 'messages'} had come)`
}

/** What every client of gRPC would refuse is no answer here either. */
function requireOneMessage({ code, messages }: GrpcOutcome, method: FoundMethod, name: string): void {
  if (code !== 0 || method.answersStream || messages.length === 1) return
  const found = messages.length === 0 ? 'no message' : `${messages.length} messages`
  throw new TriggerError({
    code: 'TRIGGER_CRASHED',
    message: `${name} was answered OK with ${found}, and its method answers with one`,
    hint: IS_DEFINITION_RIGHT
  })
}

const IS_DEFINITION_RIGHT = 'Is the definition of the service the one that the server was built from?'

async function openCaller(
  { tls }: GrpcOptions,
  endpoint: string,
  context: TriggerContext
): Promise<GrpcCaller> {
  const isPlaintext = tls === undefined || tls.insecure === true
  return createGrpcCaller({
    endpoint,
    maxAnswerBytes: MAX_ANSWER_BYTES,
    ...(isPlaintext ? {} : { tls: await readTls(tls, context) })
  })
}

interface Surroundings {
  readonly address: string
  readonly caller: GrpcCaller
  readonly own: readonly HeaderPair[]
  readonly context: TriggerContext
}

/** Reflection is sent without the trace context: its spans are none of the test. */
async function readDefinition(
  options: GrpcOptions,
  { address, caller, own, context }: Surroundings
): Promise<protobuf.Root> {
  const root = await loadDefinition(options, path => context.readFile(path))
  if (root !== undefined) return root
  const { reflectService } = await import('./reflect.ts')
  const { service } = splitMethod(options.method)!
  return await reflectService(service, address, async call => {
    const outcome = await caller.call({ ...call, metadata: own }, context.signal)
    if (outcome.isMadeUp)
      throw brokenCall(outcome, { name: `reflection at ${address}`, address, options, context })
    return outcome
  })
}

async function readText({ request = '' }: GrpcOptions, context: TriggerContext): Promise<string> {
  if (typeof request === 'string') return request
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await context.readFile(request.file))
  } catch (error) {
    throw new UnsendableCall(`its request cannot be read from ${request.file}: ${reasonOf(error)}`)
  }
}

function requestOf(method: FoundMethod, text: string): readonly Uint8Array[] {
  const read = readRequest(method, text)
  if ('messages' in read) return read.messages
  const [first] = read.misfits
  throw new UnsendableCall(read.misfits.map(({ message }) => message).join('; '), first?.hint)
}

function responseOf(outcome: GrpcOutcome, { response }: FoundMethod, name: string): Response {
  let messages: readonly string[]
  try {
    messages = outcome.messages.map(message => printMessage(response, message))
  } catch (error) {
    throw new TriggerError({
      code: 'TRIGGER_CRASHED',
      message: `${name} was answered with what is no ${response.fullName.slice(1)}: ${saidBy(error)}`,
      hint: IS_DEFINITION_RIGHT,
      cause: error
    })
  }
  const body = messages.at(-1)
  return {
    status: outcome.code,
    statusText: outcome.codeName,
    headers: outcome.headers.map(toHeader),
    trailers: [
      { key: 'grpc-status', value: String(outcome.code) },
      ...(outcome.details === '' ? [] : [{ key: 'grpc-message', value: outcome.details }]),
      ...outcome.trailers.map(toHeader)
    ],
    messages,
    ...(body === undefined ? {} : { body })
  }
}

interface Call {
  readonly name: string
  readonly address: string
  readonly options: GrpcOptions
  readonly context: TriggerContext
}

function brokenCall(
  { code, codeName, details }: GrpcOutcome,
  { name, address, options: { tls }, context }: Call
): TriggerError {
  const isPlaintext = tls === undefined || tls.insecure === true
  if (code === DEADLINE_EXCEEDED && context.timeoutMs !== undefined)
    return new TriggerError({
      code: 'TRIGGER_TIMEOUT',
      message: `${name}: no answer within ${(context.timeoutMs / 1000).toFixed(1)} s`,
      hint: 'If the request may take longer, raise `timeout` of the trigger.'
    })
  const connection = code === UNAVAILABLE ? connectionFailureOf(details, address, isPlaintext) : undefined
  return new TriggerError({
    code: code === UNAVAILABLE && connection?.kind !== 'protocol' ? 'TRIGGER_UNREACHABLE' : 'TRIGGER_CRASHED',
    message: `${name} got no answer: ${connection?.message ?? `${codeName}${details === '' ? '' : `: ${details}`}`}`,
    hint:
      connection?.hint ?? (code === RESOURCE_EXHAUSTED && /larger than/.test(details) ? TOO_LARGE : undefined)
  })
}

const DEADLINE_EXCEEDED = 4
const RESOURCE_EXHAUSTED = 8
const UNAVAILABLE = 14
const TOO_LARGE =
  'Ask for less, or for a stream that ends. Where the answer is small, this port may not speak gRPC.'

function failureOf(error: unknown, name: string): unknown {
  if (error instanceof TriggerError) return error
  if (error instanceof UnusableTls) return unsendable(name, `\`tls\`: ${error.message}`, error.hint, error)
  if (error instanceof DefinitionMistake || error instanceof UnsendableCall)
    return unsendable(name, error.message, error.hint, error)
  return error
}

function unsendable(name: string, problem: string, hint: string | undefined, cause: unknown): TriggerError {
  return new TriggerError({
    code: 'TRIGGER_CRASHED',
    message: `${name} cannot be sent: ${problem}`,
    hint,
    cause
  })
}

function toHeader([key, value]: HeaderPair): Header {
  return { key, value }
}

function saidBy(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
