import type { TestReport } from '../../model/run-event.ts'
import type { CheckResult, OutputResult, SpecResult } from '../../model/verdict.ts'
import { renderLocation } from '../../source/line-index.ts'
import { clipLine, indent, type Line, lineOf, spread, toned } from '../line.ts'
import { renderCount } from '../quantity.ts'
import { shortenMiddle } from '../shorten.ts'
import { inset, type Layout } from './layout.ts'

const MAX_FAILURES = 3

/** What stood against a test, a line each and without reasons: enough to know it again. */
export function renderFailures(
  report: TestReport,
  layout: Layout,
  limit: number = MAX_FAILURES
): readonly Line[] {
  const failures = failuresOf(report, layout)
  const shown = failures.slice(0, limit).flat()
  const more = failures.length - limit
  return more > 0 && limit > 1
    ? [...shown, lineOf(toned(`and ${renderCount(more, 'more failure')}`, 'dim'))]
    : shown
}

function failuresOf({ verdict }: TestReport, layout: Layout): readonly (readonly Line[])[] {
  const { signs, columns } = layout
  const sign = toned(`${signs.failed} `, 'bad')
  switch (verdict.outcome) {
    case 'skipped':
    case 'passed':
      return []
    case 'errored': {
      const [first = ''] = verdict.error.message.split(/\r?\n/)
      return [[clipLine(lineOf(toned(`${signs.caution} `, 'bad'), first), columns, signs.ellipsis)]]
    }
    case 'failed': {
      const checks = verdict.specs
        .filter(spec => spec.severity === 'error')
        .flatMap(spec => spec.checks.filter(isFailure).map(check => ({ spec, check })))
      return [
        ...checks.map(({ spec, check }) => {
          const text = shortenMiddle(check.text, columns - 2, signs.ellipsis)
          const line = lineOf(sign, text, toned(foundBy(check, spec, layout), 'dim'))
          return spread(line, lineOf(toned(renderLocation(check.location), 'dim')), columns)
        }),
        ...verdict.outputs.filter(isOpen).map(({ name, location, outcome }) => {
          const word = outcome === 'unmatched' ? 'no span selected' : 'undetermined'
          const line = lineOf(sign, `output ${name}`, toned(`   ${word}`, 'dim'))
          return spread(line, lineOf(toned(renderLocation(location), 'dim')), columns)
        })
      ]
    }
  }
}

function isFailure({ outcome }: CheckResult): boolean {
  return outcome !== 'held' && outcome !== 'skipped'
}

function isOpen({ outcome }: OutputResult): boolean {
  return outcome !== 'held'
}

function foundBy(check: CheckResult, { selected }: SpecResult, { columns, signs }: Layout): string {
  switch (check.outcome) {
    case 'held':
    case 'skipped':
      return ''
    case 'undetermined':
      return '   undetermined'
    case 'unmatched':
      return '   no span selected'
    case 'violated': {
      const failed = check.observed.find(({ holds }) => holds === false)
      if (failed?.actual === undefined) return selected.length === 0 ? '   no span selected' : ''
      return `   actual ${shortenMiddle(failed.actual, Math.max(12, Math.floor(columns / 4)), signs.ellipsis)}`
    }
  }
}

/** The attempts that did not pass, and what stood against the first of them. */
export function renderFirstFailure({ earlier = [] }: TestReport, layout: Layout): readonly Line[] {
  const [first] = earlier
  return first === undefined ? [] : indent(renderFailures(first, inset(layout, 2), 1), 2)
}
