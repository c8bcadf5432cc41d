import type { RelationName, RelationNode } from '../language/ast.ts'
import { isRisingRelation } from '../language/classify.ts'
import { printSelector } from '../language/print.ts'
import { readsScope } from '../language/shape.ts'
import type { Span } from '../model/span.ts'
import { eachOf, type Row, rowSize } from './row.ts'
import { chooseRow } from './rows.ts'
import { type Focus, type RelationTest, spend, type TraceScope } from './scope.ts'
import { skewOf, skewText } from './skew.ts'
import { STORED_MARGIN_NANOS } from './stored-times.ts'
import { describeSpan } from './text.ts'
import { buildTimeGroup, type Extreme, type TimeGroup } from './time-groups.ts'
import { isUndetermined, type Judged, judged, type Truth, type Undetermined, undetermined } from './truth.ts'

/** Relates the span in focus to the spans that the relation's selector chooses. */
export function judgeRelation(node: RelationNode, scope: TraceScope, focus: Focus): Judged {
  const { at } = focus
  if (at === undefined)
    return judged(
      undetermined('missing', () => ({ text: `there is no span to relate by \`${node.name}\`` })),
      false
    )
  if (readsScope(node.selector)) {
    const row = chooseRow(node.selector, focus, scope)
    if (isUndetermined(row)) return judged(row, true)
    const overspent = spend(scope, rowSize(row))
    return overspent ? judged(overspent, true) : relateTo(node, row, scope)(at)
  }
  let test = scope.relations.get(node)
  if (!test) {
    const row = chooseRow(node.selector, focus, scope)
    test = isUndetermined(row) ? row : relateTo(node, row, scope)
    scope.relations.set(node, test)
  }
  return isUndetermined(test) ? judged(test, true) : test(at)
}

/** The relation to a row of spans as a function of the other span. */
export function relateTo(
  { name, selector }: Pick<RelationNode, 'name' | 'selector'>,
  row: Row,
  scope: TraceScope
): RelationTest {
  const isIn = new Uint8Array(scope.index.size)
  eachOf(row, at => {
    isIn[at] = 1
    return true
  })
  const size = rowSize(row)
  const empty = (at: number): Judged =>
    judged(
      undetermined('empty-relation', () => ({
        text: `no ${isIn[at] ? 'other ' : ''}span matches \`${printSelector(selector)}\``,
        spanId: scope.index.trace.spans[at]!.spanId
      })),
      false
    )
  const relate =
    name === 'child-of' || name === 'descendant-of'
      ? relateByTree(name, isIn, scope)
      : relateByTime(name, row, scope)
  return at => (size - isIn[at]! === 0 ? empty(at) : relate(at))
}

function relateByTree(
  name: 'child-of' | 'descendant-of',
  isIn: Uint8Array,
  { index }: TraceScope
): RelationTest {
  const { parents } = index.trace
  const holds = new Uint8Array(index.size)
  for (let at = 0; at < holds.length; at++) {
    const parent = parents[at]!
    if (parent >= 0) holds[at] = isIn[parent]! | (name === 'child-of' ? 0 : holds[parent]!)
  }
  return at => judged(holds[at] === 1, true)
}

// Times

type TimeRelation = Exclude<RelationName, 'child-of' | 'descendant-of'>

const READS_OWN_END: ReadonlySet<TimeRelation> = new Set(['before', 'during', 'overlaps'])
const READS_OTHER_END: ReadonlySet<TimeRelation> = new Set(['after', 'during', 'overlaps'])

function relateByTime(name: TimeRelation, row: Row, scope: TraceScope): RelationTest {
  const { index } = scope
  const { spans } = index.trace
  const skew = skewOf(index)
  const step = scope.losses.has('precision') ? STORED_MARGIN_NANOS : 0n
  // A span without length shares no time with any other.
  const related = [...positionsIn(row)].filter(at => name !== 'overlaps' || hasLength(spans[at]!))
  const groups = groupByProcess(related, scope)
  const ownGroups = new Map(groups.map(group => [group.process, group]))
  const ALL = -1
  const whole = groups.length === 1 ? groups : [buildTimeGroup(ALL, related, spans)]
  const isAny = isRisingRelation(name)
  return at => {
    const span = spans[at]!
    if (READS_OWN_END.has(name) && span.endUnixNano === undefined) return judged(unended(span), false)
    const process = index.processes[at]!
    const own = ownGroups.get(process)
    // Times of one process are decided for good, if it can be told from others at all.
    const isNamed = index.processNames[process] !== ''
    const ownTruth = own && relate(name, at, span, own, step, () => imprecise(span))
    if (ownTruth === isAny) return judged(isAny, isNamed)
    // Without skew one group of all answers for every process.
    if (!skew.isNone) {
      const overspent = spend(scope, groups.length)
      if (overspent) return judged(overspent, false)
    }
    let open: Undetermined | undefined = isUndetermined(ownTruth) ? ownTruth : undefined
    for (const group of skew.isNone ? whole : groups) {
      if (group === own) continue
      const between = group.process === ALL ? 0n : skew.between(process, group.process)
      const truth = relate(name, at, span, group, between > step ? between : step, () =>
        between > step
          ? undetermined('clock-skew', () => ({
              text: skewText(index, process, group.process),
              spanId: span.spanId
            }))
          : imprecise(span)
      )
      if (truth === isAny) return judged(isAny, false)
      if (isUndetermined(truth)) open ??= truth
    }
    return judged(open ?? !isAny, false)
  }
}

