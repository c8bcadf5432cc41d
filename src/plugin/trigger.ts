import type { SpanId, TraceId } from '../model/ids.ts'
import type { Header, Response } from '../model/response.ts'
import type { JsonSchema, PluginContext } from './context.ts'

/** What to propagate, already minted by the runner. */
export interface TraceParent {
  readonly traceId: TraceId
  readonly spanId: SpanId
  /** W3C `traceparent`, `tracestate` and `baggage`, by their lower-case names. */
  readonly headers: Readonly<Record<string, string>>
}

export interface TriggerResult {
  readonly response: Response
  readonly sentUnixNano: bigint
  readonly answeredUnixNano: bigint
  /** The headers as they were sent: the diagnosis of a missing trace shows them. */
  readonly sentHeaders: readonly Header[]
  /** What the user should know of this request, beside the answer. */
  readonly warnings?: readonly string[]
  /** Only for a trigger that learns of a trace it could not name. */
  readonly traceId?: TraceId
}

/** What stands in the options of a trigger for a text that is kept in a file; the path is resolved. */
export interface FileText {
  readonly file: string
}

/** Sets one kind of system in motion: `http`, `grpc`, `kafka`. */
export interface Trigger<Options> {
  /** The value of `trigger.type`. */
  readonly kind: string
  /** The key under `trigger` that holds its options: `httpRequest`. */
  readonly optionsKey: string
  readonly schema: JsonSchema
  /** Which strings of the options are templates, as paths; `*` stands for every element. */
  readonly templates: readonly (readonly string[])[]
  /** Which strings of the options are secrets, as paths. */
  readonly secrets: readonly (readonly string[])[]
  /** Which strings of the options name a file if they start with `./`, `../` or `/`; `run` gets a {@link FileText} then. */
  readonly files?: readonly (readonly string[])[]
  /** Which strings of the options may be paths under the endpoint of the settings: `/checkout`. */
  readonly relativeUrls?: readonly (readonly string[])[]
  /** Why a text of the options cannot be used, by its path, once nothing is left to fill in; undefined where it can. */
  refuseText?(path: readonly string[], text: string): string | undefined
  /** Runs once, no retry. An unwelcome answer is data; rejects with `TriggerError` only when there is none. */
  run(options: Options, parent: TraceParent, context: PluginContext): Promise<TriggerResult>
}
