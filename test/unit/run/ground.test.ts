import { expect, test } from 'vitest'
import { buildGround, type GroundFacts, renderSeconds } from '../../../src/run/ground.ts'

const rows: readonly (readonly [GroundFacts, string])[] = [
  [
    { kind: 'structural', waitedMs: 365, settledMs: 370 },
    'complete: all parents and callees present, 0.4 s after the last span ended'
  ],
  [
    { kind: 'structural', waitedMs: 2365, settledMs: 370, watchedMs: 2000 },
    'complete: all parents and callees present, 0.4 s after the last span ended, watched 2.0 s more'
  ],
  [
    { kind: 'structural', waitedMs: 365, settledMs: 370, watchedMs: 0 },
    'complete: all parents and callees present, 0.4 s after the last span ended, not watched any longer (absenceWindow 0)'
  ],
  [
    { kind: 'structural', waitedMs: 365, settledMs: 370, absent: 2 },
    'complete: all parents and callees present but 2 that may stay away, 0.4 s after the last span ended'
  ],
  [
    { kind: 'quiet', waitedMs: 7000, settledMs: 6000 },
    'complete: all parents and callees present and nothing new any more, 6.0 s after the last span ended'
  ],
  [{ kind: 'stated', waitedMs: 0 }, 'complete: the trace is all that there is'],
  [{ kind: 'answer', waitedMs: 0 }, 'the checks read only the answer: no span was needed'],
  [
    { kind: 'answer', waitedMs: 0, note: 'no trace is collected (skipTraceCollection)' },
    'no trace is collected (skipTraceCollection)'
  ],
  [
    { kind: 'asserted', waitedMs: 40.2 },
    'every check was final 41 ms after the answer: nothing that can still come would change one'
  ],
  [{ kind: 'truncated', waitedMs: 10, note: 'no room' }, 'cut off: no room'],
  [{ kind: 'incomplete', waitedMs: 4500, holes: 1 }, 'incomplete: 1 hole, and nothing new came any more'],
  [
    { kind: 'incomplete', waitedMs: 4500, holes: 0 },
    'incomplete: more was said to be coming, and nothing new came any more'
  ],
  [
    { kind: 'timeout', waitedMs: 30_000, holes: 2 },
    'not complete at the deadline, 30.0 s after the answer: 2 holes'
  ],
  [{ kind: 'timeout', waitedMs: 30_000 }, 'not complete at the deadline, 30.0 s after the answer'],
  [{ kind: 'interrupted', waitedMs: 1200 }, 'interrupted 1.2 s after the answer']
]

for (const [facts, text] of rows)
  test(`the ground ${facts.kind} reads: ${text}`, () => {
    const { absent, holes, note, ...rest } = facts
    expect(buildGround(facts)).toEqual({ ...rest, text })
  })

test('times below a tenth of a second are in milliseconds, and none is negative', () => {
  expect([-5, 0, 0.2, 99, 100, 1949, 1951].map(renderSeconds)).toEqual([
    '0.0 s',
    '0.0 s',
    '1 ms',
    '99 ms',
    '0.1 s',
    '1.9 s',
    '2.0 s'
  ])
})
