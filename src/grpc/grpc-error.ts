import { BackendError } from '../errors/errors.ts'
import type { ConnectionFailure } from './connection-failure.ts'

/** A call that came to nothing; whoever made it may know better what that means. */
export interface GrpcFailure {
  readonly status: 'failed'
  /** gRPC's own name: `NOT_FOUND`. */
  readonly code: string
  readonly details: string
  /** The call in words, for messages. */
  readonly call: string
  readonly hasCredentials: boolean
  /** The same channel has answered before. */
  readonly wasAnswered: boolean
  readonly connection?: ConnectionFailure
  /** The server asks for so much patience. */
  readonly retryAfterMs?: number
}

/** A store that cannot answer now. */
export interface GrpcBusy {
  readonly status: 'busy'
  readonly reason: string
  readonly retryAfterMs?: number
}

/** What a failure comes to where nobody knows better: the store is busy, or it is thrown why it will not answer. */
export function busyOrThrow(failure: GrpcFailure): GrpcBusy {
  const { code, call, details, connection } = failure
  if (connection !== undefined) return withoutConnection(failure, connection)
  const said = `${code}${details === '' ? '' : `: ${details}`}`
  switch (code) {
    case 'UNAUTHENTICATED':
    case 'PERMISSION_DENIED':
      throw new BackendError({
        code: 'BACKEND_UNAUTHORIZED',
        message: `${call} was refused: ${said}`,
        hint: accessHint(failure)
      })
    case 'INVALID_ARGUMENT':
    case 'FAILED_PRECONDITION':
    case 'OUT_OF_RANGE':
    case 'ALREADY_EXISTS':
    case 'NOT_FOUND':
      throw new BackendError({
        code: 'BACKEND_REJECTED',
        message: `${call} was rejected: ${said}`,
        hint: 'Does the `endpoint` of the data store lead to the gRPC interface that answers queries?'
      })
    case 'UNIMPLEMENTED':
      throw new BackendError({
        code: 'BACKEND_REJECTED',
        message: `${call} is not served there: ${said}`,
        hint: 'Is `endpoint` the port for queries? Ports that take spans, such as 4317, do not answer with them.'
      })
    case 'DATA_LOSS':
      throw badResponse(call, said, 'Its log may say what it lost.')
    case 'RESOURCE_EXHAUSTED':
      if (/larger than max/i.test(details))
        throw badResponse(call, said, 'The trace is too large to be read in one piece, or this is no gRPC.')
      return busy(failure, said)
    default:
      return busy(failure, said)
  }
}

/** The call ended because we ended it. */
export function givenUp(call: string, reason: unknown): BackendError {
  return new BackendError({ code: 'BACKEND_UNREACHABLE', message: `${call} was given up`, cause: reason })
}

function withoutConnection(failure: GrpcFailure, connection: ConnectionFailure): GrpcBusy {
  // A store that has answered before and now breaks off is starting again, or has too much to do.
  if (connection.kind === 'reset' && failure.wasAnswered) return busy(failure, connection.message)
  throw new BackendError({
    code: connection.kind === 'protocol' ? 'BACKEND_BAD_RESPONSE' : 'BACKEND_UNREACHABLE',
    message: `${failure.call} failed: ${connection.message}`,
    hint: connection.hint
  })
}

function busy({ call, retryAfterMs }: GrpcFailure, said: string): GrpcBusy {
  return {
    status: 'busy',
    reason: `${call}: ${said}`,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs })
  }
}

function badResponse(call: string, said: string, hint: string): BackendError {
  return new BackendError({ code: 'BACKEND_BAD_RESPONSE', message: `${call} failed: ${said}`, hint })
}

function accessHint({ code, hasCredentials }: GrpcFailure): string {
  if (!hasCredentials)
    return 'No credentials were sent: set `auth` (basic, bearer or apiKey) or `headers` in the data store.'
  return code === 'UNAUTHENTICATED'
    ? 'The `auth` or `headers` of the data store were sent: are they the right ones, and not expired?'
    : 'The `auth` or `headers` of the data store were sent: may they read traces there, and is it the right tenant?'
}
