import type { FinalOutcome, OutcomeCounts } from '../../model/summary.ts'
import { type Fragment, type Line, type Tone, toned } from '../line.ts'
import type { Signs } from '../paint.ts'
import { renderNumber } from '../quantity.ts'

/** Gravest first. */
const ORDER: readonly FinalOutcome[] = ['failed', 'errored', 'flaky', 'passed', 'skipped']

/** The sign of an outcome. */
export function signOf(outcome: FinalOutcome, signs: Signs): Fragment {
  switch (outcome) {
    case 'passed':
      return toned(signs.passed, 'good')
    case 'flaky':
      return toned(signs.flaky, 'caution')
    case 'failed':
      return toned(signs.failed, 'bad')
    case 'errored':
      return toned(signs.caution, 'bad')
    case 'skipped':
      return toned(signs.skipped, 'dim')
  }
}

export function toneOf(outcome: FinalOutcome): Tone {
  switch (outcome) {
    case 'passed':
      return 'good'
    case 'flaky':
      return 'caution'
    case 'skipped':
      return 'dim'
    case 'failed':
    case 'errored':
      return 'bad'
  }
}

export function hasFailed(outcome: FinalOutcome): boolean {
  return outcome === 'failed' || outcome === 'errored'
}

/** `1 failed, 11 passed`; nothing where there is nothing to count. */
export function countFragments(counts: OutcomeCounts): Line {
  const told: Fragment[] = []
  for (const outcome of ORDER) {
    if (counts[outcome] === 0) continue
    if (told.length > 0) told.push(toned(', '))
    told.push(toned(`${renderNumber(counts[outcome])} ${outcome}`, toneOf(outcome)))
  }
  return told
}

/** How many tests those are. */
export function totalOf(counts: OutcomeCounts): number {
  return ORDER.reduce((sum, outcome) => sum + counts[outcome], 0)
}
