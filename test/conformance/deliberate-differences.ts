import type { Difference } from './difference.ts'
import { differencesInRuns } from './differences-in-runs.ts'
import { differencesInSelectors } from './differences-in-selectors.ts'
import { differencesInTexts } from './differences-in-texts.ts'
import { differencesInValues } from './differences-in-values.ts'

interface DifferenceArea {
  /** A heading of the page. */
  readonly title: string
  readonly differences: readonly Difference[]
}

/** All that tracerun does differently from Tracetest on purpose, by what it is about. */
export const differenceAreas: readonly DifferenceArea[] = [
  { title: 'Selectors', differences: differencesInSelectors },
  { title: 'Values', differences: differencesInValues },
  { title: 'Texts and variables', differences: differencesInTexts },
  { title: 'Files and runs', differences: differencesInRuns }
]

export const deliberateDifferences: readonly Difference[] = differenceAreas.flatMap(area => area.differences)
