import { describe, expect, test } from 'vitest'
import type { Evidence } from '../../../src/run/decide.ts'
import { decide } from '../../../src/run/decide.ts'
import type { WaitPolicy } from '../../../src/run/wait-policy.ts'

/** Pushed, with batches of 200 ms declared: a span must be here 370 ms after its end. */
const declared: WaitPolicy = {
  isPushed: true,
  stepMs: { first: 250, longest: 1500 },
  flushMs: 200,
  unlearnedFlushMs: 200,
  isFlushDeclared: true,
  lagMs: 0,
  isLagKnown: true,
  lag: 'backend',
  marginMs: 150,
  restMs: 100,
  asyncMs: 20_000,
  absenceWindowMs: 2000,
  deadlineMs: 30_000
}
/** Fetched from a store whose lag nobody knows, with the SDK's batches. */
const unknownLag: WaitPolicy = {
  ...declared,
  isPushed: false,
  flushMs: 5000,
  isFlushDeclared: false,
  isLagKnown: false,
  marginMs: 700,
  restMs: 250
}

/** Twelve connected spans, the last of which ended and came at the time of the answer. */
const connected: Evidence = {
  spanCount: 12,
  completeness: 'unknown',
  isConnected: true,
  missing: [],
  lastEndMs: 0,
  lastNewMs: 0,
  knownMs: Number.POSITIVE_INFINITY,
  isFinal: false,
  isWatched: false
}

const stop = (ground: string, completeAtMs?: number): object =>
  completeAtMs === undefined ? { next: 'stop', ground } : { next: 'stop', ground, completeAtMs }
const look = (wakeAtMs: number, phase = 'waiting'): object => ({ next: 'look', wakeAtMs, phase })

interface Row {
  readonly title: string
  readonly evidence?: Partial<Evidence>
  readonly policy?: Partial<WaitPolicy>
  readonly base?: WaitPolicy
  readonly at: number
  readonly expected: object
}

const rows: readonly Row[] = [
  {
    title: 'final checks end it at once',
    evidence: { isFinal: true },
    at: 1,
    expected: stop('asserted')
  },
  {
    title: 'final checks do not end it while no span of the system is there',
    evidence: { isFinal: true, spanCount: 0 },
    at: 1,
    expected: look(30_000)
  },
  {
    title: 'final checks count more than a truncated trace',
    evidence: { isFinal: true, completeness: 'truncated' },
    at: 1,
    expected: stop('asserted')
  },
  {
    title: 'a truncated trace ends it at once',
    evidence: { completeness: 'truncated' },
    at: 1,
    expected: stop('truncated')
  },
  {
    title: 'a trace of which not one span could be kept ends it too',
    evidence: { completeness: 'truncated', spanCount: 0 },
    at: 1,
    expected: stop('truncated')
  },
  {
    title: 'a file is complete when it is read',
    evidence: { completeness: 'complete', isWatched: true, isConnected: false },
    at: 1,
    expected: stop('stated', 1)
  },
  {
    title: 'a file that is read and holds no span of the trace ends it too',
    evidence: { completeness: 'complete', spanCount: 0 },
    at: 1,
    expected: stop('nothing')
  },
  {
    title: 'nothing yet: it sleeps until the deadline',
    evidence: { spanCount: 0 },
    at: 500,
    expected: look(30_000)
  },
  {
    title: 'nothing at the deadline',
    evidence: { spanCount: 0 },
    at: 30_000,
    expected: stop('nothing')
  },
  { title: 'a whole trace is not old enough', at: 369, expected: look(370) },
  { title: 'a whole trace is old enough', at: 370, expected: stop('structural', 370) },
  {
    title: 'a whole trace is old enough, and a span has just come',
    evidence: { lastNewMs: 360 },
    at: 370,
    expected: look(460)
  },
  {
    title: 'declared lag is waited for',
    policy: { lagMs: 1000 },
    at: 370,
    expected: look(1370)
  },
  {
    title: 'an unknown lag asks for silence, whatever the age',
    base: unknownLag,
    evidence: { lastEndMs: -60_000, lastNewMs: 250 },
    at: 6249,
    expected: look(6250)
  },
  {
    title: 'silence was long enough',
    base: unknownLag,
    evidence: { lastNewMs: 250 },
    at: 6250,
    expected: stop('quiet', 6250)
  },
  {
    title: 'what relies on nothing more coming is watched beyond complete',
    evidence: { isWatched: true },
    at: 370,
    expected: look(2370, 'watching')
  },
  {
    title: 'the absence window is over',
    evidence: { isWatched: true },
    at: 2370,
    expected: stop('structural', 370)
  },
  {
    title: 'a new span moves completeness and the window',
    evidence: { isWatched: true, lastNewMs: 2000, lastEndMs: 1990 },
    at: 2370,
    expected: look(4360, 'watching')
  },
  {
    title: 'the window is as long as it is declared',
    evidence: { isWatched: true },
    policy: { absenceWindowMs: 500 },
    at: 370,
    expected: look(870, 'watching')
  },
  {
    title: 'the window may be declared away',
    evidence: { isWatched: true },
    policy: { absenceWindowMs: 0 },
    at: 370,
    expected: stop('structural', 370)
  },
  {
    title: 'a callee that nobody knows is waited for until its grace ends',
    evidence: { missing: [{ graceEndMs: 900, isHole: false }] },
    at: 500,
    expected: look(900)
  },
  {
    title: 'after its grace the trace counts as whole without it',
    evidence: { missing: [{ graceEndMs: 900, isHole: false }] },
    at: 900,
    expected: stop('structural', 900)
  },
  {
    title: 'a callee that sends spans is missed: silence, not completeness, ends it',
    evidence: { missing: [{ graceEndMs: 900, isHole: true }] },
    at: 900,
    expected: look(4400)
  },
  {
    title: 'incomplete after that silence',
    evidence: { missing: [{ graceEndMs: 900, isHole: true }] },
    at: 4400,
    expected: stop('incomplete')
  },
  {
    title: 'an orphan: incomplete after silence',
    evidence: { isConnected: false, lastNewMs: 100 },
    at: 4499,
    expected: look(4500)
  },
  {
    title: 'an orphan, and a producer whose consumer may still come',
    evidence: { isConnected: false, missing: [{ graceEndMs: 20_000, isHole: false }] },
    at: 4400,
    expected: look(20_000)
  },
  {
    title: 'a store that says more is coming is never whole',
    evidence: { completeness: 'partial' },
    at: 370,
    expected: look(4400)
  },
  {
    title: 'spans at the deadline',
    evidence: { isConnected: false, lastNewMs: 29_000 },
    at: 30_000,
    expected: stop('timeout')
  },
  {
    title: 'the deadline cuts the absence window short',
    evidence: { isWatched: true },
    policy: { deadlineMs: 1000 },
    at: 1000,
    expected: stop('timeout')
  },
  {
    title: 'completeness at the very deadline is completeness',
    policy: { deadlineMs: 370 },
    at: 370,
    expected: stop('structural', 370)
  }
]

describe('decide', () => {
  for (const { title, evidence, policy, base, at, expected } of rows)
    test(title, () => {
      expect(decide({ ...connected, ...evidence }, at, { ...(base ?? declared), ...policy })).toEqual(
        expected
      )
    })
})
