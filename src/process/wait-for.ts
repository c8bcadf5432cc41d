import { connect } from 'node:net'
import { TriggerError } from '../errors/errors.ts'
import { createHttpClient, type HttpClient } from '../http/client.ts'
import { AnswerTooLarge, describeHttpFailure, UnsendableRequest } from '../http/http-error.ts'
import { parseTarget, withoutUserInfo } from '../http/target.ts'

/** What waiting needs of time. */
export interface WaitClock {
  /** Nanoseconds. */
  now(): bigint
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

export interface WaitForOptions {
  readonly clock: WaitClock
  readonly signal: AbortSignal
  readonly timeoutMs: number
  debug(message: string): void
}

/** What is to answer: an HTTP server, or whoever accepts connections. */
export type WaitTarget =
  | { readonly kind: 'http'; readonly name: string; readonly origin: string; readonly path: string }
  | { readonly kind: 'tcp'; readonly name: string; readonly host: string; readonly port: number }

/** Reads `http://…`, `https://…` or `tcp://host:port`; undefined for anything else. */
export function parseWaitTarget(text: string): WaitTarget | undefined {
  const name = withoutUserInfo(text.trim())
  const tcp = /^tcp:\/\/(?:\[([0-9a-f:.]+)\]|([^\s/:[\]]+)):(\d{1,5})\/?$/i.exec(text.trim())
  if (tcp) {
    const port = Number(tcp[3])
    return port > 0 && port < 65_536 ? { kind: 'tcp', name, host: (tcp[1] ?? tcp[2])!, port } : undefined
  }
  if (!/^https?:\/\/[^/\s]/i.test(text.trim())) return undefined
  try {
    const { origin, path } = parseTarget(text)
    return { kind: 'http', name, origin, path }
  } catch (error) {
    if (error instanceof UnsendableRequest) return undefined
    throw error
  }
}

const FIRST_STEP_MS = 25
const LONGEST_STEP_MS = 500
const PROBE_MS = 5000
const MAX_BODY_BYTES = 1024 * 1024

/** Waits until all targets answer. Rejects with `TriggerError`, which says the last cause, or with the reason of the signal. */
export async function waitForAnswers(targets: readonly WaitTarget[], options: WaitForOptions): Promise<void> {
  await using client = createHttpClient({ verifiesTls: true, maxBodyBytes: MAX_BODY_BYTES })
  await Promise.all(targets.map(target => waitForAnswer(target, client, options)))
}

/** Whether a target answers now. */
export async function isAnswering(
  target: WaitTarget,
  { clock, signal }: Pick<WaitForOptions, 'clock' | 'signal'>
): Promise<boolean> {
  await using client = createHttpClient({ verifiesTls: true, maxBodyBytes: MAX_BODY_BYTES })
  const cause = await probeWithin(target, client, { clock, signal, ms: PROBE_MS })
  signal.throwIfAborted()
  return cause === undefined
}

async function waitForAnswer(
  target: WaitTarget,
  client: HttpClient,
  { clock, signal, timeoutMs, debug }: WaitForOptions
): Promise<void> {
  const begun = clock.now()
  const leftMs = (): number => timeoutMs - Number(clock.now() - begun) / 1e6
  let stepMs = FIRST_STEP_MS
  let said: string | undefined
  for (;;) {
    signal.throwIfAborted()
    const cause = await probeWithin(target, client, { clock, signal, ms: Math.min(PROBE_MS, leftMs()) })
    signal.throwIfAborted()
    if (cause === undefined) {
      debug(`${target.name} answers`)
      return
    }
    if (cause !== said) debug(`${target.name}: ${cause}`)
    said = cause
    if (leftMs() <= stepMs) throw unanswered(target, timeoutMs, cause)
    await clock.sleep(stepMs, signal)
    stepMs = Math.min(stepMs * 2, LONGEST_STEP_MS)
  }
}

/** Asks once, for no longer than that: why nobody answered, if so. */
async function probeWithin(
  target: WaitTarget,
  client: HttpClient,
  { clock, signal, ms }: { readonly clock: WaitClock; readonly signal: AbortSignal; readonly ms: number }
): Promise<string | undefined> {
  const done = new AbortController()
  const late = new AbortController()
  clock.sleep(Math.max(1, ms), AbortSignal.any([signal, done.signal])).then(
    () => late.abort(),
    () => undefined
  )
  try {
    const cause = await probe(target, client, AbortSignal.any([signal, late.signal]))
    return cause !== undefined && late.signal.aborted ? 'it gave no answer' : cause
  } finally {
    done.abort()
  }
}

function probe(target: WaitTarget, client: HttpClient, signal: AbortSignal): Promise<string | undefined> {
  return target.kind === 'tcp' ? probeTcp(target, signal) : probeHttp(target, client, signal)
}

async function probeHttp(
  { origin, path }: Extract<WaitTarget, { kind: 'http' }>,
  client: HttpClient,
  signal: AbortSignal
): Promise<string | undefined> {
  try {
    const headers = [
      ['accept', '*/*'],
      ['user-agent', 'tracerun']
    ] as const
    const { status, statusText } = await client.send({ origin, path, method: 'GET', headers }, signal)
    return status < 500 ? undefined : `it answered ${`${status} ${statusText}`.trim()}`
  } catch (error) {
    if (error instanceof AnswerTooLarge) return undefined
    return describeHttpFailure(error, origin).message
  }
}

function probeTcp(
  { host, port }: Extract<WaitTarget, { kind: 'tcp' }>,
  signal: AbortSignal
): Promise<string | undefined> {
  return new Promise(resolve => {
    const socket = connect({ host, port })
    const end = (cause: string | undefined): void => {
      signal.removeEventListener('abort', onAbort)
      socket.destroy()
      resolve(cause)
    }
    const onAbort = (): void => end('no connection came about')
    signal.addEventListener('abort', onAbort, { once: true })
    socket.once('connect', () => end(undefined))
    socket.once('error', error => end(describeHttpFailure(error, `${host}:${port}`).message))
  })
}

function unanswered({ name }: WaitTarget, timeoutMs: number, reason: string): TriggerError {
  return new TriggerError({
    code: 'TRIGGER_UNREACHABLE',
    message: `${name} did not answer within ${timeoutMs / 1000} s: ${reason}`,
    hint: 'is it the right address, and does the system start? It may have longer: --wait-timeout 120s'
  })
}
