import type { Diagnostic } from '../../errors/diagnostic.ts'
import { UsageError } from '../../errors/errors.ts'
import type { PlannedTest } from '../../plan/plan.ts'
import { unitOf } from '../../plan/suites.ts'
import type { RunOptions } from '../options.ts'
import { findUnpassed, type Unpassed } from './last-run.ts'
import { testsOfShard } from './shards.ts'
import { parseTagExpression } from './tags.ts'
import { parseTitlePattern } from './titles.ts'

/** What flags say of the tests that are meant. */
export type SelectionOptions = Pick<
  RunOptions,
  'tag' | 'grep' | 'grepInvert' | 'lastFailed' | 'shard' | 'passWithNoTests'
>

/** What flags alone do not tell. */
export interface SelectionFacts {
  /** Of the last run, where it is asked for. */
  readonly unpassed: readonly Unpassed[]
  /** `only: true` was left in a file by mistake. */
  readonly isCi: boolean
  mask(text: string): string
}

/** The tests that are meant, and what is to be said of the choice. */
export interface Selection {
  readonly tests: readonly PlannedTest[]
  readonly problems: readonly Diagnostic[]
  readonly notes: readonly string[]
}

/**
 * Chooses among the tests of the files. Suites are chosen as a whole, by their names and tags and those of their steps. Throws
 * a `UsageError` where nothing is left to run, unless that is no failure. Patterns must be loaded.
 */
export function selectTests(
  tests: readonly PlannedTest[],
  options: SelectionOptions,
  facts: SelectionFacts
): Selection {
  const rerun = options.lastFailed ? findUnpassed(tests, facts.unpassed, facts.mask) : undefined
  const meant = filterTests(tests, options, rerun?.tests)
  const only = meant.filter(test => test.only !== undefined)
  const selected = only.length === 0 ? meant : withUnits(meant, only)
  const problems = onlyProblems(facts.isCi ? tests : only, {
    isCi: facts.isCi,
    left: meant.length - selected.length
  })
  const gone = rerun?.gone ?? []
  const notes = gone.length === 0 ? [] : [`no longer there, though not passed last time: ${listed(gone)}`]
  const { shard } = options
  // Each machine may know but what did not pass in its own shard: that is where it is to be found again.
  const shared = rerun === undefined ? selected : filterTests(tests, options, undefined)
  const inShard = new Set(shard ? testsOfShard(shared, shard) : selected)
  const part = selected.filter(test => inShard.has(test))
  if (isIdle(selected)) {
    const [reason, hint] = whyNothing(tests, selected, options, gone)
    if (!options.passWithNoTests) throw new UsageError(`no test was run: ${reason}`, { hint })
    notes.push(`no test was run: ${reason}`)
  } else if (shard && isIdle(part))
    notes.push(`no test was run: shard ${shard.index} of ${shard.count} has none, the others run all of them`)
  return { tests: part, problems, notes }
}

function isIdle(tests: readonly PlannedTest[]): boolean {
  return tests.every(test => test.skip !== undefined)
}

function filterTests(
  tests: readonly PlannedTest[],
  options: SelectionOptions,
  rerun: ReadonlySet<PlannedTest> | undefined
): readonly PlannedTest[] {
  const knownTags = options.passWithNoTests ? undefined : new Set(tests.flatMap(tagsOf))
  const tags = options.tag.map(text => parseTagExpression(text, knownTags))
  const wanted = options.grep.map(text => parseTitlePattern(text, '--grep'))
  const unwanted = options.grepInvert.map(text => parseTitlePattern(text, '--grep-invert'))
  const chosen = tests.filter(
    test =>
      tags.every(isMeant => isMeant(tagsOf(test))) &&
      wanted.every(isMeant => isMeant(titleOf(test))) &&
      (rerun === undefined || rerun.has(test))
  )
  const refused = new Set(tests.filter(test => unwanted.some(isMeant => isMeant(titleOf(test)))).map(unitOf))
  return withUnits(tests, chosen).filter(test => !refused.has(unitOf(test)))
}

function withUnits(tests: readonly PlannedTest[], chosen: readonly PlannedTest[]): readonly PlannedTest[] {
  const units = new Set(chosen.map(unitOf))
  return tests.filter(test => units.has(unitOf(test)))
}

function tagsOf(test: PlannedTest): readonly string[] {
  return test.step?.suite.tags ?? test.tags
}

function titleOf({ name, step }: PlannedTest): string {
  return step ? `${step.suite.name} ${name}` : name
}

/** In CI `only` was forgotten: the tests that it hides would go unnoticed. */
function onlyProblems(
  tests: readonly PlannedTest[],
  { isCi, left }: { readonly isCi: boolean; readonly left: number }
): readonly Diagnostic[] {
  return tests.flatMap(({ name, only }): readonly Diagnostic[] => {
    if (only === undefined) return []
    return isCi
      ? [
          {
            code: 'NOT_SUPPORTED',
            severity: 'error',
            message: `"${name}" says \`only\`, which hides the other tests`,
            location: only,
            hint: 'remove it: where the variable CI is set, nothing is run like this'
          }
        ]
      : [
          {
            code: 'NO_EFFECT',
            severity: 'warning',
            message: `"${name}" says \`only\`: ${left === 1 ? '1 other test is' : `${left} other tests are`} not run`,
            location: only,
            hint: 'remove it when you are done'
          }
        ]
  })
}

/** Nothing that was run is no success, unless it is said to be one: a filter may be misspelt. */
function whyNothing(
  tests: readonly PlannedTest[],
  selected: readonly PlannedTest[],
  options: SelectionOptions,
  gone: readonly string[]
): readonly [reason: string, hint: string] {
  const names = tests.map(test => `"${test.name}"`)
  const filters = [
    ...options.tag.map(text => `--tag ${text}`),
    ...options.grep.map(text => `--grep ${text}`),
    ...options.grepInvert.map(text => `--grep-invert ${text}`),
    ...(options.lastFailed ? ['--last-failed'] : [])
  ]
  if (names.length === 0) return ['the files hold no test', 'a test is a document with "type: Test"']
  if (selected.length > 0)
    return [`every test that is meant is skipped: ${selected[0]?.skip}`, 'take `skip` out of one of them']
  if (filters.length === 1 && options.lastFailed)
    return gone.length > 0
      ? [`what did not pass last time is no longer there: ${listed(gone)}`, 'run without --last-failed']
      : ['nothing failed last time', 'run without --last-failed; with --pass-with-no-tests this is a success']
  const none = names.length === 1 ? 'the only test does not fit' : `none of ${names.length} tests fits`
  return [`${none} ${filters.join(' ')}`, `there ${names.length === 1 ? 'is' : 'are'} ${listed(names)}`]
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ')
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown
}
