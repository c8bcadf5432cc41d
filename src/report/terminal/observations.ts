import { indent, type Line, lineColumns, lineOf, padLine, toned, widestOf, wrapLine } from '../line.ts'
import { groupObservations, type ObservationGroup } from '../offenders.ts'
import { renderCount, renderNumber } from '../quantity.ts'
import { shortenMiddle, shortenPair } from '../shorten.ts'
import type { Layout } from './layout.ts'
import { reasonText } from './reason.ts'

const MAX_GROUPS = 5
const MAX_SPANS_OF_GROUP = 3
const LONGEST_VALUE = 160
const LABEL = 'expected '

/** What an assertion saw of one span, in a verdict or in a report of it. */
interface Seen {
  readonly holds?: boolean | undefined
  readonly expected?: string
  readonly actual?: string
  readonly reason?: { readonly code: string; readonly text: string; readonly nearest?: string }
}

/** Expected and actual, span by span; `spanLine` says which span it is. */
export function renderObservations<T extends Seen>(
  observed: readonly T[],
  spanLine: (seen: T) => Line,
  layout: Layout
): readonly Line[] {
  const groups = groupObservations(observed)
  const shown = groups.slice(0, MAX_GROUPS)
  const rest = groups.slice(MAX_GROUPS)
  const values = shown.map(group => valuesOf(group.first, layout))
  const widest = widestOf(values.flat())
  const isTable = widest <= layout.columns / 2
  const lines = shown.flatMap((group, at) =>
    renderGroup(group, values[at]!, isTable ? widest : 0, spanLine, layout)
  )
  if (rest.length === 0) return lines
  const spans = rest.reduce((count, group) => count + group.members.length, 0)
  return [...lines, lineOf(toned(`and ${renderCount(spans, 'more span')} with other values`, 'dim'))]
}

function renderGroup<T extends Seen>(
  { first, members }: ObservationGroup<T>,
  values: readonly Line[],
  widest: number,
  spanLine: (seen: T) => Line,
  layout: Layout
): readonly Line[] {
  const spans = members.slice(0, MAX_SPANS_OF_GROUP).map(spanLine)
  const more = members.length - spans.length
  if (more > 0) spans.push(lineOf(toned(`and ${renderNumber(more)} more like these`, 'dim')))
  const reason = first.reason && wrapLine(lineOf(reasonText(first.reason, layout)), layout.columns, 2)
  const isBeside =
    widest > 0 && values.length < 2 && spans.every(span => widest + 3 + lineColumns(span) <= layout.columns)
  if (isBeside) {
    const table = spans.map(
      (span, row): Line => [...padLine(row === 0 ? (values[0] ?? []) : [], widest + 3), ...span]
    )
    return [...table, ...indent(reason ?? [], 2)]
  }
  const below = spans.flatMap(span => wrapLine(span, layout.columns - 2, 2))
  return [...values, ...indent([...below, ...(reason ?? [])], values.length === 0 ? 0 : 2)]
}

/** `expected 99.99   actual 89.99`, and whether it holds where that is not wanted; or one below the other where they are too wide for one line. */
function valuesOf({ expected, actual, reason, holds }: Seen, layout: Layout): readonly Line[] {
  const value = actual ?? (reason?.code === 'missing' ? 'missing' : undefined)
  const word = holds === true ? toned('   holds', 'caution') : undefined
  if (expected === undefined && value === undefined)
    return word === undefined ? [] : [lineOf(toned('holds', 'caution'))]
  const columns = Math.min(LONGEST_VALUE, layout.columns - LABEL.length)
  const { ellipsis } = layout.signs
  if (expected === undefined || value === undefined) {
    const only = shortenMiddle(expected ?? value ?? '', columns, ellipsis)
    return [lineOf(toned(expected === undefined ? 'actual ' : LABEL, 'dim'), only, word)]
  }
  const [short, other] = shortenPair(expected, value, columns, ellipsis)
  const line = lineOf(toned(LABEL, 'dim'), short, toned('   actual ', 'dim'), toned(other, 'strong'), word)
  if (lineColumns(line) <= layout.columns) return [line]
  return [lineOf(toned(LABEL, 'dim'), short), lineOf(toned('actual   ', 'dim'), toned(other, 'strong'), word)]
}
