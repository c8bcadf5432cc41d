import type { Outcome } from '../errors/diagnostic.ts'
import type { SourceText } from '../source/source-text.ts'
import type { LoadEnvironment } from './load.ts'
import type { Settings } from './settings.ts'

/** The project file, `tracerun.yaml`. */
export interface Project {
  readonly source: SourceText
  /** The folder it stands in: its relative paths start there. */
  readonly folder: string
  readonly settings: Settings
}

/**
 * Reads the project file: the one named, or the nearest `tracerun.yaml` upwards from the working directory.
 * The value is undefined where there is none; rejects with `UsageError` where the named one cannot be read.
 */
export async function loadProject(
  environment: LoadEnvironment,
  path?: string
): Promise<Outcome<Project | undefined>> {
  void environment
  void path
  return { ok: true, value: undefined, problems: [] }
}
