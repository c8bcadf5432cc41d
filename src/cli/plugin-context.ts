import { readFile } from 'node:fs/promises'
import type { PluginContext } from '../plugin/context.ts'
import type { Environment } from './environment.ts'

/** What a plug-in may use of this process. */
export function pluginContext({ signal, clock, debug }: Environment): PluginContext {
  return { signal, clock, readFile: path => readFile(path), debug }
}
