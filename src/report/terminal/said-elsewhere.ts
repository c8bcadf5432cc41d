import type { TestReport } from '../../model/run-event.ts'
import type { CheckResult, Hole, OutputResult } from '../../model/verdict.ts'

type Told = Pick<TestReport, 'verdict' | 'warnings'>

/** Where the block of a test says in full why something could not be decided, in a few words that lead there. */
export function saidElsewhere(result: CheckResult | OutputResult, report: Told): string | undefined {
  if (result.outcome !== 'undetermined') return undefined
  if ('observed' in result && result.observed.some(({ spanId }) => spanId !== undefined)) return undefined
  const { code, text } = result.reason
  const { verdict } = report
  if (verdict.outcome === 'errored' && (code === 'open' || text === verdict.error.message))
    return 'see the error'
  return isWarnedOf(text, report) ? 'see the warning' : undefined
}

/** The holes that neither the error, the ground nor a warning of a test has told already. */
export function untoldHoles({
  holes,
  ...report
}: Told & Pick<TestReport, 'holes' | 'ground'>): readonly Hole[] {
  const { verdict, ground } = report
  const told = verdict.outcome === 'errored' ? verdict.error.message : undefined
  return holes.filter(
    ({ text }) => text !== told && ground?.text.includes(text) !== true && !isWarnedOf(text, report)
  )
}

function isWarnedOf(text: string, { warnings }: Told): boolean {
  return warnings.some(warning => warning === text || warning.startsWith(`${text} → `))
}
