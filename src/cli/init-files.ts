import { mkdir, writeFile } from 'node:fs/promises'
import { posix, win32 } from 'node:path'
import { UsageError } from '../errors/errors.ts'
import type { Environment } from './environment.ts'
import { isThere } from './is-there.ts'

/** A file to be written, its path relative to the working directory, with `/`. */
export interface DraftFile {
  readonly path: string
  readonly text: string
}

type Place = Pick<Environment, 'cwd' | 'platform'>

function pathsOf({ platform }: Pick<Environment, 'platform'>): typeof posix {
  return platform === 'win32' ? win32 : posix
}

/** A path as files and messages have it: relative to the working directory, with `/`. */
export function relativePath(path: string, place: Place): string {
  const { relative, resolve, sep } = pathsOf(place)
  return relative(place.cwd, resolve(place.cwd, path)).split(sep).join('/')
}

/** How a YAML file in a folder names another file: `./order.json`. Both paths start at the working directory. */
export function pathFrom(folder: string, file: string, place: Place): string {
  const { relative, resolve, isAbsolute, sep } = pathsOf(place)
  const path = relative(resolve(place.cwd, folder), resolve(place.cwd, file))
  if (isAbsolute(path))
    throw new UsageError(`${file} is on another drive than the test`, {
      hint: 'copy it beside the test, and name that'
    })
  const written = path.split(sep).join('/')
  return written.startsWith('.') ? written : `./${written}`
}

/** The folder of a file, as `relativePath` gives it; `.` for the working directory. */
export function folderOf(path: string): string {
  return posix.dirname(path)
}

/** Ends the command where a file would be written over. */
export async function refuseExisting(paths: readonly string[], environment: Environment): Promise<void> {
  const found: string[] = []
  for (const path of paths) if (await isThere(path, environment)) found.push(path)
  if (found.length > 0)
    throw new UsageError(
      `${found.join(', ')} ${found.length === 1 ? 'is' : 'are'} there already: nothing was sent or written`,
      { hint: 'name another file with -f, or write over what is there with --force' }
    )
}

/** Writes the files, none over another that came meanwhile unless that is allowed. */
export async function writeFiles(
  files: readonly DraftFile[],
  isForced: boolean,
  { cwd, platform }: Place
): Promise<void> {
  const { resolve, dirname } = pathsOf({ platform })
  for (const { path, text } of files) {
    const full = resolve(cwd, path)
    try {
      await mkdir(dirname(full), { recursive: true })
      await writeFile(full, text, { flag: isForced ? 'w' : 'wx' })
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      throw new UsageError(
        `${path} cannot be written: ${code === 'EEXIST' ? 'it is there already' : message}`,
        {
          cause: error
        }
      )
    }
  }
}
