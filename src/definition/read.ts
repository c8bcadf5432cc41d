import type { Dirent, Stats } from 'node:fs'
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import type { Diagnostic } from '../errors/diagnostic.ts'
import { UsageError } from '../errors/errors.ts'
import { suggest } from '../errors/suggest.ts'
import { verbatimText } from '../source/embedded.ts'
import type { SourceText } from '../source/source-text.ts'
import type { NamedFile } from './document.ts'
import { compileGlob, isGlob, splitGlob } from './glob.ts'
import { type Place, parsePlace } from './place.ts'

/** The name that standard input has on the command line. */
const STDIN = '-'

/** The name of the project file. */
export const PROJECT_FILE = 'tracerun.yaml'

const MAX_BYTES = 4 * 1024 * 1024

/** What reading needs of the world. */
export interface ReadEnvironment {
  /** Relative paths, and the names in messages, start from here. */
  readonly cwd: string
  readStdin(): Promise<Uint8Array>
}

/** A text that was read, and where from. */
export interface ReadSource {
  readonly source: SourceText
  /** By which one file is known, whatever leads to it; absent for standard input. */
  readonly path?: string
  /** The folder that relative paths in it start from. */
  readonly folder: string
  /** Named as it is, not found in a folder or by a pattern. */
  readonly isNamed: boolean
  /** Which of its lines were named; absent where all of it was. */
  readonly lines?: readonly number[]
}

/** What could be read, and what could not. */
export interface ReadSources {
  readonly sources: readonly ReadSource[]
  readonly problems: readonly Diagnostic[]
}

/**
 * Reads files, lines of files (`checkout.yaml:17`), folders (all `.yaml` and `.yml` files below them), globs and `-`, each
 * file once, in the order of the patterns and then of the names. What cannot be read hides nothing of the rest.
 */
export async function readSources(
  patterns: readonly string[],
  environment: ReadEnvironment
): Promise<ReadSources> {
  const sources: ReadSource[] = []
  const problems: Diagnostic[] = []
  const linesOf = new Map<string, number[] | 'all'>()
  const isNew = (key: string, line: number | undefined): boolean => {
    const known = linesOf.get(key)
    if (line === undefined) linesOf.set(key, 'all')
    else if (known === undefined) linesOf.set(key, [line])
    else if (known !== 'all') known.push(line)
    return known === undefined
  }
  const attempt = async (read: () => Promise<void>): Promise<void> => {
    try {
      await read()
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      const { message, hint } = error
      problems.push({ code: 'FILE_UNREADABLE', severity: 'error', message, ...(hint ? { hint } : {}) })
    }
  }
  const readFileOnce = async (path: string, { isNamed, line }: Omit<Expansion, 'paths'>): Promise<void> => {
    const name = displayName(path, environment.cwd)
    const key = await realPath(path, name)
    if (!isNew(key, line)) return
    sources.push({ source: await readText(path, name), path: key, folder: dirname(path), isNamed })
  }
  for (const pattern of patterns)
    await attempt(async () => {
      const place = parsePlace(pattern)
      if (pattern === STDIN || place?.path === STDIN) {
        if (isNew(STDIN, place?.line)) sources.push(await readStandardInput(environment))
        return
      }
      const { paths, ...how } = await expandPattern(pattern, environment.cwd)
      for (const path of paths) await attempt(() => readFileOnce(path, how))
    })
  const chosen = sources.map(source => {
    const lines = linesOf.get(source.path ?? STDIN)
    return lines === undefined || lines === 'all' ? source : { ...source, lines }
  })
  return { sources: chosen, problems }
}

async function readStandardInput(environment: ReadEnvironment): Promise<ReadSource> {
  const source = decodeText(await environment.readStdin(), '<stdin>')
  return { source, folder: environment.cwd, isNamed: true }
}

/** The one path of a file that links may lead to, too. Rejects with `UsageError`. */
export async function realPath(path: string, name: string): Promise<string> {
  return await realpath(path).catch((cause: unknown) => failToRead(name, cause))
}

/** Reads one text file; `name` is what messages call it. Rejects with `UsageError`. */
export async function readText(path: string, name: string): Promise<SourceText> {
  const bytes = await readFile(path).catch((cause: unknown) => failToRead(name, cause))
  return decodeText(bytes, name)
}

function failToRead(name: string, cause: unknown): never {
  throw new UsageError(`cannot read ${name}: ${reasonOf(cause)}`, { cause })
}

function decodeText(bytes: Uint8Array, name: string): SourceText {
  if (bytes.length > MAX_BYTES)
    throw new UsageError(`${name} is too large: ${bytes.length} bytes, ${MAX_BYTES} at most`, {
      hint: 'split it into several files'
    })
  if (isUtf16(bytes)) throw new UsageError(`${name} is UTF-16, not UTF-8`, { hint: 'save it as UTF-8' })
  const text = decodeUtf8(bytes)
  if (text === undefined) throw new UsageError(`${name} is not UTF-8 text`, { hint: 'save it as UTF-8' })
  // UTF-16 without a mark reads as UTF-8 too, every other character of it being nothing.
  if (text.includes('\0'))
    throw new UsageError(`${name} holds bytes that are no text`, { hint: 'is it a YAML file, in UTF-8?' })
  return { name, text }
}

/** Whether bytes begin with the mark of UTF-16, in either order. */
export function isUtf16(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder',
  ELOOP: 'its links lead round in a circle'
}

