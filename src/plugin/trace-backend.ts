import type { TraceId } from '../model/ids.ts'
import type { Reach } from '../model/joins.ts'
import type { Loss } from '../model/run-event.ts'
import type { Span } from '../model/span.ts'
import type { JsonSchema, PluginContext } from './context.ts'

/** What a store can do, and what waiting for it must reckon with. */
export interface BackendCaps {
  /** Spans are pushed to us as they come: nothing polls. */
  readonly isPushed: boolean
  /** Step between looks, first and longest; of no meaning where spans are pushed. */
  readonly stepMs: { readonly first: number; readonly longest: number }
  /** A look that takes longer counts as busy. */
  readonly lookTimeoutMs: number
  /** Looks that all tests together may make in a second, where the store asks for restraint. */
  readonly looksPerSecond?: number
  /** From accepting a span to answering with it, where the store promises one; undefined if unknown. */
  readonly lagMs?: number
  readonly deadlineMs: number
  /** What is lost of every trace, whichever of its interfaces answers. */
  readonly losses: readonly Loss[]
  /** It has the spans of every trace, and finds those that link to one. */
  readonly findsLinks?: boolean
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
      /** What the form of this answer loses beyond what the backend always does. */
      readonly losses?: readonly Loss[]
      /** Where two spans may come under one id. */
      readonly sharedIds?: SharedIds
    }
  | { readonly status: 'absent' }
  | { readonly status: 'busy'; readonly reason: string; readonly retryAfterMs?: number }

/**
 * Tells spans apart that share an id, as both ends of a call do in Zipkin. Whether they do is known only once both have come,
 * maybe in different answers: so it is done with all that came, and not with each answer.
 */
export interface SharedIds {
  /** The same for two reports of one span. */
  keyOf(span: Span): string
  /** As many spans in the same order, with ids of their own, and below the ones that they belong to. */
  separate(spans: readonly Span[]): readonly Span[]
  /** It is usual there: where a span belongs may change with each that comes. */
  readonly areUsual: boolean
}

/** What arrived that nobody waits for: the diagnosis of a missing trace reads it. */
export interface ForeignTrace {
  readonly traceId: TraceId
  readonly services: readonly string[]
  readonly spans: number
}

/** What a store says of itself. */
export interface BackendIdentity {
  /** Name and version, such as `Jaeger 2.13.0`; absent where it tells neither. */
  readonly version?: string
  /** The interface that answers, in words: `v3 HTTP API`. */
  readonly protocol?: string
  /** Its clock when it answered. */
  readonly clockUnixNano?: bigint
}

/** A backend, opened for one run and shared by its tests. */
export interface TraceSession extends AsyncDisposable {
  /**
   * Looks once: no sleep, no opinion on when to stop. Throws or rejects only with `BackendError`. A backend that does not
   * find links passes over `reach`. What is at hand is answered at once.
   */
  fetch(traceId: TraceId, signal: AbortSignal, reach?: Reach): FetchResult | Promise<FetchResult>
  /** Only where spans are pushed: calls back as soon as there is more to fetch. */
  subscribe?(traceId: TraceId, onMore: () => void, reach?: Reach): Disposable
  /** Only where spans are pushed: changes whenever `fetch` would answer otherwise. */
  versionOf?(traceId: TraceId, reach?: Reach): number
  /** Only where spans are pushed: traces that came and that no test awaits. */
  foreign?(): readonly ForeignTrace[]
  /** Asks the store who it is, for `doctor`. Rejects only with `BackendError`. */
  identify?(signal: AbortSignal): Promise<BackendIdentity>
  /** What the user should know of the session, at the end of the run: what could not be passed on, and so on. */
  warnings?(): readonly string[]
  /** Only where spans are pushed to us: the URLs to send them to. */
  readonly endpoints?: readonly string[]
  /** Where the tested system must send to, or what is asked: words for a diagnosis. */
  readonly describe: string
}

/** Where traces are read from: `otlp`, `jaeger`, `tempo`. */
export interface TraceBackend<Options> {
  /** Tracetest's names for it included: `otlp`, `newrelic`, `lightstep`, … */
  readonly kinds: readonly string[]
  readonly schema: JsonSchema
  /** Which strings of the options are paths of files: they are resolved from where the definition stands. */
  readonly files: readonly (readonly string[])[]
  /** The texts that must appear in no output: passwords, tokens, and what is sent for them. */
  secretsOf(options: Options): readonly string[]
  /** The options that `kind=ADDRESS` stands for; an error text where the address is none. Absent: takes no address. */
  parseAddress?(address: string): Options | string
  caps(options: Options): BackendCaps
  open(options: Options, context: PluginContext): Promise<TraceSession>
  /** Where a person looks at a trace. */
  traceUrl?(options: Options, traceId: TraceId): string | undefined
}
