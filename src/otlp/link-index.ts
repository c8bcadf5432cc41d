import type { TraceId } from '../model/ids.ts'
import type { Span } from '../model/span.ts'

/** Which traces link to which, as far as their spans are kept. */
export class LinkIndex {
  readonly #targets = new Map<TraceId, Set<TraceId>>()
  readonly #sources = new Map<TraceId, Set<TraceId>>()

  /** Takes in the links of a span; answers how many of them lead from its trace to one that it did not link to before. */
  add(span: Span): number {
    let added = 0
    for (const { traceId } of span.links) {
      if (traceId === span.traceId) continue
      if (put(this.#targets, span.traceId, traceId)) added++
      put(this.#sources, traceId, span.traceId)
    }
    return added
  }

  targetsOf(traceId: TraceId): Iterable<TraceId> {
    return this.#targets.get(traceId) ?? []
  }

  /** The traces that this one leads to, over any number of links; without itself. */
  leadingTo(traceId: TraceId): ReadonlySet<TraceId> {
    return reach(traceId, this.#targets, Number.POSITIVE_INFINITY)
  }

  /** The traces that lead to this one, over any number of links; without itself, and about so many at most. */
  leadingFrom(traceId: TraceId, most: number): ReadonlySet<TraceId> {
    return reach(traceId, this.#sources, most)
  }

  /** Leaves out what the spans of a trace said. */
  forget(traceId: TraceId): void {
    for (const target of this.targetsOf(traceId)) {
      const sources = this.#sources.get(target)
      sources?.delete(traceId)
      if (sources?.size === 0) this.#sources.delete(target)
    }
    this.#targets.delete(traceId)
  }
}

function put(edges: Map<TraceId, Set<TraceId>>, from: TraceId, to: TraceId): boolean {
  const known = edges.get(from)
  if (known === undefined) edges.set(from, new Set([to]))
  else if (known.has(to)) return false
  else known.add(to)
  return true
}

const NOWHERE: ReadonlySet<TraceId> = new Set()

function reach(
  start: TraceId,
  edges: ReadonlyMap<TraceId, ReadonlySet<TraceId>>,
  most: number
): ReadonlySet<TraceId> {
  if (!edges.has(start)) return NOWHERE
  const found = new Set([start])
  for (const id of found) {
    // The start is one of them, and does not count.
    if (found.size > most + 1) break
    for (const next of edges.get(id) ?? []) found.add(next)
  }
  found.delete(start)
  return found
}
