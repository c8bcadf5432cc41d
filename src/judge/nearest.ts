import type { ComplexNode, SelectorNode } from '../language/ast.ts'
import { serviceName } from '../model/span.ts'
import type { NearestMisses, NearMiss } from '../model/verdict.ts'
import { countMarks, type Narrowing, narrow } from './narrowing.ts'
import { TOO_FAR } from './near-value.ts'
import { type SelectContext, selectComplex } from './select.ts'
import { printComplex, printPseudos } from './selector-text.ts'
import { createShortfallFinder, type ShortfallFinder, valuesOf } from './shortfall.ts'
import { countSpans, showValue } from './text.ts'

/** Candidates are looked for among so many spans: a miss that is not near one of them is not near. */
const MAX_EXAMINED = 20_000
const MAX_CANDIDATES = 4
const MAX_VALUES_LISTED = 5
const OTHER_PLACE = 0.6
const FARTHER_THAN_BEST = 0.5

/** How a selector narrowed a trace down, and what it probably meant. */
export function findNearest(selector: SelectorNode, context: SelectContext): NearestMisses {
  const misses = selector.items.map(item => missesOf(item, context))
  const candidates = misses.flatMap(miss => miss.candidates).sort((a, b) => a.distance - b.distance)
  return {
    funnel: misses.flatMap(miss => miss.funnel),
    candidates: candidates
      .slice(0, MAX_CANDIDATES)
      .map(({ spanId, text }) => (spanId === undefined ? { text } : { spanId, text }))
  }
}

interface RatedMiss extends NearMiss {
  /** 0 is a match; from `TOO_FAR` on nothing speaks for it but that it is there. */
  readonly distance: number
}

interface ComplexMisses {
  readonly funnel: readonly string[]
  readonly candidates: readonly RatedMiss[]
}

function missesOf(complex: ComplexNode, context: SelectContext): ComplexMisses {
  const funnel: string[] = []
  for (const place of complex.steps.keys()) {
    const prefix: ComplexNode = { ...complex, steps: complex.steps.slice(0, place + 1) }
    const selected = countMarks(selectComplex(prefix, context))
    const isLast = place === complex.steps.length - 1
    if (selected > 0 && !isLast) {
      funnel.push(`${countSpans(selected)} match ${printComplex(prefix)}`)
      continue
    }
    const narrowing = narrow(complex, place, context)
    funnel.push(...narrowing.funnel)
    return { funnel, candidates: selected > 0 ? [] : rate(narrowing, context) }
  }
  return { funnel, candidates: [] }
}

/** What is far off is of interest only where nothing is near. */
function withoutFar<M extends RatedMiss>(sorted: readonly M[]): readonly M[] {
  const best = sorted[0]?.distance ?? TOO_FAR
  const limit = best < TOO_FAR ? Math.min(best + FARTHER_THAN_BEST, TOO_FAR) : Number.POSITIVE_INFINITY
  return sorted.filter(({ distance }) => distance < limit)
}

function rate(narrowing: Narrowing, context: SelectContext): readonly RatedMiss[] {
  const { index } = context
  const finder = createShortfallFinder(context)
  const best = new Map<string, RatedMiss & { more: number }>()
  const examined = Math.min(index.size, MAX_EXAMINED)
  for (let at = 0; at < examined; at++) {
    if (at === index.trace.trigger) continue
    const miss = rateSpan(at, narrowing, finder, context)
    if (miss === undefined) continue
    const known = best.get(miss.text)
    if (known === undefined) best.set(miss.text, { ...miss, more: 0 })
    else known.more++
  }
  const sorted = [...best.values()].sort((a, b) => a.distance - b.distance)
  const rated = withoutFar(sorted)
    .slice(0, MAX_CANDIDATES)
    .map(({ more, text, ...miss }) => ({
      ...miss,
      text: more > 0 ? `${text} (and ${more} more like this)` : text
    }))
  const [nearest, second] = rated
  const isNear = nearest !== undefined && nearest.distance < TOO_FAR
  const isClear = isNear || (nearest?.distance === TOO_FAR && second?.distance !== TOO_FAR)
  const listed = isClear ? [] : listValues(narrowing, context)
  return listed.length > 0 ? listed : rated
}

