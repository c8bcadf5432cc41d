import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '../../errors/errors.ts'
import type { PlannedTest } from '../../plan/plan.ts'
import { type Environment, isOn } from '../environment.ts'
import { LAST_RUN, UNPASSED_FILE } from '../store.ts'
import { parseUnpassed, type Unpassed } from './last-run.ts'
import { type Selection, type SelectionOptions, selectTests } from './select-tests.ts'

/** Chooses among the tests of the files, with what the last run left where that is asked for. */
export async function readSelection(
  tests: readonly PlannedTest[],
  options: SelectionOptions,
  { cwd, variables, mask }: Environment
): Promise<Selection> {
  if (options.grep.length > 0 || options.grepInvert.length > 0) {
    const { loadPatterns } = await import('../../language/patterns.ts')
    await loadPatterns()
  }
  const unpassed = options.lastFailed ? await readUnpassed(cwd) : []
  return selectTests(tests, options, {
    unpassed,
    isCi: isOn(variables['CI']),
    mask: text => mask.text(text)
  })
}

async function readUnpassed(cwd: string): Promise<readonly Unpassed[]> {
  const text = await readFile(join(cwd, LAST_RUN, UNPASSED_FILE), 'utf8').catch(
    (cause: NodeJS.ErrnoException) => {
      throw new UsageError(
        cause.code === 'ENOENT'
          ? `--last-failed: there is no last run in ${LAST_RUN}`
          : `--last-failed: the last run in ${LAST_RUN} cannot be read: ${cause.message}`,
        { cause, hint: 'run once without --last-failed, in this folder' }
      )
    }
  )
  const unpassed = parseUnpassed(text)
  if (unpassed) return unpassed
  throw new UsageError(`--last-failed: ${LAST_RUN}/${UNPASSED_FILE} is not what a run left there`, {
    hint: 'run once without --last-failed'
  })
}
