import { describe, expect, test } from 'vitest'
import { BackendError } from '../../src/errors/errors.ts'
import type { SpanId, TraceId } from '../../src/model/ids.ts'
import { parseSpanId } from '../../src/model/ids.ts'
import { buildTrace } from '../../src/model/trace.ts'
import type { FetchResult, TraceBackend, TraceSession } from '../../src/plugin/trace-backend.ts'
import type { BackendServer, Reply } from '../support/backend-server.ts'
import { gzipped, startBackendServer } from '../support/backend-server.ts'
import { findFreePort } from '../support/http-system.ts'
import { EPOCH, TRACE_ID } from '../support/trace-builder.ts'
import { contextOf } from './trigger.ts'

/** As little of a span as every store can hold. */
export interface WireSpan {
  readonly traceId: TraceId
  readonly spanId: SpanId
  readonly parentSpanId?: SpanId
  readonly name: string
  readonly startUnixNano: bigint
  readonly endUnixNano: bigint
}

/** How a store that is read over HTTP says things. */
export interface StoreWire {
  found(spans: readonly WireSpan[]): Reply
  readonly absent: (traceId: TraceId) => Reply
  /** Its answer that more is to come, where it has one. */
  readonly partial?: (spans: readonly WireSpan[]) => Reply
}

export interface BackendContract<Options> {
  readonly backend: TraceBackend<Options>
  readonly options: (url: string) => Options
  readonly wire: StoreWire
  /** Promises that this store cannot keep, with the reason. */
  readonly skips?: Readonly<Record<string, string>>
}

const signal = new AbortController().signal
const HTML = {
  headers: { 'content-type': 'text/html' },
  body: '<!DOCTYPE html><html><head><title>Sign in</title></head><body>Who are you?</body></html>'
}

/** Spans of one trace below one root, as many as asked for. */
export function wireSpans(count: number): readonly WireSpan[] {
  const idOf = (index: number): SpanId => parseSpanId((index + 1).toString(16).padStart(16, '0'))!
  return Array.from({ length: count }, (_, index) => ({
    traceId: TRACE_ID,
    spanId: idOf(index),
    ...(index === 0 ? {} : { parentSpanId: idOf(0) }),
    name: `step ${index}`,
    startUnixNano: EPOCH + BigInt(index) * 1_000_000n,
    endUnixNano: EPOCH + BigInt(index + 1) * 1_000_000n
  }))
}

/** An error as a user reads it, with the address that differs from run to run left out. */
export async function errorText(
  promise: Promise<unknown>,
  { url }: { readonly url: string }
): Promise<string> {
  const error = await promise.then(
    value => {
      throw new Error(`no error, but ${JSON.stringify(value)}`)
    },
    (reason: unknown) => reason
  )
  if (!(error instanceof BackendError)) throw error
  const { origin } = new URL(url)
  const text = `${error.code}: ${error.message}\n→ ${error.hint ?? '(nothing to do is said)'}`
  return text.replaceAll(origin, 'http://STORE').replaceAll(TRACE_ID, 'TRACE')
}

