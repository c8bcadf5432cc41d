import { resolve } from 'node:path'
import { PROJECT_FILE } from '../../definition/read.ts'
import { DefinitionError, TracerunError, UsageError } from '../../errors/errors.ts'
import type { ExitCode } from '../../errors/exit-code.ts'
import { type Environment, isOn } from '../environment.ts'
import { reportFailure } from '../failure.ts'
import type { RunOptions } from '../options.ts'
import { watchFiles } from '../watch-files.ts'
import { openRounds, type Reason } from '../watch-rounds.ts'
import { listenForWishes } from '../watch-wishes.ts'
import type { WatchedPaths } from '../watched-paths.ts'

/** `tracerun run --watch`: runs the tests, and again what each save changes, until somebody ends it. */
export async function watchTests(options: RunOptions, environment: Environment): Promise<ExitCode> {
  refuseWithoutWatcher(options, environment)
  const { cwd, signal, stderr } = environment
  using watch = watchFiles()
  using wishes = listenForWishes(environment)
  let paths: WatchedPaths = {
    files: new Set([...options.files, options.config ?? PROJECT_FILE].map(file => resolve(cwd, file))),
    folders: new Set()
  }
  const follow = (wanted: WatchedPaths): void => {
    paths = wanted
    watch.follow(wanted.files, wanted.folders)
  }
  await using rounds = openRounds(options, environment, follow)
  follow(paths)
  let reason: Reason = { kind: 'start', saved: new Set() }
  let exitCode: ExitCode = 0
  const isOver = (): boolean => signal.aborted
  for (;;) {
    try {
      exitCode = await rounds.run(reason)
    } catch (error) {
      const isLasting = reason.kind === 'start' && isWrongCommand(error)
      if (!(error instanceof TracerunError) || isLasting || isOver()) throw error
      exitCode = await reportFailure(error, environment)
      if (error instanceof DefinitionError) follow(withPlaces(paths, error, cwd))
    }
    if (isOver()) return exitCode
    stderr.write(wishes.prompt)
    const saved = wishes.isPending ? new Set<string>() : await watch.next(wishes.interrupting(signal))
    if (isOver()) return exitCode
    const wish = wishes.take()
    if (wish === 'quit') return exitCode
    reason = { kind: wish ?? 'saved', saved }
  }
}

/** What no save mends: a flag, or the name of a file that is not there. */
function isWrongCommand(error: unknown): boolean {
  if (error instanceof UsageError) return true
  return error instanceof DefinitionError && error.diagnostics.some(({ code }) => code === 'FILE_UNREADABLE')
}

/** A file that was wrong from the start is watched too. */
function withPlaces(paths: WatchedPaths, { diagnostics }: DefinitionError, cwd: string): WatchedPaths {
  const names = diagnostics.flatMap(({ location }) => location?.source.name ?? [])
  const wrong = names.filter(name => !name.startsWith('<')).map(name => resolve(cwd, name))
  return { ...paths, files: new Set([...paths.files, ...wrong]) }
}

function refuseWithoutWatcher({ files }: RunOptions, { variables }: Environment): void {
  if (isOn(variables['CI']))
    throw new UsageError('--watch waits until somebody ends it, and in CI nobody does', {
      hint: 'leave --watch out; where this is no CI, unset the variable CI'
    })
  if (files.includes('-'))
    throw new UsageError('--watch: standard input is read once and never changes', {
      hint: 'name a file: tracerun run -f checkout.yaml --watch'
    })
}
