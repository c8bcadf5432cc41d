import type {
  JsonCompleteness,
  JsonOutput,
  JsonRepeated,
  JsonSpread,
  JsonTest
} from '../report/json-report.ts'
import { renderCount, renderMs, renderNumber } from '../report/quantity.ts'
import { warningLine } from './assertion-view.ts'
import { type Child, disclosure, element, section, sign } from './dom.ts'
import { reasonView, type ShowSpan } from './reason-view.ts'
import { factsOf, longText } from './span-details.ts'

/** The trace is complete, or nothing that could still come would matter. */
const SURE: ReadonlySet<string | undefined> = new Set(['structural', 'quiet', 'stated', 'answer', 'asserted'])
const MOST_HOLES = 20

/** Why a test could not be judged, and what to do. */
export function errorView({ error }: JsonTest): HTMLElement | undefined {
  if (error === undefined) return undefined
  return element(
    'section',
    { class: 'error-box' },
    element(
      'h3',
      {},
      sign('!', 'bad'),
      ' It could not be judged',
      element('code', { class: 'hint' }, ` ${error.code}`)
    ),
    element('p', { class: 'message' }, error.message),
    error.hint === undefined ? undefined : element('p', { class: 'way-out' }, sign('→'), ` ${error.hint}`)
  )
}

export function warningsView({ warnings }: JsonTest): HTMLElement | undefined {
  if (warnings.length === 0) return undefined
  return section('Warnings', 'warnings', ...warnings.map(warningLine))
}

/** On what ground waiting ended, what is missing, and what was relied on. */
export function completenessView({ completeness }: JsonTest, showSpan: ShowSpan): HTMLElement | undefined {
  const { ground, text, holes, losses } = completeness
  if (ground === undefined && holes.length === 0 && losses.length === 0) return undefined
  const isSure = SURE.has(ground)
  const shown = holes.slice(0, MOST_HOLES).map(({ spanId, text: hole }) => {
    const span = spanId === undefined ? undefined : showSpan(spanId)
    return element('li', {}, sign('▲', 'caution'), ` ${hole}`, span ? ' ' : undefined, span)
  })
  const more = holes.length - MOST_HOLES
  return section(
    'Completeness',
    'completeness',
    ground === undefined
      ? undefined
      : element(
          'p',
          {},
          isSure ? sign('✓', 'good') : sign('▲', 'caution'),
          ` ${text ?? ground}`,
          element('span', { class: 'word dim' }, ground)
        ),
    shown.length > 0
      ? element('ul', { class: 'plain', 'aria-label': 'What is missing' }, ...shown)
      : undefined,
    more > 0
      ? element('p', { class: 'hint' }, `and ${renderCount(more, 'more gap')} in the trace`)
      : undefined,
    losses.length > 0
      ? element('p', { class: 'hint' }, `The data store loses of every trace: ${losses.join(', ')}.`)
      : undefined,
    relianceView(completeness)
  )
}

function relianceView({
  waitedMs,
  settledMs,
  watchedMs,
  reliedOn
}: JsonCompleteness): HTMLElement | undefined {
  if (waitedMs === undefined) return undefined
  const facts: (readonly [string, Child])[] = [
    ['Waited', `${renderMs(waitedMs)} after the answer`],
    ['Settled', settledMs === undefined ? undefined : `${renderMs(settledMs)} after the last span ended`],
    ['Watched', watchedMs === undefined ? undefined : `${renderMs(watchedMs)} more`]
  ]
  if (reliedOn !== undefined)
    facts.push(
      ['Flush delay', `${renderMs(reliedOn.flushMs)}, ${reliedOn.flush}`],
      ['Lag', `${renderMs(reliedOn.lagMs)}, ${reliedOn.lag}`],
      ['Margin', renderMs(reliedOn.marginMs)],
      ['Deadline', renderMs(reliedOn.deadlineMs)],
      ['Looks', renderNumber(reliedOn.looks)],
      ['Late spans', renderNumber(reliedOn.lateSpans)]
    )
  return disclosure(['What waiting relied on'], () => [factsOf(facts)])
}

export function outputsView({ outputs }: JsonTest, showSpan: ShowSpan): HTMLElement | undefined {
  if (outputs.length === 0) return undefined
  const rows = outputs.map(output =>
    element('tr', {}, element('th', { scope: 'row' }, output.name), outputCell(output, showSpan))
  )
  return section(
    'Outputs',
    'outputs',
    element('table', { class: 'attributes' }, element('tbody', {}, ...rows))
  )
}

function outputCell(output: JsonOutput, showSpan: ShowSpan): HTMLElement {
  if (output.outcome === 'held') {
    const span = output.spanId === undefined ? undefined : showSpan(output.spanId)
    const text = output.text ?? JSON.stringify(output.value)
    return element(
      'td',
      {},
      longText(text),
      span ? element('span', { class: 'hint' }, ' from ', span) : undefined
    )
  }
  const word = output.outcome === 'unmatched' ? 'no span selected' : 'undetermined'
  return element(
    'td',
    {},
    element('span', { class: 'bad' }, sign('✕'), ` ${word}`),
    output.reason ? reasonView(output.reason, showSpan) : undefined
  )
}

/** Figures over the runs of a test that was run several times. */
export function repetitionView(
  { repetition }: JsonTest,
  repeated: readonly JsonRepeated[] = []
): HTMLElement | undefined {
  const figures = repeated.find(({ id }) => id === repetition?.test)
  if (repetition === undefined || figures === undefined) return undefined
  const counts = (['passed', 'flaky', 'failed', 'errored', 'skipped'] as const)
    .filter(outcome => figures[outcome] > 0)
    .map(outcome => `${figures[outcome]} ${outcome}`)
  return section(
    `Run ${repetition.number} of ${repetition.of}`,
    'repetition',
    element('p', {}, `Of ${renderCount(figures.runs, 'run')}: ${counts.join(', ')}.`),
    spreadTable([
      ['Duration', figures.durationMs],
      ['From answer to verdict', figures.verdictMs]
    ])
  )
}

function spreadTable(rows: readonly (readonly [string, JsonSpread | undefined])[]): HTMLElement | undefined {
  const known = rows.filter((row): row is readonly [string, JsonSpread] => row[1] !== undefined)
  if (known.length === 0) return undefined
  const titles = ['', 'least', 'median', 'most'].map(title => element('th', { scope: 'col' }, title))
  const body = known.map(([title, { min, median, max }]) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, title),
      ...[min, median, max].map(ms => element('td', { class: 'number' }, renderMs(ms)))
    )
  )
  return element(
    'table',
    { class: 'spread' },
    element('thead', {}, element('tr', {}, ...titles)),
    element('tbody', {}, ...body)
  )
}
