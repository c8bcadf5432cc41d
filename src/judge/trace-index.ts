import { hasRemoteParent, processKey, type Span } from '../model/span.ts'
import type { Trace } from '../model/trace.ts'

/** What walks over a trace read again and again, by position. Built once a trace, each part on first use. */
export interface TraceIndex {
  readonly trace: Trace
  readonly size: number
  /** The number of ancestors; -1 below and at an orphan, where it is not known. */
  readonly depths: Int32Array
  readonly childCounts: Int32Array
  /** Spans with the same number have the same parent, here or not. */
  readonly siblingGroups: Int32Array
  readonly siblingGroupCount: number
  /** Position → 1 for local roots of a service; the trigger is none. */
  readonly entries: Uint8Array
  /** Whether some of `entries` were taken for one only because their parent is not here. */
  readonly hasUncertainEntries: boolean
  /** Whether some are one by their kind alone: their parent is in the same process, and nothing says that it is remote. */
  readonly hasEntriesByKind: boolean
  /** `processKey` of every span, as a small number. */
  readonly processes: Int32Array
  readonly processNames: readonly string[]
}

const indexes = new WeakMap<Trace, TraceIndex>()

/** The index of a trace; the same object at every call. */
export function indexOf(trace: Trace): TraceIndex {
  const known = indexes.get(trace)
  if (known) return known
  const index = buildIndex(trace)
  indexes.set(trace, index)
  return index
}

function buildIndex(trace: Trace): TraceIndex {
  const size = trace.spans.length
  const lazy = <T>(build: () => T): (() => T) => {
    let value: T | undefined
    return () => (value ??= build())
  }
  const depths = lazy(() => depthsOf(trace))
  const childCounts = lazy(() => {
    const counts = new Int32Array(size)
    for (const parent of trace.parents) if (parent >= 0) counts[parent]!++
    return counts
  })
  const groups = lazy(() => siblingGroupsOf(trace))
  const processes = lazy(() => processesOf(trace))
  const entries = lazy(() => entriesOf(trace, processes().numbers))
  return {
    trace,
    size,
    get depths() {
      return depths()
    },
    get childCounts() {
      return childCounts()
    },
    get siblingGroups() {
      return groups().groups
    },
    get siblingGroupCount() {
      return groups().count
    },
    get entries() {
      return entries().marks
    },
    get hasUncertainEntries() {
      return entries().isUncertain
    },
    get hasEntriesByKind() {
      return entries().isByKind
    },
    get processes() {
      return processes().numbers
    },
    get processNames() {
      return processes().names
    }
  }
}

function depthsOf(trace: Trace): Int32Array {
  const depths = new Int32Array(trace.spans.length)
  for (let at = 0; at < depths.length; at++) {
    const parent = trace.parents[at]!
    const above = parent < 0 ? -1 : depths[parent]!
    depths[at] = parent < 0 ? (trace.orphans[at] ? -1 : 0) : above < 0 ? -1 : above + 1
  }
  return depths
}

/** Children of one parent share its position; spans whose absent parents are the same share a number beyond those. */
function siblingGroupsOf(trace: Trace): { groups: Int32Array; count: number } {
  const size = trace.spans.length
  const groups = new Int32Array(size)
  const absent = new Map<string | undefined, number>()
  for (let at = 0; at < size; at++) {
    const parent = trace.parents[at]!
    if (parent >= 0) {
      groups[at] = parent
      continue
    }
    const id = absentParentOf(trace, at)
    if (!absent.has(id)) absent.set(id, size + absent.size)
    groups[at] = absent.get(id)!
  }
  return { groups, count: size + absent.size }
}

/** A span that hangs below none of those it links to has no siblings that are known. */
function absentParentOf(trace: Trace, at: number): string | undefined {
  const span = trace.spans[at]!
  const { traceId, parentSpanId } = span
  if (trace.joins[at] === 1) return trace.keyOf(span)
  return parentSpanId === undefined ? undefined : trace.keyOf({ traceId, spanId: parentSpanId })
}

function processesOf(trace: Trace): { numbers: Int32Array; names: string[] } {
  const numbers = new Int32Array(trace.spans.length)
  const numberOf = new Map<string, number>()
  trace.spans.forEach((span, at) => {
    const key = processKey(span)
    if (!numberOf.has(key)) numberOf.set(key, numberOf.size)
    numbers[at] = numberOf.get(key)!
  })
  return { numbers, names: [...numberOf.keys()] }
}

interface Entries {
  readonly marks: Uint8Array
  readonly isUncertain: boolean
  readonly isByKind: boolean
}

function entriesOf(trace: Trace, processes: Int32Array): Entries {
  const marks = new Uint8Array(trace.spans.length)
  let isUncertain = false
  let isByKind = false
  trace.spans.forEach((span, at) => {
    if (at === trace.trigger) return
    const known = isEntryInItself(span)
    const parent = trace.parents[at]!
    const hasOwnParent = parent >= 0 && parent !== trace.trigger && processes[parent] === processes[at]
    if (known && hasOwnParent && hasRemoteParent(span) === undefined) isByKind = true
    if (known !== undefined) marks[at] = known ? 1 : 0
    else if (parent >= 0) marks[at] = parent === trace.trigger || processes[parent] !== processes[at] ? 1 : 0
    else {
      marks[at] = 1
      isUncertain = true
    }
  })
  return { marks, isUncertain, isByKind }
}

/** What a span says itself: it has no parent, its exporter knows whether the parent is remote, or its kind tells. */
function isEntryInItself(span: Span): boolean | undefined {
  if (span.parentSpanId === undefined) return true
  const isRemote = hasRemoteParent(span)
  if (isRemote !== undefined) return isRemote
  return span.kind === 'server' || span.kind === 'consumer' ? true : undefined
}

/** The positions of marked spans, in trace order. */
export function positionsOf(marks: Uint8Array): Int32Array {
  let count = 0
  for (const mark of marks) count += mark
  const positions = new Int32Array(count)
  let next = 0
  for (let at = 0; at < marks.length; at++) if (marks[at]) positions[next++] = at
  return positions
}
