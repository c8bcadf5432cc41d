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
      if (isAllowedOrphan(span, options, rootedProcesses)) hasEntry = true
      else holes.push(orphanHole(span, options))
    } else if (isEntry(span, position, trace, options)) hasEntry = true
  })
  return { hasEntry, holes }
}

function isEntry(span: Span, position: number, trace: Trace, options: StructureOptions): boolean {
  const trigger = trace.spans[trace.trigger]
  if (span.parentSpanId === undefined) {
    if (!options.isOurs) return true
  } else if (span.parentSpanId === trigger?.spanId) return true
  if (options.allowsOrphans && isLocalRoot(span, position, trace)) return true
  return trigger !== undefined && span.links.some(link => link.spanId === trigger.spanId)
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

function orphanHole(span: Span, options: StructureOptions): Hole {
  const place = options.allowsOrphans ? ', in the same process,' : ''
  return {
    kind: 'orphan',
    spanId: span.spanId,
    text: `the parent of ${nameOfSpan(span)}${place} did not come: span ${span.parentSpanId ?? ''}`
  }
}
