import type { HeaderPair } from '../../http/client.ts'
import { createHttpClient } from '../../http/client.ts'
import { describeHttpFailure } from '../../http/http-error.ts'
import type { ReceivedExport } from '../../otlp/receiver-serve.ts'
import type { Clock } from '../../plugin/context.ts'
import type { ForwardTarget } from './forward-options.ts'

/** What keeps a slow target from harming the run. */
export interface ForwardLimits {
  /** Of bodies that wait or are under way. */
  readonly maxQueuedBytes: number
  readonly requestTimeoutMs: number
  /** How long the end of the run waits for what is still queued. */
  readonly drainMs: number
}

const DEFAULT_LIMITS: ForwardLimits = {
  maxQueuedBytes: 64 * 1024 * 1024,
  requestTimeoutMs: 10_000,
  drainMs: 2000
}

const MOST_IN_FLIGHT = 4
const MOST_REASONS = 3
const LARGEST_ANSWER = 1024 * 1024

/** Names every forwarder on the way: by it we know our own requests, should they come back. */
const MARK = 'x-tracerun-forwarded-by'

/** What belongs to the connection on which a request came, or is made anew for the next. */
const NOT_PASSED_ON = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
  ...['http2-settings', 'host', 'content-length', 'expect', 'accept-encoding', MARK]
])

/** Passes requests on and forgets them. Disposing of it waits for those under way, within bounds. */
export interface Forwarder extends AsyncDisposable {
  /** Returns at once, whatever the target does. */
  forward(received: ReceivedExport): void
  /** What could not be passed on, for the user. */
  warnings(): readonly string[]
}

/** `mark` tells this forwarder from every other. */
export function createForwarder(
  target: ForwardTarget,
  { clock, mark }: { readonly clock: Clock; readonly mark: string },
  limits: ForwardLimits = DEFAULT_LIMITS
): Forwarder {
  const client = createHttpClient({ verifiesTls: true, maxBodyBytes: LARGEST_ANSWER })
  const closing = new AbortController()
  const queue: ReceivedExport[] = []
  const reasons = new Map<string, number>()
  let queuedBytes = 0
  let inFlight = 0
  let total = 0
  let onIdle: (() => void) | undefined

  function forward(received: ReceivedExport): void {
    total++
    if (marksOf(received.headers).includes(mark)) {
      fail('it comes back here: a loop')
      return
    }
    if (queuedBytes + received.body.byteLength > limits.maxQueuedBytes) {
      fail('it takes requests more slowly than they come')
      return
    }
    queuedBytes += received.body.byteLength
    queue.push(received)
    sendNext()
  }

  function sendNext(): void {
    if (inFlight >= MOST_IN_FLIGHT) return
    const next = queue.shift()
    if (next === undefined) {
      if (inFlight === 0) onIdle?.()
      return
    }
    inFlight++
    void send(next).then(failure => {
      if (failure !== undefined) fail(failure)
      inFlight--
      queuedBytes -= next.body.byteLength
      sendNext()
    })
  }

  /** Answers why it failed, if it did. */
  async function send({ signal, headers, body }: ReceivedExport): Promise<string | undefined> {
    const timer = new AbortController()
    const ending = new AbortController()
    const onClosing = (): void => ending.abort()
    closing.signal.addEventListener('abort', onClosing)
    clock.sleep(limits.requestTimeoutMs, timer.signal).then(onClosing, () => undefined)
    try {
      const path = `${target.basePath}/v1/${signal}`
      const request = { origin: target.origin, path, method: 'POST', headers: headersFor(headers), body }
      const { status, statusText } = await client.send(request, ending.signal)
      return status >= 200 && status < 300 ? undefined : `it answered ${status} ${statusText}`.trimEnd()
    } catch (error) {
      if (closing.signal.aborted) return 'it did not answer before the run ended'
      if (ending.signal.aborted) return `it did not answer within ${limits.requestTimeoutMs / 1000} s`
      return describeHttpFailure(error, target.origin).message
    } finally {
      timer.abort()
      closing.signal.removeEventListener('abort', onClosing)
    }
  }

  function headersFor(received: readonly HeaderPair[]): readonly HeaderPair[] {
    const named = received.find(([name]) => name === 'connection')?.[1] ?? ''
    const dropped = new Set([
      ...named.split(',').map(name => name.trim().toLowerCase()),
      ...target.headers.map(([name]) => name)
    ])
    const kept = received.filter(([name]) => !NOT_PASSED_ON.has(name) && !dropped.has(name))
    return [...kept, ...target.headers, [MARK, [...marksOf(received), mark].join(',')]]
  }

  function fail(reason: string): void {
    const known = reasons.has(reason) || reasons.size < MOST_REASONS
    const key = known ? reason : 'other reasons'
    reasons.set(key, (reasons.get(key) ?? 0) + 1)
  }

  async function drain(): Promise<void> {
    if (inFlight === 0) return
    const timer = new AbortController()
    const idle = new Promise<void>(resolve => {
      onIdle = resolve
    })
    await Promise.race([idle, clock.sleep(limits.drainMs, timer.signal).catch(() => undefined)])
    timer.abort()
    // Whatever still waits gets no turn.
    for (const _ of queue.splice(0)) fail('it did not answer before the run ended')
    closing.abort()
    if (inFlight > 0) await idle
  }

  return {
    forward,
    warnings: () => {
      const failed = [...reasons.values()].reduce((sum, count) => sum + count, 0)
      if (failed === 0) return []
      const why = reasons.size === 1 ? [...reasons.keys()] : [...reasons].map(([text, n]) => `${text} (${n})`)
      const hint = /:4317$/.test(target.origin) ? '; 4317 is the port of gRPC, OTLP over HTTP has 4318' : ''
      return [
        `${failed} of ${total} requests could not be forwarded to ${target.name}: ${why.join('; ')}${hint}`
      ]
    },
    [Symbol.asyncDispose]: async () => {
      await drain()
      await client[Symbol.asyncDispose]()
    }
  }
}

function marksOf(headers: readonly HeaderPair[]): readonly string[] {
  return headers.filter(([name]) => name === MARK).flatMap(([, value]) => value.split(/ *, */))
}
