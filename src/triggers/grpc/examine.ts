import { refuseMetadata } from '../../grpc/metadata.ts'
import type { Header } from '../../model/response.ts'
import type { ExamineContext, OptionProblem } from '../../plugin/trigger.ts'
import { tlsProblems } from '../tls-problems.ts'
import { DefinitionMistake } from './definition-mistake.ts'
import type { FoundMethod } from './find-method.ts'
import { findMethod } from './find-method.ts'
import { loadDefinition, reasonOf } from './load-protos.ts'
import { refuseMethod } from './names.ts'
import type { GrpcOptions } from './options.ts'
import { readRequest } from './read-request.ts'

/** What is wrong with a call, as far as files tell: with reflection, only the server knows. */
export async function examineGrpc(
  options: GrpcOptions,
  context: ExamineContext
): Promise<readonly OptionProblem[]> {
  const problems = [
    ...authProblems(options, context),
    ...metadataProblems(options, context),
    ...(options.tls?.insecure === true ? [] : await tlsProblems(options.tls, context))
  ]
  try {
    const root = await loadDefinition(options, path => context.readFile(path))
    if (root === undefined || context.isOpen(['method']) || refuseMethod(options.method) !== undefined)
      return problems
    return [...problems, ...(await requestProblems(findMethod(root, options.method), options, context))]
  } catch (error) {
    if (!(error instanceof DefinitionMistake)) throw error
    return [...problems, problemOf(error, options)]
  }
}

function problemOf({ option, message, hint, line }: DefinitionMistake, options: GrpcOptions): OptionProblem {
  const range = line === undefined ? undefined : rangeOfLine(options.protobufFile ?? '', line)
  return { path: [option], message, hint, ...(range === undefined ? {} : { range }) }
}

function rangeOfLine(text: string, line: number): OptionProblem['range'] {
  const lines = text.split('\n')
  const start = lines.slice(0, line - 1).reduce((length, one) => length + one.length + 1, 0)
  const { length = 0 } = lines[line - 1] ?? ''
  const inset = /^\s*/.exec(lines[line - 1] ?? '')![0].length
  return { start: start + Math.min(inset, length), end: start + length }
}

function authProblems(options: GrpcOptions, context: ExamineContext): readonly OptionProblem[] {
  return (['auth', 'authentication'] as const).flatMap(key => {
    const { type, apiKey, bearer } = options[key] ?? {}
    if (type === 'bearer' && bearer !== undefined && !context.isOpen([key, 'bearer', 'token'])) {
      const message = refuseMetadata('authorization', bearer.token)
      return message === undefined ? [] : [{ path: [key, 'bearer', 'token'], message }]
    }
    if (type !== 'apiKey' || apiKey === undefined) return []
    if (apiKey.in !== 'query') return pairProblems(apiKey, [key, 'apiKey'], context)
    const message = 'gRPC has no query that the key could stand in'
    return [{ path: [key, 'apiKey', 'in'], message, hint: 'write `in: header`' }]
  })
}

function metadataProblems({ metadata = [] }: GrpcOptions, context: ExamineContext): readonly OptionProblem[] {
  return metadata.flatMap((pair, index) => pairProblems(pair, ['metadata', index], context))
}

function pairProblems(
  { key, value }: Header,
  path: OptionProblem['path'],
  { isOpen }: ExamineContext
): readonly OptionProblem[] {
  if (isOpen([...path, 'key'])) return []
  const ofKey = refuseMetadata(key)
  if (ofKey !== undefined) return [{ path: [...path, 'key'], message: ofKey }]
  if (isOpen([...path, 'value'])) return []
  const ofValue = refuseMetadata(key, value)
  return ofValue === undefined ? [] : [{ path: [...path, 'value'], message: ofValue }]
}

async function requestProblems(
  method: FoundMethod,
  { request = '' }: GrpcOptions,
  context: ExamineContext
): Promise<readonly OptionProblem[]> {
  if (context.isOpen(['request'])) return []
  let text: string
  try {
    text = typeof request === 'string' ? request : decode(await context.readFile(request.file))
  } catch (error) {
    return [{ path: ['request'], message: `the request cannot be read: ${reasonOf(error)}` }]
  }
  const read = readRequest(method, text)
  if ('messages' in read) return []
  return read.misfits.map(({ start, end, message, hint }) => ({
    path: ['request'],
    range: { start, end },
    message,
    hint
  }))
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
}
