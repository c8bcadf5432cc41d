import type { JsonSpan, JsonTest } from '../report/json-report.ts'
import { renderMs } from '../report/quantity.ts'
import { titleOf } from '../report/test-title.ts'
import type { SpanLinks } from './assertion-view.ts'
import { button, element, outsideLink, sign } from './dom.ts'
import { completenessView, errorView, outputsView, repetitionView, warningsView } from './facts-view.ts'
import { badgeOfTest } from './outcome-words.ts'
import type { HeldTrace, ReportData } from './report-data.ts'
import { positionOfSpan, selectionOf, selectorWithoutVariables } from './span-marks.ts'
import { specsView } from './spec-view.ts'
import { createTraceView, type TraceView } from './trace-view.ts'

interface TestViewOptions {
  readonly data: ReportData
  readonly test: JsonTest
  /** Which attempt is shown. */
  readonly attempt: JsonTest
  hrefOf(test: JsonTest, attempt: JsonTest): string
  onBack(): void
}

/** One test, or an earlier attempt of it, with all that is known of it. */
export interface TestView {
  readonly root: HTMLElement
  readonly heading: HTMLElement
  focusSelector(): void
}

export function createTestView(options: TestViewOptions): TestView {
  const { data, attempt, onBack } = options
  const held = data.traceOf(attempt)
  const trace =
    held !== undefined && 'trace' in held ? createTraceView(attempt, held.trace, onBack) : undefined
  const links = linksInto(trace)
  const heading = element('h2', { tabindex: -1 }, titleOf(options.test))
  const select = trace && ((selector: string): void => trace.select(selector))
  const root = element(
    'article',
    { class: 'test', 'data-id': attempt.id },
    headOf(options, heading),
    errorView(attempt),
    attempt.reason === undefined
      ? undefined
      : element('p', { class: 'message' }, `Skipped: ${attempt.reason}`),
    ...specsView({ test: attempt, links, canSelect: selectorWithoutVariables, onSelector: select }),
    warningsView(attempt),
    trace?.root ?? withoutTrace(attempt, held),
    completenessView(attempt, links.byId),
    outputsView(attempt, links.byId),
    repetitionView(options.test, data.report.repeated)
  )
  return { root, heading, focusSelector: () => trace?.focusSelector() }
}

function headOf({ test, attempt, hrefOf, onBack }: TestViewOptions, heading: HTMLElement): HTMLElement {
  const { sign: mark, tone } = badgeOfTest(attempt.outcome)
  const { response } = attempt
  const answer =
    response === undefined
      ? undefined
      : [
          'answer',
          response.status,
          response.statusText,
          response.durationMs === undefined ? undefined : `in ${renderMs(response.durationMs)}`
        ]
          .filter(part => part !== undefined && part !== '')
          .join(' ')
  return element(
    'header',
    { class: 'test-head' },
    button({ class: 'tool back' }, onBack, '← All tests'),
    heading,
    element(
      'p',
      { class: 'test-facts' },
      element('span', { class: `badge ${tone}` }, sign(mark), ` ${attempt.outcome}`),
      element('span', {}, renderMs(attempt.durationMs)),
      answer === undefined ? undefined : element('span', {}, answer),
      element('span', { class: 'hint' }, `${attempt.file}:${attempt.line}`),
      element('time', { class: 'hint', datetime: attempt.startedAt }, shownTime(attempt.startedAt)),
      ...attempt.tags.map(tag => element('span', { class: 'tag' }, tag))
    ),
    traceLine(attempt),
    attemptsOf(test, attempt, hrefOf)
  )
}

function traceLine({ traceId, traceUrl, joinedTraceIds = [] }: JsonTest): HTMLElement | undefined {
  if (traceId === undefined) return undefined
  return element(
    'p',
    { class: 'trace-line hint' },
    'trace ',
    element('code', {}, traceId),
    joinedTraceIds.length > 0 ? `, joined by ${joinedTraceIds.join(', ')}` : undefined,
    traceUrl === undefined ? undefined : ' ',
    traceUrl === undefined ? undefined : outsideLink(traceUrl, 'open it in the data store')
  )
}

/** A test that was tried again: each attempt is a page of its own. */
function attemptsOf(
  test: JsonTest,
  shown: JsonTest,
  hrefOf: TestViewOptions['hrefOf']
): HTMLElement | undefined {
  const attempts = [...(test.earlierAttempts ?? []), test]
  if (attempts.length < 2) return undefined
  const items = attempts.map(attempt => {
    // The last of a flaky test passed.
    const outcome = attempt.outcome === 'flaky' ? 'passed' : attempt.outcome
    const { sign: mark, tone } = badgeOfTest(outcome)
    return element(
      'a',
      {
        href: hrefOf(test, attempt),
        class: 'attempt',
        'aria-current': attempt.attempt === shown.attempt ? 'true' : undefined
      },
      `attempt ${attempt.attempt} `,
      element('span', { class: tone }, sign(mark), ` ${outcome}`)
    )
  })
  return element('nav', { class: 'attempts', 'aria-label': 'Attempts' }, ...items)
}

function withoutTrace({ traceId, outcome }: JsonTest, held: HeldTrace | undefined): HTMLElement | undefined {
  if (held !== undefined && 'omitted' in held)
    return element('p', { class: 'message' }, sign('▲', 'caution'), ` ${held.omitted}`)
  if (outcome === 'skipped') return undefined
  const why =
    traceId === undefined ? 'No request was sent, so that there is no trace.' : 'No span of this trace came.'
  return element('p', { class: 'message hint' }, why)
}

function linksInto(trace: TraceView | undefined): SpanLinks {
  const labelAt = (position: number): readonly (Node | string)[] => {
    const { table } = trace!
    const span = table.trace.spans[position]!
    const service = table.services[table.serviceNumbers[position]!]!
    return [
      service === '' ? '' : `${service} · `,
      span.name === '' ? '(no name)' : span.name,
      element('code', { class: 'hint' }, ` ${span.spanId}`)
    ]
  }
  const linkTo = (position: number): Node =>
    button({ class: 'link span-link' }, () => trace?.show(position), ...labelAt(position))
  return {
    byId: spanId => {
      const position = trace?.table.trace.positionOf(spanId)
      return position === undefined ? undefined : linkTo(position)
    },
    selectedBy: spec => {
      const shown = trace?.table.trace
      if (shown === undefined) return []
      return selectionOf(spec, shown).map(position => {
        const { spanId, traceId } = shown.spans[position]!
        return traceId === shown.traceId ? { spanId } : { spanId, traceId }
      })
    },
    of: (span: JsonSpan): Node => {
      const position = trace && positionOfSpan(span, trace.table.trace)
      if (position !== undefined) return linkTo(position)
      const name = [span.service, span.name].filter(Boolean).join(' · ')
      return element('span', {}, name, element('code', { class: 'hint' }, ` ${span.spanId ?? ''}`))
    }
  }
}

function shownTime(iso: string): string {
  return new Date(iso).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })
}
