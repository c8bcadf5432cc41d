import { editDistance } from '../errors/suggest.ts'
import type {
  CompareFilterNode,
  ComplexNode,
  CompoundNode,
  ExistsFilterNode,
  FilterNode,
  SelectorNode,
  StepNode
} from '../language/ast.ts'
import { printSelector } from '../language/print.ts'
import { kindOf, textOf, type Value } from '../language/values.ts'
import { serviceName } from '../model/span.ts'
import type { NearestMisses, NearMiss } from '../model/verdict.ts'
import { literalValue } from './literal-value.ts'
import { readAll, readKey } from './lookup.ts'
import { findNearKey, type NearKey, plainSpelling } from './near-key.ts'
import { type SelectContext, selectComplex } from './select.ts'
import { compileFilter } from './span-filter.ts'
import { showValue } from './text.ts'

/** Candidates are looked for among so many spans: a miss that is not near one of them is not near. */
const MAX_EXAMINED = 20_000
const MAX_CANDIDATES = 4
const MAX_VALUES_LISTED = 5

/** How a selector narrowed a trace down, and what it probably meant. */
export function findNearest(selector: SelectorNode, context: SelectContext): NearestMisses {
  const misses = selector.items.map(item => missesOf(item, context))
  return {
    funnel: misses.flatMap(miss => miss.funnel),
    candidates: misses
      .flatMap(miss => miss.candidates)
      .sort((a, b) => a.distance - b.distance)
      .slice(0, MAX_CANDIDATES)
      .map(({ spanId, text }) => (spanId === undefined ? { text } : { spanId, text }))
  }
}

interface RatedMiss extends NearMiss {
  /** 0 is a match; from 1 on nothing speaks for it but that it is there. */
  readonly distance: number
}

interface ComplexMisses {
  readonly funnel: readonly string[]
  readonly candidates: readonly RatedMiss[]
}

function missesOf(complex: ComplexNode, context: SelectContext): ComplexMisses {
  const funnel: string[] = []
  for (const [place, step] of complex.steps.entries()) {
    const prefix: ComplexNode = { ...complex, steps: complex.steps.slice(0, place + 1) }
    const selected = countMarks(selectComplex(prefix, context))
    const isLast = place === complex.steps.length - 1
    if (selected > 0 && !isLast) {
      funnel.push(`${count(selected)} match ${printComplex(prefix)}`)
      continue
    }
    const narrowing = narrow(step, place, complex, context)
    funnel.push(...narrowing.funnel)
    return { funnel, candidates: selected > 0 ? [] : rate(step, narrowing, context) }
  }
  return { funnel, candidates: [] }
}

interface Narrowing {
  readonly funnel: readonly string[]
  /** Where the step leads from the one before it, filters aside; position → 1. */
  readonly reachable: Uint8Array
  readonly conditions: readonly Condition[]
}

interface Condition {
  readonly filter: FilterNode
  readonly text: string
  holds(at: number): boolean
}

function narrow(step: StepNode, place: number, complex: ComplexNode, context: SelectContext): Narrowing {
  const bare: StepNode = { ...step, compound: { ...step.compound, pseudos: [] } }
  const anywhere: CompoundNode = { ...bare.compound }
  delete (anywhere as { filter?: FilterNode }).filter
  const reachable = selectComplex(
    { ...complex, steps: [...complex.steps.slice(0, place), { ...bare, compound: anywhere }] },
    context
  )
  const conditions = conjuncts(step.compound.filter).map(filter => {
    const test = compileFilter(filter, context, () => true)
    return { filter, text: printFilter(filter), holds: (at: number) => test(at) === true }
  })
  const marks = reachable.slice()
  const relation = { child: 'directly below', descendant: 'below', sibling: 'later siblings of' } as const
  const above = printComplex({ ...complex, steps: complex.steps.slice(0, place) })
  const funnel: string[] = []
  if (place > 0)
    funnel.push(`${count(countMarks(marks))} ${relation[step.combinator ?? 'descendant']} ${above}`)
  for (const condition of conditions) {
    for (let at = 0; at < marks.length; at++) if (marks[at] && !condition.holds(at)) marks[at] = 0
    const left = countMarks(marks)
    funnel.push(
      funnel.length === 0 ? `${count(left)} with ${condition.text}` : `${left} of them with ${condition.text}`
    )
    if (left === 0) break
  }
  if (countMarks(marks) > 0 && step.compound.pseudos.length > 0) {
    const chosen = countMarks(
      selectComplex({ ...complex, steps: complex.steps.slice(0, place + 1) }, context)
    )
    const written = printCompound({ ...anywhere, pseudos: step.compound.pseudos }).replace(/^span/, '')
    funnel.push(`${chosen} of them ${written}`)
  }
  return { funnel, reachable, conditions }
}

// What came near

