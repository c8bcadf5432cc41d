import type { PlannedTest } from '../plan/plan.ts'

const MOST_NAMES = 3

/** A round, for the line above it. */
export interface RoundWords {
  readonly kind: 'all' | 'failed' | 'saved'
  /** As they are shown. */
  readonly saved: readonly string[]
  readonly toRun: readonly PlannedTest[]
  readonly toJudge: readonly PlannedTest[]
}

/** Says what changed, and what is done about it. Ends with a line break. */
export function describeRound({ kind, saved, toRun, toJudge }: RoundWords): string {
  const files = saved.length === 0 ? '' : `${listed(saved)} ${saved.length === 1 ? 'was' : 'were'} saved: `
  if (kind === 'all') return `\n${files}all tests are run again\n`
  const parts = [
    ...(toRun.length > 0 ? [`${namesOf(toRun)} ${isOrAre(toRun)} run again`] : []),
    ...(toJudge.length > 0
      ? [`${namesOf(toJudge)} ${isOrAre(toJudge)} judged again on the saved trace, nothing is sent`]
      : [])
  ]
  if (parts.length > 0) return `\n${files}${parts.join('; ')}\n`
  return kind === 'failed'
    ? `\n${files}every test passed: none is run again\n`
    : `\n${files}no test is changed by it\n`
}

function isOrAre({ length }: readonly unknown[]): string {
  return length === 1 ? 'is' : 'are'
}

function namesOf(tests: readonly PlannedTest[]): string {
  return listed(tests.map(({ name }) => `"${name}"`))
}

function listed(names: readonly string[]): string {
  const [shown, rest] = [names.slice(0, MOST_NAMES), names.length - MOST_NAMES]
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ')
}
