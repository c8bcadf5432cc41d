import type { TraceId } from '../model/ids.ts'
import type { Loss } from '../model/run-event.ts'
import type { Span } from '../model/span.ts'
import type { JsonSchema, PluginContext } from './context.ts'

/** What a store can do, and what waiting for it must reckon with. */
export interface BackendCaps {
  /** Spans are pushed to us as they come: nothing polls. */
  readonly isPushed: boolean
  /** Step between looks, first and longest; of no meaning where spans are pushed. */
  readonly stepMs: { readonly first: number; readonly longest: number }
  /** From accepting a span to answering with it, where the store promises one; undefined if unknown. */
  readonly lagMs?: number
  readonly deadlineMs: number
  readonly losses: readonly Loss[]
}

/** Absence and back-pressure are answers, not errors. */
export type FetchResult =
  | {
      readonly status: 'found'
      readonly spans: readonly Span[]
      /** `partial`: more is known to be coming. `truncated`: cut for good. `complete`: nothing more can come. */
      readonly completeness: 'complete' | 'truncated' | 'partial' | 'unknown'
      /** Why it is cut, in words for the report. */
      readonly note?: string
    }
  | { readonly status: 'absent' }
  | { readonly status: 'busy'; readonly reason: string; readonly retryAfterMs?: number }

/** What arrived that nobody waits for: the diagnosis of a missing trace reads it. */
export interface ForeignTrace {
  readonly traceId: TraceId
  readonly services: readonly string[]
  readonly spans: number
}

/** A backend, opened for one run and shared by its tests. */
export interface TraceSession extends AsyncDisposable {
  /** Looks once: no sleep, no retry, no opinion on when to stop. Rejects only with `BackendError`. */
  fetch(traceId: TraceId, signal: AbortSignal): Promise<FetchResult>
  /** Only where spans are pushed: calls back as soon as there is more to fetch. */
  subscribe?(traceId: TraceId, onMore: () => void): Disposable
  /** Only where spans are pushed: traces that came and that no test awaits. */
  foreign?(): readonly ForeignTrace[]
  /** Where the tested system must send to, or what is asked: words for a diagnosis. */
  readonly describe: string
}

/** Where traces are read from: `otlp`, `jaeger`, `tempo`. */
export interface TraceBackend<Options> {
  /** Tracetest's names for it included: `otlp`, `newrelic`, `lightstep`, … */
  readonly kinds: readonly string[]
  readonly schema: JsonSchema
  readonly caps: BackendCaps
  open(options: Options, context: PluginContext): Promise<TraceSession>
  traceUrl?(options: Options, traceId: TraceId): string | undefined
}