/** Why a file cannot be read, in a few words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return REASONS[code ?? ''] ?? message
}

interface Expansion {
  readonly paths: readonly string[]
  readonly isNamed: boolean
  readonly line?: number
}

async function expandPattern(pattern: string, cwd: string): Promise<Expansion> {
  const path = resolve(cwd, pattern)
  const found = await statIfThere(path, pattern)
  const place = found ? undefined : parsePlace(pattern)
  if (place) return await expandPlace(place, cwd)
  if (found?.isDirectory()) {
    const paths = await walk(path, file => /\.ya?ml$/i.test(file))
    if (paths.length === 0)
      throw new UsageError(`there is no .yaml or .yml file in ${pattern}`, {
        hint: 'a test is a YAML file with `type: Test`'
      })
    return { paths, isNamed: false }
  }
  if (found) return { paths: [path], isNamed: true }
  if (isGlob(pattern)) return { paths: await expandGlob(pattern, cwd), isNamed: false }
  throw new UsageError(`there is no file ${pattern}`, { hint: await nearFile(pattern, cwd) })
}

/** A colon and digits may be part of a name: this is asked for where there is no such file. */
async function expandPlace({ path, line }: Place, cwd: string): Promise<Expansion> {
  const found = await statIfThere(resolve(cwd, path), path)
  if (found?.isFile()) return { paths: [resolve(cwd, path)], isNamed: true, line }
  if (found || isGlob(path))
    throw new UsageError(`${path}:${line}: a line is one of a file, and ${path} is none`, {
      hint: `name the file, such as ${slash(join(found ? path : splitGlob(slash(path)).base, 'checkout.yaml'))}:${line}`
    })
  const near = await nearFile(path, cwd)
  throw new UsageError(`there is no file ${path}`, {
    hint: near?.replace(/^(did you mean .*)\?$/s, `$1:${line}?`)
  })
}

async function statIfThere(path: string, name: string): Promise<Stats | undefined> {
  return await stat(path).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'EINVAL') failToRead(name, error)
    return undefined
  })
}

async function expandGlob(pattern: string, cwd: string): Promise<readonly string[]> {
  const { base, rest } = splitGlob(slash(pattern))
  const folder = resolve(cwd, base)
  const matches = compileGlob(rest)
  const paths = await walk(folder, path => matches(slash(relative(folder, path))))
  if (paths.length === 0) {
    const hasFolder = await exists(folder)
    throw new UsageError(`no file fits ${pattern}`, {
      hint: hasFolder
        ? `\`*\` stands for names in one folder, \`**\` for folders below: \`${slash(join(base, '**/*.yaml'))}\``
        : `there is no folder ${base}`
    })
  }
  return paths
}

/** Files below a folder, in the order of their names; what is hidden or installed is passed over. */
async function walk(folder: string, accepts: (path: string) => boolean): Promise<readonly string[]> {
  const entries: Dirent[] = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return []
    failToRead(`the folder ${folder}`, cause)
  })
  const paths: string[] = []
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (!entry.name.startsWith('.') && entry.name !== 'node_modules')
        paths.push(...(await walk(path, accepts)))
    } else if (entry.name !== PROJECT_FILE && accepts(path)) paths.push(path)
  }
  return paths
}

/** What was probably meant, as it can be typed. */
async function nearFile(pattern: string, cwd: string): Promise<string | undefined> {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(pattern))
    return `files are read from this machine: fetch it, and name \`-\` for standard input`
  const slashed = pattern.replaceAll('\\', '/')
  if (slashed !== pattern && (await exists(resolve(cwd, slashed)))) return `did you mean ${slashed}?`
  const folder = dirname(pattern)
  const siblings = await readdir(resolve(cwd, folder)).catch(() => undefined)
  if (siblings === undefined) return await missingFolder(folder, cwd)
  const near = suggest(basename(pattern), siblings)
  return near ? `did you mean ${slash(join(folder, near))}?` : undefined
}

async function missingFolder(folder: string, cwd: string): Promise<string> {
  const above = await readdir(resolve(cwd, dirname(folder))).catch(() => [])
  const near = suggest(basename(folder), above)
  return near
    ? `there is no folder ${folder}: did you mean ${slash(join(dirname(folder), near))}?`
    : `there is no folder ${folder}`
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false
  )
}

/** The nearest file of a name, from a folder upwards. */
export async function findUpwards(folder: string, name: string): Promise<string | undefined> {
  for (let here = folder; ; here = dirname(here)) {
    const path = join(here, name)
    const found = await stat(path).catch(() => undefined)
    if (found?.isFile()) return path
    if (dirname(here) === here) return undefined
  }
}

/** A file that an option may mean: its text, if it is one, or why it cannot be read. */
export async function readOptionFile(
  path: string,
  name: string
): Promise<Pick<NamedFile, 'text' | 'problem'>> {
  try {
    const text = decodeUtf8(await readFile(path))
    return text === undefined ? {} : { text: verbatimText({ name, text }) }
  } catch (error) {
    return { problem: reasonOf(error) }
  }
}

/** A path as messages show it: from the working directory where it is below it. */
export function displayName(path: string, cwd: string): string {
  const fromHere = relative(cwd, path)
  return slash(fromHere.startsWith('..') || isAbsolute(fromHere) ? path : fromHere)
}

function slash(path: string): string {
  return sep === '\\' ? path.replaceAll('\\', '/') : path
}
