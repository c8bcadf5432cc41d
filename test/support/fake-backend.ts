import type { Span } from '../../src/model/span.ts'
import type { BoundBackend } from '../../src/plan/plan.ts'
import type { BackendCaps, FetchResult, ForeignTrace, TraceSession } from '../../src/plugin/trace-backend.ts'

export interface FakeBackendOptions {
  readonly isPushed: boolean
  readonly caps?: Partial<BackendCaps>
  readonly key?: string
}

/** A backend in memory. What `push` gives is there for the next look and, where spans are pushed, announced. */
export interface FakeBackend extends BoundBackend, TraceSession {
  push(...spans: readonly Span[]): void
  /** What a look answers instead of the spans, until it is `undefined` again. */
  answer: (() => FetchResult | Promise<FetchResult>) | undefined
  completeness: 'complete' | 'truncated' | 'partial' | 'unknown'
  note: string | undefined
  foreignTraces: readonly ForeignTrace[]
  opened: number
  disposed: number
  readonly looks: number
  readonly subscribers: number
}

export function createFakeBackend(options: FakeBackendOptions): FakeBackend {
  const spans: Span[] = []
  const listeners = new Set<() => void>()
  let looks = 0

  const session: FakeBackend = {
    kind: 'fake',
    key: options.key ?? 'fake',
    caps: {
      isPushed: options.isPushed,
      stepMs: { first: 250, longest: 1500 },
      lookTimeoutMs: 15_000,
      deadlineMs: 30_000,
      losses: [],
      ...options.caps
    },
    answer: undefined,
    completeness: 'unknown',
    note: undefined,
    foreignTraces: [],
    opened: 0,
    disposed: 0,
    describe: 'a backend in memory',
    get looks() {
      return looks
    },
    get subscribers() {
      return listeners.size
    },
    async open() {
      session.opened++
      return session
    },
    push(...more) {
      spans.push(...more)
      for (const listener of listeners) listener()
    },
    async fetch(traceId, signal, reach) {
      looks++
      signal.throwIfAborted()
      if (session.answer !== undefined) return session.answer()
      // Of what is not linked, the reader of the trace makes nothing.
      const found = reach === 'linked' ? [...spans] : spans.filter(span => span.traceId === traceId)
      if (found.length === 0 && session.completeness !== 'truncated') return { status: 'absent' }
      return {
        status: 'found',
        spans: found,
        completeness: session.completeness,
        ...(session.note === undefined ? {} : { note: session.note })
      }
    },
    foreign: () => session.foreignTraces,
    async [Symbol.asyncDispose]() {
      session.disposed++
    }
  }
  if (options.isPushed)
    session.subscribe = (_traceId, onMore) => {
      const listener = (): void => onMore()
      listeners.add(listener)
      return { [Symbol.dispose]: () => void listeners.delete(listener) }
    }
  return session
}