function hasLength({ startUnixNano, endUnixNano }: Span): boolean {
  return endUnixNano === undefined || endUnixNano > startUnixNano
}

function* positionsIn({ order, slices }: Row): Iterable<number> {
  for (let slice = 0; slice < slices.length; slice += 2)
    for (let place = slices[slice]!; place < slices[slice + 1]!; place++) yield order[place]!
}

function groupByProcess(related: readonly number[], { index }: TraceScope): readonly TimeGroup[] {
  const positions = new Map<number, number[]>()
  for (const at of related) {
    const process = index.processes[at]!
    const group = positions.get(process)
    if (group) group.push(at)
    else positions.set(process, [at])
  }
  return [...positions].map(([process, group]) => buildTimeGroup(process, group, index.trace.spans))
}

function unended(span: Span): Undetermined {
  return undetermined('missing', () => ({ text: `${describeSpan(span)} has not ended`, spanId: span.spanId }))
}

function imprecise(span: Span): Undetermined {
  return undetermined('lost', () => ({
    text: 'the store keeps times in microseconds, which is too coarse for this order',
    spanId: span.spanId
  }))
}

/**
 * One span against a group whose clock may be off by `margin`: what lies no further apart is not known. Relations to
 * all spans are decided by the worst of them, relations to any by the best.
 */
function relate(
  name: TimeRelation,
  at: number,
  span: Span,
  group: TimeGroup,
  margin: bigint,
  unknown: () => Undetermined
): Truth {
  const { startUnixNano: start } = span
  const end = span.endUnixNano ?? start
  const openOther = READS_OTHER_END.has(name) && group.open.some(other => other !== at)
  switch (name) {
    case 'before':
      return inOrder(end, group.earliestStart(at)?.nanos, margin, unknown)
    case 'starts-before':
      return inOrder(start, group.earliestStart(at)?.nanos, margin, unknown)
    case 'starts-after':
      return inOrder(group.latestStart(at)?.nanos, start, margin, unknown)
    case 'after': {
      const truth = inOrder(group.latestEnd(at)?.nanos, start, margin, unknown)
      return truth === true && openOther ? unendedOther() : truth
    }
    case 'during':
    case 'overlaps': {
      const isStrict = name === 'overlaps'
      const [first, last] = isStrict ? [end, start] : [start, end]
      if (isStrict && end <= start) return false
      // Sure: apart by more than the margin, and by something where they must differ. Possible: not further than it.
      const sure = margin > 0n ? margin + 1n : isStrict ? 1n : 0n
      const slack = margin > 0n ? margin : isStrict ? -1n : 0n
      if (reaches(group.latestEndOfStarted(first - sure, at), last + sure)) return true
      if (reaches(group.latestEndOfStarted(first + slack, at), last - slack)) return unknown()
      return openOther ? unendedOther() : false
    }
  }
}

function reaches(extreme: Extreme | undefined, nanos: bigint): boolean {
  return extreme !== undefined && extreme.nanos >= nanos
}

function unendedOther(): Undetermined {
  return undetermined('missing', () => ({ text: 'a span that it is related to has not ended' }))
}

/** Whether one moment is no later than another; a moment of no span is in any order. */
function inOrder(
  earlier: bigint | undefined,
  later: bigint | undefined,
  margin: bigint,
  unknown: () => Undetermined
): Truth {
  if (earlier === undefined || later === undefined) return true
  const distance = later - earlier
  const isClear = margin === 0n || distance > margin || -distance > margin
  return isClear ? distance >= 0n : unknown()
}