function rate(step: StepNode, narrowing: Narrowing, context: SelectContext): readonly RatedMiss[] {
  const { index } = context
  const { conditions, reachable } = narrowing
  const best = new Map<string, RatedMiss & { more: number }>()
  const examined = Math.min(index.size, MAX_EXAMINED)
  for (let at = 0; at < examined; at++) {
    if (at === index.trace.trigger) continue
    const miss = rateSpan(at, step, conditions, reachable, context)
    if (miss === undefined) continue
    const known = best.get(miss.text)
    if (known === undefined) best.set(miss.text, { ...miss, more: 0 })
    else known.more++
  }
  const rated = [...best.values()]
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MAX_CANDIDATES)
    .map(({ more, text, ...miss }) => ({
      ...miss,
      text: more > 0 ? `${text} (and ${more} more like this)` : text
    }))
  return rated.length > 0 ? rated : listValues(narrowing, context)
}

/** The distance of one condition that a span does not meet, and the sentence for it. */
interface Shortfall {
  readonly distance: number
  readonly text: string
}

const OTHER_PLACE = 0.6
const TOO_FAR = 1

function rateSpan(
  at: number,
  step: StepNode,
  conditions: readonly Condition[],
  reachable: Uint8Array,
  context: SelectContext
): RatedMiss | undefined {
  const failed = conditions.filter(condition => !condition.holds(at))
  if (conditions.length === 0 || failed.length > 2) return undefined
  const shortfalls: Shortfall[] = []
  for (const condition of failed) {
    const shortfall = explainCondition(at, condition.filter, context)
    // A condition that is far off is bearable only where another one that holds says that this span is meant.
    if (shortfall.distance >= TOO_FAR && failed.length > conditions.length / 2) return undefined
    shortfalls.push(shortfall)
  }
  const { trace } = context.index
  const span = trace.spans[at]!
  let distance = shortfalls.reduce((sum, shortfall) => sum + shortfall.distance, 0)
  const texts = shortfalls.map(shortfall => shortfall.text)
  if (!reachable[at]) {
    distance += OTHER_PLACE
    const parent = trace.spans[trace.parents[at]!]
    const place = parent
      ? `below ${describe(serviceName(parent), parent.name)}`
      : 'without a parent in this trace'
    texts.push(
      `it is ${place}, not ${step.combinator === 'child' ? 'directly ' : ''}where the selector looks`
    )
  } else if (failed.length === 0) {
    const pseudos = step.compound.pseudos
    if (pseudos.length === 0) return undefined
    distance += OTHER_PLACE
    texts.push(
      `matches, but is not ${printCompound({ ...step.compound, pseudos }).replace(/^span(\[.*\])?/, '')}`
    )
  }
  return { spanId: span.spanId, distance, text: texts.join('; ') }
}

function explainCondition(at: number, filter: FilterNode, context: SelectContext): Shortfall {
  if (filter.kind === 'exists-filter' && !filter.negated) return explainMissing(at, filter, context)
  if (filter.kind !== 'compare-filter') return { distance: TOO_FAR, text: `not ${printFilter(filter)}` }
  const values = valuesOf(at, filter.key, context)
  if (values.length === 0) return explainMissing(at, filter, context)
  return explainValue(filter, values[0]!, context)
}

const ENUMERATED: ReadonlySet<string> = new Set(['kind', 'status', 'tracetest.span.type'])
const DISTANCE_OF = { renamed: 0.1, spelling: 0.2, near: 0.5 } as const

function explainMissing(
  at: number,
  filter: CompareFilterNode | ExistsFilterNode,
  context: SelectContext
): Shortfall {
  const { key } = filter
  const near = findNearKey(context.index, at, key)
  if (near === undefined) return { distance: 2, text: `has no ${key.name}` }
  const twin = { ...filter, key: { ...key, name: near.name } }
  const value = valuesOf(at, twin.key, context)[0]
  const shown = value === undefined ? near.name : `${near.name} = ${showValue(value)}`
  const text = `has ${shown}, not ${key.name}${reasonOf(near)}`
  const holds = compileFilter(twin, context, () => true)(at) === true
  if (holds) return { distance: DISTANCE_OF[near.kind], text }
  if (filter.kind === 'exists-filter' || value === undefined) return { distance: TOO_FAR, text }
  const inner = explainValue({ ...filter, key: twin.key }, value, context)
  return { distance: DISTANCE_OF[near.kind] + inner.distance, text }
}

function reasonOf({ kind, because }: NearKey): string {
  return kind === 'near' ? '' : ` (${because})`
}

const explained = new WeakMap<SelectContext, Map<CompareFilterNode, Map<string, Shortfall>>>()

/** Why a value is not the wanted one. Thousands of spans have the same few values: each is looked at once. */
function explainValue(filter: CompareFilterNode, actual: Value, context: SelectContext): Shortfall {
  if (typeof actual !== 'string') return compareWithWanted(filter, actual, context)
  let filters = explained.get(context)
  if (filters === undefined) {
    filters = new Map()
    explained.set(context, filters)
  }
  let values = filters.get(filter)
  if (values === undefined) {
    values = new Map()
    filters.set(filter, values)
  }
  let shortfall = values.get(actual)
  if (shortfall === undefined) {
    shortfall = compareWithWanted(filter, actual, context)
    values.set(actual, shortfall)
  }
  return shortfall
}

