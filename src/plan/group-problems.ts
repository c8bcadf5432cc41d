import type { Diagnostic } from '../errors/diagnostic.ts'
import { positionOf } from '../source/line-index.ts'
import type { Location } from '../source/source-text.ts'

const MAX_PLACES = 5

/** What is wrong with one variable in many places is one problem, which names them. */
export function groupProblems(problems: readonly Diagnostic[]): readonly Diagnostic[] {
  const groups = new Map<unknown, Diagnostic[]>()
  for (const problem of problems) {
    const group = problem.code === 'UNDEFINED_VARIABLE' ? problem.message : problem
    const members = groups.get(group)
    if (members) members.push(problem)
    else groups.set(group, [problem])
  }
  return [...groups.values()].map(([first, ...others]) => withPlaces(first!, others))
}

function withPlaces(first: Diagnostic, others: readonly Diagnostic[]): Diagnostic {
  if (others.length === 0) return first
  const placesOf = (problem: Diagnostic): readonly string[] =>
    problem.location ? [placeOf(problem.location)] : []
  const all = new Set(others.flatMap(placesOf).filter(place => !placesOf(first).includes(place)))
  if (all.size === 0) return first
  const shown = [...all].slice(0, MAX_PLACES)
  const more = all.size - shown.length
  const places = `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  return { ...first, message: `${first.message}; it is read at ${places} too` }
}

function placeOf({ source, range }: Location): string {
  return `${source.name}:${positionOf(source, range.start).line}`
}
