import { renderCount, renderDuration } from '../report/quantity.ts'
import { makeVisible } from '../source/visible.ts'
import { element, sign } from './dom.ts'
import type { SpanMark, SpanNote } from './span-marks.ts'
import type { SpanTable } from './span-table.ts'
import type { TimeWindow } from './time-window.ts'

/** Colours of services; beyond that many they begin again, and the labels tell them apart. */
const SERVICE_COLORS = 8
const INDENT = 12
const DEEPEST_INDENT = 14

export interface RowState {
  readonly table: SpanTable
  readonly notes: readonly SpanNote[] | undefined
  readonly window: TimeWindow
  readonly isMatch: boolean
  readonly isFolded: boolean
  readonly isChosen: boolean
}

export function drawSpanRow(position: number, state: RowState): HTMLElement {
  const { table, notes, isMatch, isFolded, isChosen } = state
  const { trace, services, serviceNumbers, depths } = table
  const span = trace.spans[position]!
  const mark = notes?.[0]?.mark
  const hasChildren = trace.subtreeEnds[position]! > position + 1
  const service = serviceLabel(services[serviceNumbers[position]!]!)
  const name = spanLabel(table, position)
  const time = durationText(table, position)
  const twist = hasChildren
    ? element('span', { class: 'twist', 'aria-hidden': 'true', 'data-twist': true }, isFolded ? '▸' : '▾')
    : element('span', { class: 'twist', 'aria-hidden': 'true' }, depths[position]! > 0 ? '·' : '')
  const nameCell = element(
    'span',
    { class: 'cell-name' },
    twist,
    element('span', { class: 'span-name' }, name),
    isFolded ? element('span', { class: 'hint' }, ` +${hiddenBelow(table, position)}`) : undefined,
    span.status.code === 'error' ? element('span', { class: 'word bad' }, 'error') : undefined,
    trace.orphans[position] === 1 ? element('span', { class: 'word caution' }, 'parent missing') : undefined,
    trace.joins[position] === 1 ? element('span', { class: 'word dim' }, 'by link') : undefined
  )
  nameCell.style.paddingInlineStart = `${Math.min(depths[position]!, DEEPEST_INDENT) * INDENT}px`
  return element(
    'div',
    {
      role: 'treeitem',
      class: [
        'waterfall-columns span-row',
        mark ? `is-${mark}` : '',
        isMatch ? 'is-match' : '',
        isChosen ? 'is-chosen' : ''
      ].join(' '),
      'data-position': position,
      'aria-level': depths[position]! + 1,
      'aria-expanded': hasChildren ? String(!isFolded) : undefined,
      'aria-selected': String(isChosen),
      'aria-label': describeRow(position, state)
    },
    element(
      'span',
      { class: 'cell-signs' },
      isMatch ? sign('◆', 'accent') : undefined,
      mark ? sign(signOfMark(mark), toneOfMark(mark)) : undefined
    ),
    element('span', { class: `cell-service service s${serviceColor(table, position)}` }, service),
    nameCell,
    drawLane(position, state),
    element('span', { class: 'cell-time' }, time)
  )
}

function drawLane(position: number, { table, window }: RowState): HTMLElement {
  const { starts, ends, trace } = table
  const width = window.to - window.from
  const shareOf = (moment: number): number => (width === 0 ? 0 : ((moment - window.from) / width) * 100)
  const from = shareOf(starts[position]!)
  const to = shareOf(ends[position]!)
  if (to < 0) return element('span', { class: 'lane' }, element('span', { class: 'beyond is-before' }, '‹'))
  if (from > 100)
    return element('span', { class: 'lane' }, element('span', { class: 'beyond is-after' }, '›'))
  const { status, endUnixNano } = trace.spans[position]!
  const bar = element('span', {
    class: [
      `bar s${serviceColor(table, position)}`,
      status.code === 'error' ? 'is-error' : '',
      endUnixNano === undefined ? 'is-open' : ''
    ].join(' ')
  })
  const left = Math.max(-1, from)
  bar.style.left = `${left}%`
  bar.style.width = `${Math.min(101, to) - left}%`
  return element('span', { class: 'lane' }, bar)
}

export function serviceLabel(service: string): string {
  return service === '' ? '(no service)' : makeVisible(service)
}

export function serviceColor({ serviceNumbers, trace }: SpanTable, position: number): number {
  return colorOfService(serviceNumbers[position]!, trace.trigger === 0)
}

/** The trigger, which comes first where there is one, has the last colour: it is no service of the tested system. */
export function colorOfService(number: number, hasTrigger: boolean): number {
  return (hasTrigger ? number + SERVICE_COLORS - 1 : number) % SERVICE_COLORS
}

export function spanLabel({ trace }: SpanTable, position: number): string {
  const { name } = trace.spans[position]!
  if (position === trace.trigger) return 'the trigger of the test'
  return name === '' ? '(no name)' : makeVisible(name)
}

export function durationText({ trace }: SpanTable, position: number): string {
  const { startUnixNano, endUnixNano } = trace.spans[position]!
  return endUnixNano === undefined ? 'in progress' : renderDuration(Number(endUnixNano - startUnixNano))
}

function hiddenBelow({ trace }: SpanTable, position: number): string {
  return renderCount(trace.subtreeEnds[position]! - position - 1, 'span')
}

/** All that a row shows, in words. */
function describeRow(position: number, { table, notes = [], isMatch, isFolded }: RowState): string {
  const { trace, services, serviceNumbers, starts } = table
  return [
    spanLabel(table, position),
    serviceLabel(services[serviceNumbers[position]!]!),
    durationText(table, position),
    `starts at ${renderDuration(starts[position]!)}`,
    trace.spans[position]!.status.code === 'error' ? 'error' : '',
    trace.orphans[position] === 1 ? 'its parent is missing' : '',
    isMatch ? 'matches the selector' : '',
    isFolded ? `${hiddenBelow(table, position)} below are folded away` : '',
    ...notes.map(({ text }) => text)
  ]
    .filter(Boolean)
    .join(', ')
}

export function signOfMark(mark: SpanMark | undefined): string {
  switch (mark) {
    case 'failed':
      return '✕'
    case 'caution':
      return '▲'
    case 'near':
      return '≈'
    case undefined:
      return ''
  }
}

export function toneOfMark(mark: SpanMark | undefined): string {
  switch (mark) {
    case 'failed':
      return 'bad'
    case 'caution':
    case 'near':
      return 'caution'
    case undefined:
      return ''
  }
}
