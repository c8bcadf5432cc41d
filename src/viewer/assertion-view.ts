import type { JsonAssertion, JsonSpan, JsonSpec } from '../report/json-report.ts'
import { groupObservations, type ObservationGroup, offendersOf } from '../report/offenders.ts'
import { renderCount, renderNumber } from '../report/quantity.ts'
import { button, type Child, disclosure, element, sign } from './dom.ts'
import { badgeOfAssertion, wordOfAssertion } from './outcome-words.ts'
import { reasonView, type ShowSpan } from './reason-view.ts'
import { longText } from './span-details.ts'

/** What an assertion needs to lead into the trace. */
export interface SpanLinks {
  readonly byId: ShowSpan
  /** A span as an assertion lists it: a button where it is here, else its name. */
  of(span: JsonSpan): Node
  /** The spans that a spec selected, where they can be found again. */
  selectedBy(spec: JsonSpec): readonly JsonSpan[]
}

const MOST_SPANS = 4
const MOST_GROUPS = 12

export function assertionView(
  assertion: JsonAssertion,
  spec: JsonSpec,
  links: SpanLinks,
  file: string
): HTMLElement {
  const { sign: mark, tone } = badgeOfAssertion(assertion, spec)
  const isQuiet = assertion.outcome === 'held' || assertion.outcome === 'skipped'
  const whole = assertion.spans.find(span => span.spanId === undefined)
  const perSpan = assertion.spans
    .filter(span => span.spanId !== undefined)
    .map(({ expected, ...span }) => (isSaid(expected, assertion) ? span : { ...span, expected }))
  const offenders = isQuiet ? [] : offendersOf(assertion.text, perSpan)
  return element(
    'li',
    { class: `assertion is-${tone}`, 'data-outcome': assertion.outcome },
    element(
      'div',
      { class: 'assertion-head' },
      sign(mark, tone),
      element(
        'span',
        {},
        element('code', {}, assertion.text),
        ' ',
        element('span', { class: `word ${tone}` }, wordOf(assertion, spec))
      ),
      element('span', { class: 'hint place' }, `${file}:${assertion.line}`)
    ),
    isQuiet || whole === undefined ? undefined : valuePair(whole, assertion),
    isQuiet ? heldSpans(assertion, links) : observationTable(offenders, links),
    assertion.outcome === 'violated' && perSpan.length === 0
      ? selectionList(links.selectedBy(spec), links)
      : undefined,
    isQuiet ? undefined : anatomyList(assertion),
    assertion.reason && assertion.outcome !== 'skipped'
      ? reasonView(assertion.reason, links.byId)
      : undefined,
    assertion.outcome === 'skipped' && assertion.reason
      ? element('p', { class: 'hint' }, assertion.reason.text)
      : undefined,
    ...assertion.warnings.map(warningLine),
    assertion.spanCount > assertion.spans.length
      ? element(
          'p',
          { class: 'hint' },
          `${renderCount(assertion.spanCount, 'span')} concerned; the report lists ${renderNumber(assertion.spans.length)}`
        )
      : undefined
  )
}

function wordOf(assertion: JsonAssertion, { severity }: JsonSpec): string {
  const isFailure = assertion.outcome !== 'held' && assertion.outcome !== 'skipped'
  return isFailure && severity === 'warning'
    ? `warning: ${wordOfAssertion(assertion)}`
    : wordOfAssertion(assertion)
}

export function warningLine(text: string): HTMLElement {
  return element(
    'p',
    { class: 'warning' },
    sign('▲', 'caution'),
    element('span', { class: 'caution' }, ' warning: '),
    text
  )
}

/** Nothing is gained by what the assertion itself says. */
function isSaid(expected: string | undefined, { text }: JsonAssertion): expected is undefined {
  return expected === undefined || expected === text
}

/** Expected and actual, one above the other, with the part that differs underlined. */
function valuePair({ actual, holds, ...said }: JsonSpan, assertion: JsonAssertion): HTMLElement | undefined {
  const expected = isSaid(said.expected, assertion) ? undefined : said.expected
  if (expected === undefined && actual === undefined) return undefined
  const [shownExpected, shownActual] = markDifference(expected, actual)
  return element(
    'dl',
    { class: 'values' },
    ...(shownExpected ? [element('dt', {}, 'expected'), element('dd', {}, shownExpected)] : []),
    ...(shownActual
      ? [
          element('dt', {}, 'actual'),
          element('dd', { class: 'is-actual' }, shownActual, holds === true ? ' (holds)' : undefined)
        ]
      : [])
  )
}

const LONGEST_COMPARED = 400

