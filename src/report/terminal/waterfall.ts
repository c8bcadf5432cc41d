import type { Trace } from '../../model/trace.ts'
import { columnsOf } from '../../source/columns.ts'
import {
  clipLine,
  type Fragment,
  type Line,
  lineColumns,
  lineOf,
  padLine,
  type Tone,
  toned,
  widestOf
} from '../line.ts'
import type { Signs } from '../paint.ts'
import { renderCount, renderDuration, renderNumber } from '../quantity.ts'
import { clipMiddle } from '../shorten.ts'
import { chooseRows, type Row } from './interesting-rows.ts'
import type { Layout } from './layout.ts'
import type { Mark, Marks } from './marks.ts'
import { groupSpans, type SpanGroup } from './span-groups.ts'
import { buildTimeScale, type TimeScale } from './time-scale.ts'

export interface WaterfallOptions {
  readonly marks: Marks
  /** Rows for groups of spans; what is left out is counted. */
  readonly maxRows: number
}

const WIDEST_SERVICE = 18
const SHARE_OF_SERVICE = 0.28
const NARROWEST_BAR = 8
const NARROWEST_NAME = 5
const DEEPEST_INDENT = 12
/** In steps a column: however deep a span lies, its name is seen. */
const SHARE_OF_INDENT = 0.14

/** A trace drawn compactly: repeats collapsed, the spans concerned marked, bars on one scale of time. */
export function renderWaterfall(trace: Trace, options: WaterfallOptions, layout: Layout): readonly Line[] {
  const groups = groupSpans(trace, options.marks)
  const isTriggerDrawn = trace.trigger === 0 && options.marks.has(trace.spans[0]!.spanId)
  const scale = buildTimeScale(trace, isTriggerDrawn)
  const shareOf = (group: SpanGroup): number =>
    (totalNanos(group, scale) ?? scale.spanNanos) / (scale.spanNanos || 1)
  const rows = chooseRows(groups, options.maxRows, shareOf)
  const { signs, columns } = layout
  const serviceRoom = Math.min(WIDEST_SERVICE, Math.floor(columns * SHARE_OF_SERVICE))
  const services = rows.map(row => serviceCell(row, serviceRoom, signs))
  const deepest = Math.min(DEEPEST_INDENT, Math.floor(columns * SHARE_OF_INDENT))
  const names = rows.map(row => nameCell(row, deepest, signs))
  const times = rows.map(row => (row.kind === 'group' ? timeText(row.group, scale, signs) : ''))
  const serviceColumns = widestOf(services)
  const widestTime = times.reduce((widest, time) => Math.max(widest, columnsOf(time)), 0)
  const hasTimes = columns - serviceColumns - widestTime - 4 >= NARROWEST_BAR
  const timeColumns = hasTimes ? widestTime : 0
  const nameRoom = Math.max(8, Math.floor((columns - serviceColumns - timeColumns) * 0.55))
  const nameColumns = Math.min(nameRoom, widestOf(names.map(wholeOf)))
  const barColumns = columns - serviceColumns - nameColumns - timeColumns - 6
  const hasBars = barColumns >= NARROWEST_BAR
  const nameLimit = hasBars ? nameColumns : Math.max(8, columns - serviceColumns - timeColumns - 4)
  return rows.map((row, at) => {
    const head = [
      ...padLine(services[at]!, serviceColumns + 2),
      ...padLine(fitName(names[at]!, nameLimit, signs), nameLimit + 2)
    ]
    // The bars of the spans concerned stand out from a wall of others.
    const tone = row.kind === 'group' && row.group.mark !== undefined ? toneOf(row.group.mark) : 'dim'
    const bar = hasBars && row.kind === 'group' ? barOf(row.group, scale, barColumns, signs) : ''
    const time = hasTimes ? times[at]! : ''
    const bars = hasBars ? lineOf(toned(bar.padEnd(barColumns + 2), tone)) : []
    return [...head, ...bars, toned(time.padStart(timeColumns), 'dim')]
  })
}

