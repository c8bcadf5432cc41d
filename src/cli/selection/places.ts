import type { NamedSource } from '../../definition/load.ts'
import { UsageError } from '../../errors/errors.ts'
import type { PlannedTest } from '../../plan/plan.ts'
import { unitOf } from '../../plan/suites.ts'
import { positionOf, renderLocation } from '../../source/line-index.ts'
import type { Location, SourceText } from '../../source/source-text.ts'

/**
 * The tests at the lines that were named, or in files without such a line. A line means the test or suite whose document it
 * is in; where that is a step of a suite, the suite. Throws a `UsageError` for a line that is in none.
 */
export function testsAtLines(
  tests: readonly PlannedTest[],
  named: readonly NamedSource[]
): readonly PlannedTest[] {
  if (named.every(({ lines }) => lines === undefined)) return tests
  const units = new Set<object>()
  for (const { source, lines } of named) {
    const inFile = tests.flatMap(test =>
      placesOf(test)
        .filter(place => place.source.name === source.name)
        .map(place => ({ test, place }))
    )
    for (const { test } of lines === undefined ? inFile : []) units.add(unitOf(test))
    for (const line of lines ?? []) {
      const document = documentAt(source, line)
      const meant = inFile.filter(({ place }) => documentAt(source, lineOf(place)) === document)
      if (meant.length === 0 || line > positionOf(source, source.text.trimEnd().length).line)
        throw noTestAt(line, source, inFile)
      for (const { test } of meant) units.add(unitOf(test))
    }
  }
  return tests.filter(test => units.has(unitOf(test)))
}

function placesOf({ location, step }: PlannedTest): readonly Location[] {
  return step ? [location, step.suite.location] : [location]
}

function lineOf({ source, range }: Location): number {
  return positionOf(source, range.start).line
}

/** Documents have numbers by the marks above them; no text of a document can hold such a line. */
function documentAt({ text }: SourceText, line: number): number {
  const above = text.split('\n').slice(0, line)
  return above.filter(one => /^---(?:\s|$)/.test(one)).length
}

function noTestAt(
  line: number,
  { name }: SourceText,
  inFile: readonly { readonly test: PlannedTest; readonly place: Location }[]
): UsageError {
  const byDistance = inFile.toSorted(
    (one, other) => Math.abs(lineOf(one.place) - line) - Math.abs(lineOf(other.place) - line)
  )
  const [nearest] = byDistance
  const hint = nearest
    ? `the nearest is "${nameAt(nearest)}" at ${renderLocation(nearest.place)}`
    : `${name} holds no test`
  return new UsageError(`${name}:${line}: there is no test at this line`, { hint })
}

function nameAt({ test, place }: { readonly test: PlannedTest; readonly place: Location }): string {
  return test.step?.suite.location === place ? test.step.suite.name : test.name
}
