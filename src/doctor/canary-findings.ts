import type { Finding } from '../model/finding.ts'
import type { Loss } from '../model/run-event.ts'
import type { Difference } from './compare-canary.ts'
import { renderDurationMs, withRoom } from './duration-words.ts'

const MOST_DETAILS = 8

/** What a canary that came back says of its way: how long it took, and what was lost. */
export function judgeCanary(facts: {
  readonly latencyMs: number
  readonly isPushed: boolean
  readonly differences: readonly Difference[]
  /** What the store loses, as its adapter declares. */
  readonly declared: readonly Loss[]
}): readonly Finding[] {
  const { latencyMs, isPushed, differences, declared } = facts
  const expected = differences.filter(({ loss }) => loss !== undefined && declared.includes(loss))
  const unexpected = differences.filter(difference => !expected.includes(difference))
  return [
    {
      topic: 'canary',
      status: 'ok',
      text: `a canary was sent and found again after ${renderDurationMs(latencyMs)}`,
      ...(isPushed
        ? {}
        : {
            fix: `declare it in tracerun.yaml, so that waiting ends sooner:  lag: ${renderDurationMs(withRoom(latencyMs))}`
          })
    },
    ...(expected.length === 0 ? [] : [declaredFinding(expected)]),
    ...(unexpected.length === 0 ? [] : [undeclaredFinding(unexpected)]),
    ...(differences.length === 0
      ? [
          {
            topic: 'canary',
            status: 'ok',
            text: 'it came back as it was sent: ids, times to the nanosecond, types, events, links, scope'
          } as const
        ]
      : [])
  ]
}

function declaredFinding(differences: readonly Difference[]): Finding {
  const losses = [...new Set(differences.map(({ loss }) => loss))].join(', ')
  return {
    topic: 'canary',
    status: 'note',
    text: `what this store is known to lose was lost: ${losses}; a check that reads it is undetermined, never passed`,
    details: clip(differences)
  }
}

function undeclaredFinding(differences: readonly Difference[]): Finding {
  return {
    topic: 'canary',
    status: 'problem',
    text: 'the canary came back changed in ways that this store is not known for: a check that reads them may be wrong',
    details: clip(differences),
    fix: 'look for a processor on the way (attributes, transform, redaction, sampling, truncation) that drops or rewrites them; if there is none, please report it'
  }
}

function clip(differences: readonly Difference[]): readonly string[] {
  const texts = differences.slice(0, MOST_DETAILS).map(({ text }) => text)
  const more = differences.length - texts.length
  return more > 0 ? [...texts, `and ${more} more`] : texts
}