function compareWithWanted(filter: CompareFilterNode, actual: Value, context: SelectContext): Shortfall {
  const wanted = wantedValues(filter, context)
  const key = filter.key.name
  const shown = `${key} is ${showValue(actual)}`
  if (typeof actual !== 'string' || wanted.length === 0) {
    const written = wanted.find(value => kindOf(value) !== kindOf(actual))
    const note = written === undefined ? '' : `: ${kindOf(actual)}, and the selector says ${kindOf(written)}`
    return { distance: TOO_FAR, text: `${shown}${note}, not ${printFilter(filter)}` }
  }
  const texts = wanted.map(textOf)
  const plain = plainSpelling(actual)
  for (const text of texts) {
    if (text.toLowerCase() === actual.toLowerCase())
      return { distance: 0.15, text: `${shown}: letter case differs from ${JSON.stringify(text)}` }
    if (text.trim().replace(/\s+/g, ' ') === actual.trim().replace(/\s+/g, ' '))
      return { distance: 0.15, text: `${shown}: white space differs from ${JSON.stringify(text)}` }
    if (plainSpelling(text) === plain)
      return { distance: 0.2, text: `${shown}: spelled otherwise than ${JSON.stringify(text)}` }
  }
  let nearest = TOO_FAR
  for (const text of texts) {
    const longest = Math.max(text.length, actual.length)
    const limit = Math.max(2, Math.ceil(longest / 3))
    const edits = editDistance(text.toLowerCase(), actual.toLowerCase(), limit)
    if (edits < limit) nearest = Math.min(nearest, 0.2 + edits / longest)
  }
  // A kind or a status says little of which span is meant, so that it is the likelier mistake.
  const weight = ENUMERATED.has(key) ? 0.7 : 1
  return {
    distance: nearest * weight,
    text: `${shown}, not ${texts.map(text => JSON.stringify(text)).join(' or ')}`
  }
}

/** Where nothing is near: what the first key that no span satisfied looks like in this trace. */
function listValues({ conditions, reachable }: Narrowing, context: SelectContext): readonly RatedMiss[] {
  const marks = reachable.slice()
  for (const { filter, holds } of conditions) {
    const values = new Map<string, number>()
    let left = 0
    for (let at = 0; at < marks.length; at++) {
      if (!marks[at]) continue
      if (filter.kind === 'compare-filter' && values.size <= MAX_EXAMINED)
        for (const value of valuesOf(at, filter.key, context))
          values.set(showValue(value), (values.get(showValue(value)) ?? 0) + 1)
      if (holds(at)) left++
      else marks[at] = 0
    }
    if (left > 0) continue
    if (filter.kind !== 'compare-filter' && filter.kind !== 'exists-filter') return []
    const key = filter.key.name
    if (values.size === 0) return [{ distance: TOO_FAR, text: `no span here has ${key}` }]
    const listed = [...values].sort((a, b) => b[1] - a[1]).map(([value]) => value)
    const more = listed.length > MAX_VALUES_LISTED ? ` and ${listed.length - MAX_VALUES_LISTED} more` : ''
    return [
      { distance: TOO_FAR, text: `${key} is ${listed.slice(0, MAX_VALUES_LISTED).join(', ')}${more} here` }
    ]
  }
  return []
}

// Parts

function conjuncts(filter: FilterNode | undefined): readonly FilterNode[] {
  if (filter === undefined) return []
  return filter.kind === 'and-filter' ? filter.filters.flatMap(conjuncts) : [filter]
}

function valuesOf(at: number, key: CompareFilterNode['key'], context: SelectContext): readonly Value[] {
  const { namespace, name } = key
  if (namespace === 'event' || namespace === 'link')
    return readAll(context.index.trace.spans[at]!, namespace, name)
  const value = readKey(context.index, at, namespace, name, 'bare')
  return value === undefined ? [] : [value]
}

/** The values that a comparison would accept as they are; none where it is not about whole values. */
function wantedValues({ operator, value }: CompareFilterNode, context: SelectContext): readonly Value[] {
  if (operator !== '=' && operator !== 'in') return []
  if (value.kind === 'interval') return []
  const nodes = value.kind === 'list' ? value.items : [value]
  return nodes.map(node => (node.kind === 'string' ? context.textOf(node) : literalValue(node)))
}

function countMarks(marks: Uint8Array): number {
  let total = 0
  for (const mark of marks) total += mark
  return total
}

function count(spans: number): string {
  return spans === 1 ? '1 span' : `${spans} spans`
}

function describe(service: string, name: string): string {
  return service === '' ? name : `${service} · ${name}`
}

function printComplex(complex: ComplexNode): string {
  return printSelector({ kind: 'selector', start: 0, end: 0, items: [complex] })
}

function printCompound(compound: CompoundNode): string {
  const step: StepNode = { kind: 'step', start: 0, end: 0, compound }
  return printComplex({ kind: 'complex', start: 0, end: 0, steps: [step] })
}

function printFilter(filter: FilterNode): string {
  return printCompound({ kind: 'compound', start: 0, end: 0, filter, pseudos: [] }).replace(
    /^span\[|\]$/g,
    ''
  )
}
