import type { Span } from '../model/span.ts'
import { hasRemoteParent, processKey } from '../model/span.ts'
import type { Trace } from '../model/trace.ts'
import type { Hole } from '../model/verdict.ts'
import { nameOfSpan } from './peers.ts'

export interface StructureOptions {
  /** We minted its id: what has no parent in it did not begin with our request. */
  readonly isOurs: boolean
  /** Services without instrumentation lie between others: a parent in another process may stay away. */
  readonly allowsOrphans: boolean
  /** What began the trace sends no span: all that hangs on one parent that is not here hangs on that. */
  readonly hasSilentOrigin?: boolean
}

/** Whether the spans that are here hang together. */
export interface Structure {
  /** The trace began: a span that our request, or whoever began the trace, caused. */
  readonly hasEntry: boolean
  /** Spans above which something is missing, and spans that have not ended. */
  readonly holes: readonly Hole[]
}

/** Looks for the entry of a trace, for parents that are missing and for spans in progress. */
export function inspectStructure(trace: Trace, options: StructureOptions): Structure {
  const holes: Hole[] = []
  const rootedProcesses = options.allowsOrphans ? findRootedProcesses(trace) : new Set<string>()
  const origin = options.hasSilentOrigin ? findSilentOrigin(trace) : undefined
  let hasEntry = false
  trace.spans.forEach((span, position) => {
    if (position === trace.trigger) return
    if (span.endUnixNano === undefined)
      holes.push({
        kind: 'unfinished',
        spanId: span.spanId,
        text: `${nameOfSpan(span)} is still in progress`
      })
    if (trace.orphans[position] === 1) {
      const isBelowOrigin = origin !== undefined && span.parentSpanId === origin
      if (isBelowOrigin || isAllowedOrphan(span, options, rootedProcesses)) hasEntry = true
      else holes.push(isDangling(trace, position) ? danglingHole(span) : orphanHole(span, options))
    } else if (isEntry(span, position, trace, options)) hasEntry = true
  })
  for (const span of trace.joining.strays) holes.push(strayHole(span))
  return { hasEntry, holes }
}

function isEntry(span: Span, position: number, trace: Trace, options: StructureOptions): boolean {
  const { traceId, parentSpanId } = span
  const trigger = trace.spans[trace.trigger]
  const triggerKey = trigger && trace.keyOf(trigger)
  if (parentSpanId === undefined) {
    // The root of a joined trace is no beginning of this one.
    if (!options.isOurs && trace.joins[position] === 0) return true
  } else if (trace.keyOf({ traceId, spanId: parentSpanId }) === triggerKey) return true
  if (options.allowsOrphans && isLocalRoot(span, position, trace)) return true
  return span.links.some(link => trace.keyOf(link) === triggerKey)
}

/** The parent on which everything hangs, and which no process of the system has; nothing where that is not so. */
function findSilentOrigin(trace: Trace): string | undefined {
  const origins = new Set<string>()
  for (const [position, span] of trace.spans.entries()) {
    if (position === trace.trigger || trace.joins[position] === 1) continue
    if (span.parentSpanId === undefined) return undefined
    if (trace.orphans[position] === 0) continue
    if (!isLocalRoot(span, position, trace)) return undefined
    origins.add(span.parentSpanId)
  }
  const [origin] = origins
  return origins.size === 1 ? origin : undefined
}

/** Where a process took over from another: its exporter says so, its kind does, or the parent's process is another. */
function isLocalRoot(span: Span, position: number, trace: Trace): boolean {
  const isRemote = hasRemoteParent(span)
  if (isRemote !== undefined && span.parentSpanId !== undefined) return isRemote
  if (span.kind === 'server' || span.kind === 'consumer') return true
  const parent = trace.parents[position]!
  if (parent >= 0) return parent === trace.trigger || processKey(trace.spans[parent]!) !== processKey(span)
  return span.parentSpanId === undefined
}

function findRootedProcesses(trace: Trace): Set<string> {
  const rooted = new Set<string>()
  trace.spans.forEach((span, position) => {
    if (position !== trace.trigger && isLocalRoot(span, position, trace)) rooted.add(processKey(span))
  })
  return rooted
}

/** A parent in the same process ends later and must come: only one in another process may be missing for good. */
function isAllowedOrphan(span: Span, options: StructureOptions, rooted: ReadonlySet<string>): boolean {
  return options.allowsOrphans && hasRemoteParent(span) !== false && rooted.has(processKey(span))
}

/** A span that should hang below one that it links to. */
function isDangling(trace: Trace, position: number): boolean {
  return trace.joins[position] === 1 && trace.parents[position]! < 0
}

function danglingHole(span: Span): Hole {
  const ids = span.links.map(link => link.spanId).join(', ')
  return {
    kind: 'orphan',
    spanId: span.spanId,
    text: `the span that ${nameOfSpan(span)} links to did not come: span ${ids}`
  }
}

function strayHole(span: Span): Hole {
  return {
    kind: 'orphan',
    spanId: span.spanId,
    text: `whether ${nameOfSpan(span)} belongs here is not known: its trace links to this one and to others`
  }
}

const ADVICE = ' (`orphans: allow`, where what began the trace sends none)'

function orphanHole(span: Span, options: StructureOptions): Hole {
  const place = options.allowsOrphans ? ', in the same process,' : ''
  const advice = options.isOurs || options.allowsOrphans ? '' : ADVICE
  return {
    kind: 'orphan',
    spanId: span.spanId,
    text: `the parent of ${nameOfSpan(span)}${place} did not come: span ${span.parentSpanId ?? ''}${advice}`
  }
}
