import { readdir } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'
import { suggest } from '../../errors/suggest.ts'

/** Whether a path has anything that stands for several names. */
export function isPattern(path: string): boolean {
  return /[*?]/.test(path)
}

/** The folder above everything that stands for several names. */
export function baseOf(path: string): string {
  return isPattern(path) ? split(path).base : dirname(path)
}

/** The files that a path means, whether they are there or not; for a pattern those that are there, sorted. */
export async function expandPath(path: string): Promise<readonly string[]> {
  if (!isPattern(path)) return [path]
  const { base, steps } = split(path)
  const found = new Set<string>()
  await walk(base, steps, found)
  return [...found].sort()
}

/** A name in the same folder that may have been meant. */
export async function nearName(path: string): Promise<string | undefined> {
  const entries = await readdir(dirname(path)).catch(() => [])
  return suggest(basename(path), entries)
}

function split(path: string): { readonly base: string; readonly steps: readonly string[] } {
  const parts = path.split(sep === '\\' ? /[\\/]/ : '/')
  const first = parts.findIndex(isPattern)
  const base = parts.slice(0, first).join(sep)
  // `C:` alone is the current folder of a drive, and nothing at all is the current one.
  return { base: base === '' || base.endsWith(':') ? `${base}${sep}` : base, steps: parts.slice(first) }
}

async function walk(folder: string, steps: readonly string[], found: Set<string>): Promise<void> {
  const [step, ...rest] = steps
  if (step === undefined) return
  const fits = matcherOf(step)
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  if (step === '**') await walk(folder, rest.length === 0 ? ['*'] : rest, found)
  for (const entry of entries) {
    const path = join(folder, entry.name)
    const isFolder = entry.isDirectory() || entry.isSymbolicLink()
    if (step === '**') {
      if (entry.isDirectory() && !entry.name.startsWith('.')) await walk(path, steps, found)
    } else if (fits(entry.name)) {
      if (rest.length === 0 && !entry.isDirectory()) found.add(path)
      else if (rest.length > 0 && isFolder) await walk(path, rest, found)
    }
  }
}

/** Names that start with a dot must be spelt out. */
function matcherOf(step: string): (name: string) => boolean {
  const source = step
    .replace(/[\\^$.|+(){}[\]]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.')
  const expression = new RegExp(`^${/^[*?]/.test(step) ? '(?!\\.)' : ''}${source}$`, 'su')
  return name => expression.test(name)
}