function rateSpan(
  at: number,
  narrowing: Narrowing,
  finder: ShortfallFinder,
  context: SelectContext
): RatedMiss | undefined {
  const { conditions, reachable, step } = narrowing
  const failed = conditions.filter(condition => !condition.holds(at))
  if (conditions.length === 0 || failed.length > 2) return undefined
  const texts: string[] = []
  let distance = 0
  for (const { filter } of failed) {
    const shortfall = finder.explain(at, filter)
    // A condition that is far off is bearable only where another one that holds says that this span is meant.
    if (shortfall.distance >= TOO_FAR && failed.length > conditions.length / 2) return undefined
    distance += shortfall.distance
    texts.push(shortfall.text)
  }
  if (!reachable[at]) {
    distance += OTHER_PLACE
    texts.push(placeOf(at, narrowing, context))
  } else if (failed.length === 0) {
    if (step.compound.pseudos.length === 0) return undefined
    distance += OTHER_PLACE
    texts.push(`matches, but is not ${printPseudos(step.compound)}`)
  }
  return { spanId: context.index.trace.spans[at]!.spanId, distance, text: texts.join('; ') }
}

/** Where a span stands that stands in the wrong place. */
function placeOf(at: number, { step, above, below }: Narrowing, context: SelectContext): string {
  const { trace } = context.index
  const parent = trace.spans[trace.parents[at]!]
  if (step.combinator === 'sibling') return `it is no later sibling of ${above}`
  if (parent === undefined) return 'its parent is not in the trace'
  const service = serviceName(parent)
  const label = service === '' ? parent.name : `${service} · ${parent.name}`
  if (step.combinator !== 'child') return `it is below ${label}, not below ${above}`
  return below[at]
    ? `it is below ${above}, but not directly: its parent is ${label}`
    : `its parent is ${label}, not ${above}`
}

/** Where nothing is near: what the first key that no span satisfied looks like in this trace. */
function listValues(
  { conditions, reachable, above }: Narrowing,
  context: SelectContext
): readonly RatedMiss[] {
  const marks = reachable.slice()
  const met: string[] = []
  for (const condition of conditions) {
    const { filter } = condition
    const values = new Map<string, number>()
    let left = 0
    for (let at = 0; at < marks.length; at++) {
      if (!marks[at]) continue
      // Our own span is none of the system's: its values are no hint.
      const isCandidate = at !== context.index.trace.trigger && values.size <= MAX_EXAMINED
      if (isCandidate && filter.kind === 'compare-filter')
        for (const value of valuesOf(at, filter.key, context)) {
          const shown = showValue(value)
          values.set(shown, (values.get(shown) ?? 0) + 1)
        }
      if (condition.holds(at)) left++
      else marks[at] = 0
    }
    if (left > 0) {
      met.push(condition.text)
      continue
    }
    if (filter.kind !== 'compare-filter' && filter.kind !== 'exists-filter') return []
    const key = filter.key.name
    const where = met.length > 0 ? `with ${met.join(' ')}` : above === '' ? 'here' : 'there'
    if (values.size === 0) return [{ distance: TOO_FAR, text: `no span ${where} has ${key}` }]
    const listed = [...values].sort((a, b) => b[1] - a[1]).map(([value]) => value)
    const more = listed.length > MAX_VALUES_LISTED ? ` and ${listed.length - MAX_VALUES_LISTED} more` : ''
    const shown = `${key} is ${listed.slice(0, MAX_VALUES_LISTED).join(', ')}${more}`
    const text = met.length > 0 ? `${where}, ${shown}` : `${shown} ${where}`
    return [{ distance: TOO_FAR, text }]
  }
  return []
}
