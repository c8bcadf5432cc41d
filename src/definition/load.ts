import type { Outcome } from '../errors/diagnostic.ts'
import type { SourceText } from '../source/source-text.ts'
import type { Definition } from './document.ts'

/** What reading definitions needs of the world. */
export interface LoadEnvironment {
  /** Relative paths, and the names in messages, start from here. */
  readonly cwd: string
  readStdin(): Promise<Uint8Array>
  /** The variables of the process, for `${NAME}`. */
  readonly variables: Readonly<Record<string, string | undefined>>
}

export interface LoadedDefinitions {
  readonly definitions: readonly Definition[]
  readonly sources: readonly SourceText[]
  /** Files found in a directory that are YAML, but not for tracerun. */
  readonly foreignFiles: readonly string[]
}

/**
 * Reads all definitions of files, directories, globs and `-`. Mistakes in the files are problems, all of
 * them; rejects with `UsageError` where there is nothing to read.
 */
export async function loadDefinitions(
  patterns: readonly string[],
  environment: LoadEnvironment
): Promise<Outcome<LoadedDefinitions>> {
  void patterns
  void environment
  return { ok: true, value: { definitions: [], sources: [], foreignFiles: [] }, problems: [] }
}
