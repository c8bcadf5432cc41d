import { describe, expect, test } from 'vitest'
import type { TraceId } from '../../src/model/ids.ts'
import type { PluginContext } from '../../src/plugin/context.ts'
import type { FetchResult, TraceSession } from '../../src/plugin/trace-backend.ts'
import type { GrpcReply, GrpcServer } from '../support/grpc-server.ts'
import { startGrpcServer } from '../support/grpc-server.ts'
import { TRACE_ID } from '../support/trace-builder.ts'
import type { WireSpan } from './trace-backend.ts'
import { wireSpans } from './trace-backend.ts'
import { contextOf } from './trigger.ts'

/** How a store that is read over gRPC says things. */
export interface GrpcStoreContract {
  readonly name: string
  open(options: { readonly endpoint: string }, context: PluginContext): Promise<TraceSession>
  readonly method: string
  /** The trace that a request asks for. */
  askedFor(request: Buffer): TraceId
  found(spans: readonly WireSpan[]): GrpcReply
  readonly absences: readonly GrpcReply[]
}

/** What every store that is read over gRPC promises. */
export function describeGrpcStore(store: GrpcStoreContract): void {
  const signal = new AbortController().signal

  async function play(
    replies: readonly GrpcReply[],
    check: (session: TraceSession, server: GrpcServer) => Promise<void>
  ): Promise<void> {
    await using server = await startGrpcServer({
      [store.method]: () => replies[Math.min(server.calls.length, replies.length) - 1] ?? {}
    })
    await using session = await store.open({ endpoint: `127.0.0.1:${server.port}` }, contextOf())
    await check(session, server)
  }

  const spansIn = (result: FetchResult): number => (result.status === 'found' ? result.spans.length : -1)

  describe(`${store.name}, as every store that is read over gRPC`, () => {
    test('asks for the trace, and finds the spans that it has so far', async () => {
      const replies = [...store.absences, store.found(wireSpans(1)), store.found(wireSpans(3))]
      await play(replies, async (session, server) => {
        for (const _ of store.absences)
          expect(await session.fetch(TRACE_ID, signal)).toEqual({ status: 'absent' })
        expect(spansIn(await session.fetch(TRACE_ID, signal))).toBe(1)
        const result = await session.fetch(TRACE_ID, signal)
        expect(result).toMatchObject({ status: 'found', completeness: 'unknown' })
        const spans = result.status === 'found' ? result.spans : []
        expect(spans).toMatchObject(wireSpans(3))
        expect(server.calls.map(call => store.askedFor(call.request))).toEqual(replies.map(() => TRACE_ID))
      })
    })

    test('finds 50,000 spans', async () => {
      await play([store.found(wireSpans(50_000))], async session => {
        expect(spansIn(await session.fetch(TRACE_ID, signal))).toBe(50_000)
      })
    })

    test('takes no part of an answer for the answer', async () => {
      const whole = store.found(wireSpans(20))
      await play([{ ...whole, code: 'INTERNAL', details: 'shard lost' }], async session => {
        expect(await session.fetch(TRACE_ID, signal)).toMatchObject({
          status: 'busy',
          reason: expect.stringContaining('shard lost')
        })
      })
    })

    test('takes what cannot be read for no trace, and for no absence of one', async () => {
      const [message = new Uint8Array()] = store.found(wireSpans(2)).messages ?? []
      const half = message.subarray(0, message.byteLength - 3)
      await play([{ messages: [half] }], async (session, server) => {
        await expect(session.fetch(TRACE_ID, signal)).rejects.toMatchObject({
          code: 'BACKEND_BAD_RESPONSE',
          message: expect.stringContaining(`127.0.0.1:${server.port}`),
          hint: expect.any(String)
        })
      })
    })

    test('says that it may not read, or that something else answers', async () => {
      const denied: GrpcReply = { code: 'UNAUTHENTICATED', details: 'who are you?' }
      await play([denied, { code: 'UNIMPLEMENTED', details: 'unknown service' }], async session => {
        await expect(session.fetch(TRACE_ID, signal)).rejects.toMatchObject({
          code: 'BACKEND_UNAUTHORIZED',
          message: expect.stringContaining('who are you?')
        })
        await expect(session.fetch(TRACE_ID, signal)).rejects.toMatchObject({
          code: 'BACKEND_REJECTED',
          message: expect.stringContaining('unknown service'),
          hint: expect.any(String)
        })
      })
    })

    test('gives a look up when it is told to', async () => {
      await play([{ ending: 'hang' }], async (session, server) => {
        const stop = new AbortController()
        const failing = expect(session.fetch(TRACE_ID, stop.signal)).rejects.toMatchObject({
          name: 'BackendError',
          message: expect.stringContaining('given up')
        })
        await expect.poll(() => server.calls.length, { interval: 1 }).toBe(1)
        stop.abort(new Error('enough'))
        await failing
        await server.calls[0]?.cancelled
      })
    })

    test('tells which interface answers, or why none does', async () => {
      await play(
        [...store.absences, { code: 'INTERNAL', details: 'the disk is full' }],
        async (session, server) => {
          for (const _ of store.absences)
            expect(await session.identify?.(signal)).toEqual({ protocol: expect.stringContaining('gRPC') })
          await expect(session.identify?.(signal)).rejects.toMatchObject({
            name: 'BackendError',
            message: expect.stringContaining('the disk is full')
          })
          expect(session.describe).toContain(`127.0.0.1:${server.port}`)
          expect(session.describe).toContain(store.method)
        }
      )
    })
  })
}
