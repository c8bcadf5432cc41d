import type { SpanId } from '../../model/ids.ts'
import { serviceName } from '../../model/span.ts'
import type { Trace } from '../../model/trace.ts'
import { indent, type Line, lineOf, padLine, toned, widestOf, wrapLine } from '../line.ts'
import { renderCount } from '../quantity.ts'
import { shortenEnd } from '../shorten.ts'
import type { Layout } from './layout.ts'
import { labelOf, workOf } from './span-label.ts'

const MAX_KINDS = 4

interface Kind {
  readonly work: string
  readonly first: number
  readonly parents: Set<number>
  /** What the first of them that failed says of it. */
  failure?: string
  count: number
}

/** What a set of spans is made of: `6 × SELECT price …   all under  pricing · GET /quote`, and why those that failed did. */
export function renderSelection(
  selected: readonly SpanId[],
  trace: Trace | undefined,
  layout: Layout
): readonly Line[] {
  if (trace === undefined || selected.length === 0) return []
  const kinds = kindsOf(selected, trace)
  const shown = kinds.slice(0, MAX_KINDS)
  const half = Math.floor(layout.columns / 2)
  const works = shown.map(({ count, work }) =>
    lineOf(
      `${count} ${layout.signs.times} ${shortenEnd(work, Math.max(20, half - 6), layout.signs.ellipsis)}`
    )
  )
  const widest = widestOf(works)
  const lines = shown.flatMap((kind, at): readonly Line[] => [
    [...padLine(works[at]!, widest), ...parentsOf(kind, trace, layout)],
    ...failureOf(kind, layout)
  ])
  const rest = kinds.length - shown.length
  return rest === 0
    ? lines
    : [...lines, lineOf(toned(`and ${renderCount(rest, 'other kind')} of spans`, 'dim'))]
}

function kindsOf(selected: readonly SpanId[], trace: Trace): readonly Kind[] {
  const kinds = new Map<string, Kind>()
  for (const spanId of selected) {
    const position = trace.positionOf(spanId)
    if (position === undefined) continue
    const span = trace.spans[position]!
    const parent = trace.parents[position]!
    const above = parent < 0 ? undefined : trace.spans[parent]
    const work = workOf(span)
    const key = JSON.stringify([serviceName(span), work, above && serviceName(above), above?.name])
    const kind = kinds.get(key) ?? { work, first: position, parents: new Set<number>(), count: 0 }
    kinds.set(key, kind)
    kind.count++
    kind.parents.add(parent)
    if (kind.failure === undefined && span.status.code === 'error' && span.status.message)
      kind.failure = span.status.message
  }
  return [...kinds.values()].sort((a, b) => b.count - a.count || a.first - b.first)
}

function failureOf({ failure }: Kind, layout: Layout): readonly Line[] {
  if (failure === undefined) return []
  return indent(wrapLine(lineOf(toned('error: ', 'dim'), toned(failure, 'bad')), layout.columns - 4, 2), 4)
}

function parentsOf({ parents, count }: Kind, trace: Trace, layout: Layout): Line {
  const [parent = -1] = parents
  if (parent < 0) return lineOf()
  const label = parent === trace.trigger ? 'the trigger' : labelOf(trace.spans[parent]!, layout)
  const all = count > 1 && parents.size === 1 ? 'all ' : ''
  const several = parents.size > 1 ? `${parents.size} ${layout.signs.times} ` : ''
  return lineOf(toned(`   ${all}under  `, 'dim'), `${several}${label}`)
}
