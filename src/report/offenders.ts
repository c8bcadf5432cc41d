/** What of an observation says how a span came out. */
interface Outcome {
  readonly holds?: boolean | undefined
  readonly expected?: string
  readonly actual?: string
  readonly reason?: { readonly code: string; readonly nearest?: string }
}

/** Spans on which an assertion came out alike. */
export interface ObservationGroup<Seen extends Outcome> {
  readonly first: Seen
  readonly members: readonly Seen[]
}

/**
 * The spans that speak against an assertion: those on which it did not hold; those on which it did, where it limits
 * on how many it may (`none`, `at-most`); all, where it says on how many it must.
 */
export function offendersOf<Seen extends Pick<Outcome, 'holds'>>(
  text: string,
  observed: readonly Seen[]
): readonly Seen[] {
  if (/^exactly\b/.test(text)) return observed
  if (/^(none|at-most)\b/.test(text)) {
    const holding = observed.filter(observation => observation.holds !== false)
    return holding.length > 0 ? holding : observed
  }
  return observed.filter(observation => observation.holds !== true)
}

/** Puts equal outcomes together, in the order in which they came. */
export function groupObservations<Seen extends Outcome>(
  observed: readonly Seen[]
): readonly ObservationGroup<Seen>[] {
  const groups = new Map<string, { first: Seen; members: Seen[] }>()
  for (const observation of observed) {
    const { holds, expected, actual, reason } = observation
    const key = JSON.stringify([holds, expected, actual, reason?.code, reason?.nearest])
    const group = groups.get(key)
    if (group) group.members.push(observation)
    else groups.set(key, { first: observation, members: [observation] })
  }
  return [...groups.values()]
}