/** What every backend that is read over HTTP promises. */
export function describeTraceBackend<Options>(contract: BackendContract<Options>): void {
  const { backend, wire, skips = {} } = contract
  const [first] = wireSpans(1)

  interface Scene {
    readonly server: BackendServer
    readonly session: TraceSession
    look(): Promise<FetchResult>
  }

  const promise = (title: string, check: (scene: Scene) => Promise<void>): void => {
    const reason = skips[title]
    if (reason !== undefined) {
      test.skip(`${title} (${reason})`, () => undefined)
      return
    }
    test(title, async () => {
      await using server = await startBackendServer()
      await using session = await backend.open(contract.options(server.url), contextOf())
      await check({ server, session, look: async () => session.fetch(TRACE_ID, signal) })
    })
  }

  const spansIn = (result: FetchResult): number => (result.status === 'found' ? result.spans.length : -1)

  const fails = async (scene: Scene, code: string, ...texts: readonly string[]): Promise<BackendError> => {
    const error: unknown = await scene.look().catch((reason: unknown) => reason)
    if (!(error instanceof BackendError)) throw new Error(`no BackendError, but ${JSON.stringify(error)}`)
    expect(error.code).toBe(code)
    expect(error.message, 'it names what was asked').toContain(new URL(scene.server.url).host)
    for (const text of texts) expect(error.message).toContain(text)
    expect(error.hint, 'it says what to do').toMatch(/\w{3}/)
    return error
  }

  describe(`the backend ${backend.kinds.join(', ')}, as every backend`, () => {
    test('says how it is to be waited for, and what a page for a trace is', () => {
      const options = contract.options('http://127.0.0.1:1')
      const caps = backend.caps(options)
      expect(caps.isPushed).toBe(false)
      expect(caps.stepMs.first).toBeLessThanOrEqual(caps.stepMs.longest)
      expect(caps.lookTimeoutMs).toBeLessThan(caps.deadlineMs)
      const page = backend.traceUrl?.(options, TRACE_ID)
      if (page !== undefined) expect(page).toContain(TRACE_ID)
    })

    promise('a trace that is not there is absent, however often one looks', async ({ server, look }) => {
      server.play(wire.absent(TRACE_ID))
      for (let count = 0; count < 5; count++) expect(await look()).toEqual({ status: 'absent' })
    })

    promise('a trace that is there is found, with the spans it has so far', async ({ server, look }) => {
      server.play(wire.absent(TRACE_ID), wire.found(wireSpans(1)), wire.found(wireSpans(3)))
      expect(await look()).toEqual({ status: 'absent' })
      expect(spansIn(await look())).toBe(1)
      const result = await look()
      expect(result).toMatchObject({ status: 'found' })
      const spans = result.status === 'found' ? result.spans : []
      expect(
        spans.map(({ traceId, spanId, parentSpanId, name }) => [traceId, spanId, parentSpanId, name])
      ).toEqual(
        wireSpans(3).map(({ traceId, spanId, parentSpanId, name }) => [traceId, spanId, parentSpanId, name])
      )
      expect(spans.map(span => [span.startUnixNano, span.endUnixNano])).toEqual(
        wireSpans(3).map(span => [span.startUnixNano, span.endUnixNano])
      )
    })

    if (wire.partial !== undefined) {
      const { partial } = wire
      promise('an answer that is not whole says so', async ({ server, look }) => {
        server.play(partial(wireSpans(2)))
        expect(await look()).toMatchObject({
          status: 'found',
          completeness: expect.stringMatching(/partial|truncated/)
        })
      })
    }

    promise('claims of no trace that nothing more can come', async ({ server, look }) => {
      server.play(wire.found(wireSpans(3)))
      expect(await look()).toMatchObject({ completeness: 'unknown' })
    })

    promise('a trace that shrinks is told as it is: nothing is remembered', async ({ server, look }) => {
      server.play(wire.found(wireSpans(3)), wire.found(wireSpans(2)), wire.absent(TRACE_ID))
      expect(spansIn(await look())).toBe(3)
      expect(spansIn(await look())).toBe(2)
      expect(await look()).toEqual({ status: 'absent' })
    })

    promise('spans that are told twice are one span each in the trace', async ({ server, look }) => {
      const spans = wireSpans(3)
      server.play(wire.found([...spans, ...spans]))
      const result = await look()
      const trace = buildTrace(TRACE_ID, result.status === 'found' ? result.spans : [])
      expect(trace.spans.map(span => span.spanId).toSorted()).toEqual(spans.map(span => span.spanId))
    })

    promise('50,000 spans are found', async ({ server, look }) => {
      server.play(gzipped(wire.found(wireSpans(50_000))))
      expect(spansIn(await look())).toBe(50_000)
    })

    promise('an answer that is compressed is read', async ({ server, look }) => {
      server.play(gzipped(wire.found(wireSpans(2))))
      expect(spansIn(await look())).toBe(2)
    })

    promise('the content type need not be right', async ({ server, look }) => {
      const reply = wire.found(wireSpans(2))
      server.play({ ...reply, headers: { ...reply.headers, 'content-type': 'application/octet-stream' } })
      expect(spansIn(await look())).toBe(2)
    })

    promise('being asked to wait is an answer, in seconds or as a date', async ({ server, look }) => {
      server.play(
        { status: 429, headers: { 'retry-after': '3' }, body: 'slow down' },
        {
          status: 429,
          headers: { date: 'Sat, 21 Nov 2026 10:00:00 GMT', 'retry-after': 'Sat, 21 Nov 2026 10:00:05 GMT' }
        },
        wire.found(wireSpans(1))
      )
      expect(await look()).toMatchObject({
        status: 'busy',
        reason: expect.stringContaining('429 Too Many Requests: slow down'),
        retryAfterMs: 3000
      })
      expect(await look()).toMatchObject({ status: 'busy', retryAfterMs: 5000 })
      expect(spansIn(await look())).toBe(1)
    })

    promise(
      'one 500, or one connection that breaks, is got over within the look',
      async ({ server, look }) => {
        const found = wire.found(wireSpans(2))
        server.play({ status: 500, body: 'oops' }, found, 'reset', found, { cut: found }, found)
        for (let count = 0; count < 3; count++) expect(spansIn(await look())).toBe(2)
      }
    )

    promise('a 500 that stays is no answer in substance, with its reason', async ({ server, look }) => {
      server.play({ status: 500, body: 'the disk is full' })
      expect(await look()).toMatchObject({
        status: 'busy',
        reason: expect.stringContaining('500 Internal Server Error: the disk is full')
      })
    })

    promise('401 and 403 end it at once, with what the store said', async scene => {
      scene.server.play({ status: 401, body: 'who are you?' })
      await fails(scene, 'BACKEND_UNAUTHORIZED', '401', 'who are you?')
      scene.server.play({ status: 403, body: 'not for you' })
      await fails(scene, 'BACKEND_UNAUTHORIZED', '403', 'not for you')
      expect(scene.server.requests).toHaveLength(2)
    })

    promise('400 ends it, with what the store said', async scene => {
      scene.server.play({ status: 400, body: 'what is that?' })
      await fails(scene, 'BACKEND_REJECTED', '400', 'what is that?')
    })

    promise('a redirect ends it, and names where to', async scene => {
      scene.server.play({ status: 302, headers: { location: 'https://login.example.com/' } })
      await fails(scene, 'BACKEND_REJECTED', 'https://login.example.com/')
    })

    promise('a page for people is no trace, and no absence of one', async scene => {
      scene.server.play(HTML)
      const error = await fails(scene, 'BACKEND_BAD_RESPONSE', 'an HTML page titled "Sign in"')
      expect(error.hint).toContain('url')
      scene.server.play({ ...HTML, status: 404 })
      await fails(scene, 'BACKEND_BAD_RESPONSE')
    })

    promise('what cannot be read is no trace, and no absence of one', async scene => {
      const { headers = {}, body = '' } = wire.found(wireSpans(3))
      const half = Buffer.from(body).subarray(0, Buffer.byteLength(body) >> 1)
      for (const broken of [half, '\u0000\u0001\u0002 not a trace', '{"spans":7', '[[[']) {
        scene.server.play({ headers, body: broken })
        await fails(scene, 'BACKEND_BAD_RESPONSE')
      }
    })

    promise('an empty answer is no trace', async ({ server, look }) => {
      server.play({ headers: wire.found([]).headers ?? {}, body: '' })
      const result = await look().catch((error: unknown) => error)
      expect(result instanceof BackendError || (result as FetchResult).status === 'absent').toBe(true)
    })

    promise('where every connection breaks, it says so', async scene => {
      scene.server.play('reset')
      await fails(scene, 'BACKEND_UNREACHABLE', 'closed the connection')
    })

    test('where nobody listens, it says so', async () => {
      const url = `http://127.0.0.1:${await findFreePort()}`
      await using session = await backend.open(contract.options(url), contextOf())
      await expect(session.fetch(TRACE_ID, signal)).rejects.toMatchObject({
        name: 'BackendError',
        code: 'BACKEND_UNREACHABLE',
        message: expect.stringContaining(`nothing listens on ${url}`)
      })
    })

    promise('a look that hangs ends when it is given up', async ({ server, session }) => {
      server.play('hang')
      const giveUp = new AbortController()
      const look = session.fetch(TRACE_ID, giveUp.signal)
      await server.hanging
      giveUp.abort(new Error('enough'))
      await expect(look).rejects.toBeInstanceOf(BackendError)
    })

    promise('no connection is left when it is disposed of', async ({ server, session, look }) => {
      server.play(wire.found([first!]))
      await look()
      expect(server.connections).toBeGreaterThan(0)
      await session[Symbol.asyncDispose]()
      await server.closed()
      expect(server.connections).toBe(0)
    })

    promise('tells who it is, or why that cannot be known', async ({ server, session }) => {
      expect(session.describe).toContain(server.url.slice('http://'.length))
      if (session.identify === undefined) return
      server.play({ status: 401 })
      await expect(session.identify(signal)).rejects.toMatchObject({ code: 'BACKEND_UNAUTHORIZED' })
      server.play({ status: 503, body: 'starting' })
      await expect(session.identify(signal)).rejects.toMatchObject({
        message: expect.stringContaining('starting')
      })
    })
  })
}
