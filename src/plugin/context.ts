/** Time, as far as anything in a run knows it. */
export interface Clock {
  /** Nanoseconds since the Unix epoch. */
  now(): bigint
  /** Calls back once, after so many milliseconds; not any more once what it returns was called. */
  alarm(ms: number, ring: () => void): () => void
  /** Resolves after so many milliseconds; rejects with the signal's reason when it is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** What a plug-in may use of the world. */
export interface PluginContext {
  readonly signal: AbortSignal
  readonly clock: Clock
  /** Reads a file that a definition names; the path is already resolved. */
  readFile(path: string): Promise<Uint8Array>
  debug(message: string): void
}

/** A JSON Schema, 2020-12: validation, editor completion and the docs come from it. */
export type JsonSchema = { readonly [keyword: string]: unknown }