function serviceCell(row: Row, room: number, signs: Signs): Line {
  if (row.kind === 'elided') return []
  const { service, mark } = row.group
  const name = lineOf(clipMiddle(service, room, signs.ellipsis))
  return mark === undefined ? name : lineOf(...name, toned(` ${signOf(mark, signs)}`, toneOf(mark)))
}

function signOf(mark: Mark, signs: Signs): string {
  switch (mark) {
    case 'failed':
      return signs.failed
    case 'caution':
      return signs.caution
    case 'near':
      return signs.near
    case 'selected':
      return signs.passed
  }
}

function toneOf(mark: Mark): Tone {
  switch (mark) {
    case 'failed':
      return 'bad'
    case 'caution':
    case 'near':
      return 'caution'
    case 'selected':
      return 'good'
  }
}

/** A name, and what stands before and behind it. */
interface NameCell {
  readonly before: Line
  readonly name: Fragment
  readonly behind: Line
}

function nameCell(row: Row, deepest: number, signs: Signs): NameCell {
  const margin = ' '.repeat(Math.max(0, 2 * Math.min(row.depth, deepest) - 2))
  if (row.kind === 'elided') {
    const name = toned(`${signs.ellipsis} ${renderCount(row.spans, 'more span')}`, 'dim')
    return { before: lineOf(margin, row.depth > 0 ? '  ' : undefined), name, behind: [] }
  }
  const { name, mark, members, isError, isOrphan, isJoined } = row.group
  const sign = isJoined ? signs.joined : row.depth > 0 ? signs.branch : undefined
  const branch: Fragment | undefined = sign === undefined ? undefined : toned(`${margin}${sign} `, 'dim')
  const repeats = members.length > 1 ? ` ${signs.times}${renderNumber(members.length)}` : undefined
  return {
    before: lineOf(branch),
    name: toned(name === '' ? '(no name)' : name, mark === undefined ? 'plain' : 'strong'),
    behind: lineOf(
      repeats,
      isError ? toned(' (error)', 'bad') : undefined,
      isOrphan ? toned(' (parent missing)', 'caution') : undefined
    )
  }
}

function wholeOf({ before, name, behind }: NameCell): Line {
  return [...before, name, ...behind]
}

/** Both ends of a name tell it apart, and what stands behind it is worth more than its middle. */
function fitName(cell: NameCell, columns: number, { ellipsis }: Signs): Line {
  const { before, name, behind } = cell
  const room = Math.max(NARROWEST_NAME, columns - lineColumns(before) - lineColumns(behind))
  const short = toned(clipMiddle(name.text, room, ellipsis), name.tone)
  return clipLine([...before, short, ...behind], columns, ellipsis)
}

/** A full cell for each cell that a span fills, a tick where a span is shorter than one. */
function barOf({ members }: SpanGroup, scale: TimeScale, columns: number, signs: Signs): string {
  const cells = new Array<string>(columns).fill(' ')
  for (const position of members) {
    const from = scale.startOf(position) * columns
    const to = scale.endOf(position) * columns
    const first = Math.min(columns - 1, Math.round(from))
    if (to - from < 1) {
      if (cells[first] === ' ') cells[first] = signs.tick
    } else cells.fill(signs.bar, first, Math.max(first + 1, Math.round(to)))
  }
  return cells.join('').trimEnd()
}

function timeText(group: SpanGroup, scale: TimeScale, signs: Signs): string {
  const total = totalNanos(group, scale)
  if (total === undefined) return 'in progress'
  const text = renderDuration(total, signs.micro)
  return group.members.length > 1 ? `${signs.sum} ${text}` : text
}

function totalNanos({ members }: SpanGroup, scale: TimeScale): number | undefined {
  let total = 0
  for (const position of members) {
    const duration = scale.durationOf(position)
    if (duration === undefined) return undefined
    total += duration
  }
  return total
}
