import type { SpanGroup } from './span-groups.ts'

/** One row of a waterfall: a group, or so many spans that were left out, under the last group shown above them. */
export type Row =
  | { readonly kind: 'group'; readonly group: SpanGroup; readonly depth: number }
  | { readonly kind: 'elided'; readonly spans: number; readonly depth: number }

/** Ancestors of a marked group that are shown, nearest first, beside its root. */
const MAX_ANCESTORS = 4
/** The part of the rows that marked groups may take for themselves. */
const SHARE_OF_MARKED = 0.6
/** Of the time drawn: groups that took less are left out of a trace that is too large to show as it is. */
const SHORTEST_SHARE = 0.02

/**
 * At most `limit` groups: the marked ones with their ancestors, failed spans, then what took long, from above.
 * `shareOf` is the part of the time drawn that the spans of a group took, all together.
 */
export function chooseRows(
  groups: readonly SpanGroup[],
  limit: number,
  shareOf: (group: SpanGroup) => number
): readonly Row[] {
  const kept = groups.length <= limit ? undefined : choose(groups, limit, shareOf)
  const rows: Row[] = []
  const depths = new Map<number, number>()
  const show = (index: number): void => {
    const group = groups[index]!
    const depth = depthBelow(groups, group.parent, depths)
    depths.set(index, depth)
    rows.push({ kind: 'group', group, depth })
  }
  /** Leaving out a single group would save no row. */
  const close = (first: number, end: number): void => {
    if (end === first + 1) show(first)
    else if (end > first) {
      let spans = 0
      for (let at = first; at < end; at++) spans += groups[at]!.members.length
      rows.push({ kind: 'elided', spans, depth: depthBelow(groups, groups[first]!.parent, depths) })
    }
  }
  let next = 0
  for (let index = 0; index < groups.length; index++) {
    if (kept && !kept.has(index)) continue
    close(next, index)
    show(index)
    next = index + 1
  }
  close(next, groups.length)
  return rows
}

/** One deeper than the nearest ancestor that is shown: what is left out takes no room to the right either. */
function depthBelow(
  groups: readonly SpanGroup[],
  parent: number,
  depths: ReadonlyMap<number, number>
): number {
  for (let at = parent; at >= 0; at = groups[at]!.parent) {
    const depth = depths.get(at)
    if (depth !== undefined) return depth + 1
  }
  return 0
}

function choose(
  groups: readonly SpanGroup[],
  limit: number,
  shareOf: (group: SpanGroup) => number
): ReadonlySet<number> {
  const kept = new Set<number>()
  const keep = (index: number): void => {
    if (kept.size < limit) kept.add(index)
  }
  const all = groups.map((_, index) => index)
  const gravity = (index: number): number => ['near', 'caution', 'failed'].indexOf(groups[index]!.mark ?? '')
  const marked = all
    .filter(index => groups[index]!.mark !== undefined)
    .sort((a, b) => gravity(b) - gravity(a) || a - b)
  for (const index of marked.slice(0, Math.ceil(limit * SHARE_OF_MARKED))) keep(index)
  for (const index of [...kept]) for (const ancestor of ancestorsOf(groups, index)) keep(ancestor)
  for (const index of all) if (groups[index]!.isError) keep(index)
  if (kept.size >= limit) return kept
  const shares = groups.map(shareOf)
  const byLevel = all
    .filter(index => shares[index]! >= SHORTEST_SHARE)
    .sort((a, b) => groups[a]!.depth - groups[b]!.depth || shares[b]! - shares[a]! || a - b)
  for (const index of byLevel) keep(index)
  return kept
}

function ancestorsOf(groups: readonly SpanGroup[], index: number): readonly number[] {
  const ancestors: number[] = []
  let root = index
  for (let at = groups[index]!.parent; at >= 0; at = groups[at]!.parent) {
    if (ancestors.length < MAX_ANCESTORS) ancestors.push(at)
    root = at
  }
  return root === index ? ancestors : [root, ...ancestors]
}
