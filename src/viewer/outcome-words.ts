import type { JsonAssertion, JsonReport, JsonSpec, JsonTest } from '../report/json-report.ts'

/** A sign, and the tone that its colour has; always shown beside a word. */
export interface Badge {
  readonly sign: string
  readonly tone: 'good' | 'bad' | 'caution' | 'dim'
}

const GOOD: Badge = { sign: '✓', tone: 'good' }
const BAD: Badge = { sign: '✕', tone: 'bad' }
const CAUTION: Badge = { sign: '▲', tone: 'caution' }
const DIM: Badge = { sign: '–', tone: 'dim' }

export function badgeOfTest(outcome: JsonTest['outcome'] | JsonReport['outcome']): Badge {
  switch (outcome) {
    case 'passed':
      return GOOD
    case 'failed':
      return BAD
    case 'errored':
    case 'interrupted':
      return { sign: '!', tone: 'bad' }
    case 'flaky':
      return { sign: '~', tone: 'caution' }
    case 'skipped':
      return DIM
  }
}

export function badgeOfSpec({ outcome, severity }: JsonSpec): Badge {
  if (outcome === 'failed') return severity === 'error' ? BAD : CAUTION
  return outcome === 'passed' ? GOOD : DIM
}

export function badgeOfAssertion({ outcome }: JsonAssertion, { severity }: JsonSpec): Badge {
  switch (outcome) {
    case 'held':
      return GOOD
    case 'skipped':
      return DIM
    case 'violated':
    case 'undetermined':
    case 'unmatched':
      return severity === 'error' ? BAD : CAUTION
  }
}

/** What became of an assertion, in a word or two. */
export function wordOfAssertion({ outcome }: JsonAssertion): string {
  switch (outcome) {
    case 'held':
      return 'held'
    case 'skipped':
      return 'skipped'
    case 'violated':
      return 'violated'
    case 'undetermined':
      return 'undetermined'
    case 'unmatched':
      return 'no span selected'
  }
}