function markDifference(
  expected: string | undefined,
  actual: string | undefined
): [Node | undefined, Node | undefined] {
  const whole = (text: string | undefined): Node | undefined =>
    text === undefined ? undefined : longText(text)
  if (expected === undefined || actual === undefined) return [whole(expected), whole(actual)]
  if (expected.length > LONGEST_COMPARED || actual.length > LONGEST_COMPARED)
    return [whole(expected), whole(actual)]
  const shortest = Math.min(expected.length, actual.length)
  let start = 0
  while (start < shortest && expected[start] === actual[start]) start++
  let end = 0
  while (end < shortest - start && expected.at(-1 - end) === actual.at(-1 - end)) end++
  // Two values with little in common are told apart without help.
  if (start + end < 4) return [whole(expected), whole(actual)]
  const marked = (text: string): Node =>
    element(
      'span',
      { class: 'value' },
      text.slice(0, start),
      element('u', {}, text.slice(start, text.length - end)),
      text.slice(text.length - end)
    )
  return [marked(expected), marked(actual)]
}

function observationTable(observed: readonly JsonSpan[], links: SpanLinks): HTMLElement | undefined {
  if (observed.length === 0) return undefined
  const groups = groupObservations(observed)
  const hasExpected = groups.some(({ first }) => first.expected !== undefined)
  const head = element(
    'thead',
    {},
    element(
      'tr',
      {},
      element('th', { scope: 'col' }, 'span'),
      hasExpected ? element('th', { scope: 'col' }, 'expected') : undefined,
      element('th', { scope: 'col' }, 'actual')
    )
  )
  const body = element(
    'tbody',
    {},
    ...groups.slice(0, MOST_GROUPS).map(group => groupRow(group, hasExpected, links))
  )
  const table = element('div', { class: 'scroller' }, element('table', { class: 'observations' }, head, body))
  if (groups.length <= MOST_GROUPS) return table
  const more = button(
    { class: 'link' },
    () => {
      body.append(...groups.slice(MOST_GROUPS).map(group => groupRow(group, hasExpected, links)))
      more.remove()
    },
    `show ${groups.length - MOST_GROUPS} more`
  )
  return element('div', {}, table, more)
}

function groupRow(
  { first, members }: ObservationGroup<JsonSpan>,
  hasExpected: boolean,
  links: SpanLinks
): HTMLElement {
  const actual = first.actual ?? (first.reason?.code === 'missing' ? 'missing' : undefined)
  const [shownExpected, shownActual] = markDifference(first.expected, actual)
  return element(
    'tr',
    {},
    element('td', {}, spanList(members, links)),
    hasExpected ? element('td', {}, shownExpected) : undefined,
    element(
      'td',
      { class: 'is-actual' },
      shownActual,
      first.holds === true ? element('span', { class: 'word caution' }, 'holds') : undefined,
      first.reason ? reasonView(first.reason, links.byId) : undefined
    )
  )
}

function spanList(members: readonly JsonSpan[], links: SpanLinks): HTMLElement {
  const list = element(
    'ul',
    { class: 'plain' },
    ...members.slice(0, MOST_SPANS).map(span => element('li', {}, links.of(span)))
  )
  const rest = members.slice(MOST_SPANS)
  if (rest.length === 0) return list
  const more = button(
    { class: 'link' },
    () => {
      list.append(...rest.map(span => element('li', {}, links.of(span))))
      more.remove()
    },
    `and ${renderNumber(rest.length)} more like these`
  )
  return element('div', {}, list, more)
}

function selectionList(selected: readonly JsonSpan[], links: SpanLinks): HTMLElement | undefined {
  if (selected.length === 0) return undefined
  return element('div', { class: 'selection' }, spanList(selected, links))
}

function heldSpans({ outcome, spans }: JsonAssertion, links: SpanLinks): HTMLElement | undefined {
  if (outcome !== 'held' || spans.length === 0) return undefined
  const rows = (): readonly Child[] => [
    element(
      'ul',
      { class: 'plain' },
      ...spans
        .slice(0, 200)
        .map(span =>
          element(
            'li',
            {},
            span.spanId === undefined ? undefined : links.of(span),
            span.actual === undefined ? undefined : element('span', { class: 'value' }, ` ${span.actual}`)
          )
        )
    )
  ]
  return disclosure([`on ${renderCount(spans.length, 'span')}`], rows)
}

function anatomyList({ anatomy = [], text, spans }: JsonAssertion): HTMLElement | undefined {
  const said = new Set(spans.flatMap(({ expected, actual }) => [expected, actual]))
  const parts = anatomy.filter(
    part => part.text !== part.value && part.text !== text && !said.has(part.value)
  )
  if (parts.length === 0) return undefined
  return element(
    'ul',
    { class: 'anatomy plain', 'aria-label': 'What its parts came out as' },
    ...parts.map(part =>
      element('li', {}, element('code', {}, part.text), ' = ', element('code', {}, part.value))
    )
  )
}
