import { expect, test } from 'vitest'
import type { Decision, Evidence } from '../../../src/run/decide.ts'
import { lookWords } from '../../../src/run/wait-words.ts'

const NOTHING: Evidence = {
  spanCount: 0,
  completeness: 'unknown',
  isConnected: false,
  missing: [],
  lastEndMs: 0,
  lastNewMs: 0,
  knownMs: 0,
  isFinal: false,
  isWatched: false
}
const WAIT: Decision = { next: 'look', wakeAtMs: 5200, phase: 'waiting' }

function wordsOf(evidence: Partial<Evidence>, decision: Decision = WAIT): string {
  const whole = { ...NOTHING, ...evidence }
  const collector = { spanCount: whole.spanCount } as Parameters<typeof lookWords>[0]['watch']['collector']
  return lookWords({
    look: { begunUnixNano: 0n, isNew: whole.spanCount > 0 },
    decision,
    evidence: whole,
    watch: { looks: 3, collector },
    begunMs: 1200,
    tookMs: 4
  })
}

test.each([
  ['no span has come', {}],
  ['the entry span or a parent is missing', { spanCount: 2 }],
  ['the backend says that more is to come', { spanCount: 2, completeness: 'partial', isConnected: true }],
  [
    '1 of the calls and messages lack the span of their other side',
    { spanCount: 2, isConnected: true, missing: [{ graceEndMs: 0, isHole: true }] }
  ],
  [
    'nothing is known to be missing, and what was sent may still be on its way',
    { spanCount: 2, isConnected: true }
  ]
] as const)('a look that ends no wait says why: %s', (reason, evidence) => {
  expect(wordsOf(evidence)).toMatch(/^look 3, 1\.2 s after the answer, took 4 ms: /)
  expect(wordsOf(evidence)).toContain(`waits until 5.2 s at the latest: ${reason}`)
})

test('a trace that is complete is said to be watched, and a stop on what ground', () => {
  const isWhole = { spanCount: 2, isConnected: true }
  expect(wordsOf(isWhole, { ...WAIT, phase: 'watching' })).toContain('complete, watched until 5.2 s')
  expect(wordsOf(isWhole, { next: 'stop', ground: 'structural' })).toContain(
    '2 spans, some new; stops: structural'
  )
})
