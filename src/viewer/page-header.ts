import type { JsonReport } from '../report/json-report.ts'
import { renderMs, renderNumber } from '../report/quantity.ts'
import { warningLine } from './assertion-view.ts'
import { button, element, sign } from './dom.ts'
import { badgeOfTest } from './outcome-words.ts'
import { OUTCOMES } from './test-filter.ts'
import { createThemeSwitch } from './theme-switch.ts'

/** What became of the run as a whole. */
export function pageHeader(report: JsonReport, onHelp: () => void): HTMLElement {
  const { outcome, summary, shard, warnings } = report
  const { sign: mark, tone } = badgeOfTest(outcome)
  return element(
    'header',
    { class: 'page-header' },
    element(
      'div',
      { class: 'run' },
      element('h1', {}, 'tracerun'),
      element('span', { class: `badge ${tone}` }, sign(mark), ` ${outcome}`),
      element('span', { class: 'counts' }, countsOf(report)),
      element('span', { class: 'hint' }, renderMs(summary.durationMs)),
      shard === undefined
        ? undefined
        : element('span', { class: 'tag' }, `shard ${shard.index} of ${shard.count}`),
      element(
        'span',
        { class: 'page-tools' },
        createThemeSwitch(),
        button({ class: 'tool', 'aria-haspopup': 'dialog' }, onHelp, 'Keys')
      )
    ),
    ...warnings.map(warningLine)
  )
}

/** `2 failed, 1 flaky, 12 passed`. */
export function countsOf({ summary }: JsonReport): string {
  const counts = OUTCOMES.filter(outcome => summary[outcome] > 0).map(
    outcome => `${renderNumber(summary[outcome])} ${outcome}`
  )
  return counts.length === 0 ? 'no test' : counts.join(', ')
}
