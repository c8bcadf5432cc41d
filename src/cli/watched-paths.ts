import { dirname, resolve } from 'node:path'
import type { TestDefinition } from '../definition/document.ts'
import type { Inputs } from './inputs.ts'

/** What is watched while tests wait to be run again: absolute paths. */
export interface WatchedPaths {
  readonly files: ReadonlySet<string>
  /** Where a file that is added may hold a test. */
  readonly folders: ReadonlySet<string>
}

/** Every file that something was read from. */
export function watchedPaths(
  { definitions, settings, sourceNames, project, examined }: Inputs,
  patterns: readonly string[],
  cwd: string
): WatchedPaths {
  const names = new Set([...sourceNames, ...(project ? [project.source.name] : [])])
  collectSources([definitions, settings], names)
  const read = [...names].filter(name => !name.startsWith('<')).map(name => resolve(cwd, name))
  const options = definitions.flatMap(one => (one.kind === 'test' ? namedFiles(one) : []))
  const named = new Set(patterns.map(pattern => resolve(cwd, pattern)))
  const found = sourceNames.map(name => resolve(cwd, name)).filter(path => !named.has(path))
  return {
    files: new Set([...read, ...options, ...examined]),
    folders: new Set(found.map(path => dirname(path)))
  }
}

/** The files that the trigger of a test names; what only looks like a path, such as that of a URL, is none. */
export function namedFiles({ files }: TestDefinition): readonly string[] {
  return [...files.values()].filter(({ problem }) => problem === undefined).map(({ path }) => path)
}

/** Whatever was written somewhere knows its source. */
function collectSources(root: unknown, names: Set<string>): void {
  const seen = new Set<object>()
  const visit = (part: unknown): void => {
    if (typeof part !== 'object' || part === null || seen.has(part)) return
    seen.add(part)
    if ('source' in part && isSource(part.source)) names.add(part.source.name)
    for (const item of part instanceof Map || part instanceof Set ? part : Object.values(part)) visit(item)
  }
  visit(root)
}

function isSource(value: unknown): value is { readonly name: string } {
  if (typeof value !== 'object' || value === null) return false
  return 'name' in value && typeof value.name === 'string' && 'text' in value
}
