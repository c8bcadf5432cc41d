import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Environment } from './environment.ts'

/** Whether a word of the command line names something on the disk. */
export async function isThere(name: string, { cwd }: Environment): Promise<boolean> {
  return await stat(resolve(cwd, name)).then(
    () => true,
    () => false
  )
}
