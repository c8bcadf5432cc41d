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
  /** Nothing was sent: the response is empty, and the times are those at which the trace was named. */
  readonly isUnanswered?: true
  /** Only for a trigger that learns of a trace it could not name. */
  readonly traceId?: TraceId
}

/** What stands in the options of a trigger for a text that is kept in a file; the path is resolved. */
export interface FileText {
  readonly file: string
}

/** A place in the options. */
export type OptionPath = readonly (string | number)[]

/** How much of the text at a place was filled in by a template: nothing, some of it, all of it. */
export type Filling = 'none' | 'part' | 'whole'

/** What a command that a test runs gets of this machine. */
export interface CommandSurroundings {
  readonly cwd: string
  /** The variables of the process. */
  readonly variables: Readonly<Record<string, string | undefined>>
}

/** What outlasts one test: connections, mostly. */
export interface Shared {
  /**
   * What this run opened under the key before, or else opens now; it is disposed of with the run. Rejects with what `open`
   * rejects with, and opens anew the next time.
   */
  open<T extends AsyncDisposable>(key: string, open: () => Promise<T>): Promise<T>
}

/** What a trigger may use of the world. */
export interface TriggerContext extends PluginContext {
  readonly shared: Shared
  /** Only where the user allows tests to run commands. */
  readonly commands?: CommandSurroundings
  /** Where spans are received, if we receive them ourselves: URLs. */
  readonly otlpEndpoints?: readonly string[]
  /** How long the run waits for the answer, for what tells the tested system so. */
  readonly timeoutMs?: number
  /** Where this is absent, nothing was filled in. */
  fillingAt?(path: OptionPath): Filling
}

/** A mistake in the options, found by looking at all of them. */
export interface OptionProblem {
  /** Where in the options it stands. */
  readonly path: OptionPath
  /** Which part of the text that stands there; absent: all of it. */
  readonly range?: { readonly start: number; readonly end: number }
  readonly message: string
  readonly hint?: string | undefined
}

/** What the options can be examined by before anything is sent. */
export interface ExamineContext {
  /** Reads a file that a definition names; the path is already resolved. */
  readFile(path: string): Promise<Uint8Array>
  /** Whether the text at a path is known only once it is filled in; the options do not have it then. */
  isOpen(path: OptionPath): boolean
  /** The places of all texts that are known only once they are filled in. */
  readonly openPaths: readonly OptionPath[]
  /** Of a text that is known already. */
  fillingAt(path: OptionPath): Filling
}

/** Sets one kind of system in motion: `http`, `grpc`, `kafka`. */
export interface Trigger<Options> {
  /** The value of `trigger.type`. */
  readonly kind: string
  /** Whether it hands over a message: its consumer works after the answer, and may begin a trace of its own with a link to ours. */
  readonly isMessage?: boolean
  /** Whether it sends nothing and gets no answer: it names a trace that something else began. */
  readonly sendsNothing?: boolean
  /** Whether what began that trace sends no span of its own: what hangs on one parent that never comes, hangs on it. */
  readonly hasSilentOrigin?: boolean
  /** Whether it runs a command of this machine, which nobody but the user of the command line may allow. */
  readonly runsCommands?: boolean
  /** The key under `trigger` that holds its options: `httpRequest`. */
  readonly optionsKey: string
  /** The texts of the options of a test that writes none; absent: it must write some. */
  readonly defaults?: Readonly<Record<string, string>>
  readonly schema: JsonSchema
  /**
   * Which strings of the options are templates, as paths; `*` stands for every element or value, `**` at the end for
   * every text that YAML takes for one, at any depth.
   */
  readonly templates: readonly (readonly string[])[]
  /** Which strings of the options are secrets, as paths. */
  readonly secrets: readonly (readonly string[])[]
  /** Which strings of the options name a file if they start with `./`, `../` or `/`; `run` gets a {@link FileText} then. */
  readonly files?: readonly (readonly string[])[]
  /** Which strings of the options may be paths under the endpoint of the settings: `/checkout`. */
  readonly relativeUrls?: readonly (readonly string[])[]
  /**
   * Which strings of the options are paths of files or folders, resolved from where the definition stands.
   * A text with a line break, `;` or `{` in it is none, but stands for what could be in a file.
   */
  readonly paths?: readonly (readonly string[])[]
  /** Why a text of the options cannot be used, by its path, once nothing is left to fill in; undefined where it can. */
  refuseText?(path: readonly string[], text: string): string | undefined
  /** What is wrong with the options as a whole, as far as it can be known before anything is sent. */
  examine?(options: Options, context: ExamineContext): Promise<readonly OptionProblem[]>
  /** Runs once, no retry. An unwelcome answer is data; rejects with `TriggerError` only when there is none. */
  run(options: Options, parent: TraceParent, context: TriggerContext): Promise<TriggerResult>
}
