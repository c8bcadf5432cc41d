import { describe, expect, test } from 'vitest'
import { describeRound } from '../../../src/cli/watch-words.ts'
import type { CurrentTest, KnownTest } from '../../../src/cli/what-changed.ts'
import { findChanges } from '../../../src/cli/what-changed.ts'

const SAME = { request: 'r', outputs: 'o', specs: 's' }

function current(name: string, more: object = {}, suite?: object): CurrentTest {
  const { hasNewFile = false, ...state } = more as { hasNewFile?: boolean }
  const planned = { id: name, name, ...(suite ? { step: { suite } } : {}) }
  return { test: planned, state: { ...SAME, ...state }, hasNewFile } as unknown as CurrentTest
}

function known(more: object = {}): KnownTest {
  const ran = { verdict: { outcome: 'failed' }, ...more }
  return { state: SAME, ran, report: ran, path: 'saved.json', ...more } as unknown as KnownTest
}

const effectOf = (test: CurrentTest, last: KnownTest | undefined): string => {
  const { toRun, toJudge } = findChanges([test], () => last)
  return toRun.length > 0 ? 'run' : toJudge.length > 0 ? 'judged' : 'left alone'
}

describe('a test whose file was saved', () => {
  test.each<[string, object, string]>([
    ['says the same', {}, 'left alone'],
    ['checks otherwise', { specs: 's2' }, 'judged'],
    ['puts out otherwise', { outputs: 'o2' }, 'judged'],
    ['asks otherwise', { request: 'r2', specs: 's2' }, 'run'],
    ['names a file that is new', { hasNewFile: true }, 'run']
  ])('and %s is so treated: %j: %s', (_, change, effect) => {
    expect(effectOf(current('a', change), known())).toBe(effect)
  })

  test.each<[string, KnownTest | undefined]>([
    ['was never run', undefined],
    ['could not be judged when it was run', known({ verdict: { outcome: 'errored' } })],
    ['was skipped', known({ verdict: { outcome: 'skipped' } })],
    ['is not saved', known({ path: undefined })]
  ])('is run where only its checks changed if it %s', (_, last) => {
    expect(effectOf(current('a', { specs: 's2' }), last)).toBe('run')
  })
})

test('a test that was not reached is run, unless its own suite was the reason', () => {
  const skipped = known({ verdict: { outcome: 'skipped' } })
  expect(effectOf(current('a'), skipped)).toBe('run')
  const suite = {}
  const steps = [current('one', {}, suite), current('two', {}, suite)]
  const knownOf = (first: string) => (id: string) =>
    id === 'one' ? known({ verdict: { outcome: first } }) : skipped
  expect(findChanges(steps, knownOf('errored')).toRun).toEqual([])
  expect(findChanges(steps, knownOf('passed')).toRun).toHaveLength(2)
})

describe('a suite', () => {
  const suite = {}

  test('is run as a whole where one of its steps is, or puts out otherwise', () => {
    for (const change of [{ request: 'r2' }, { outputs: 'o2' }]) {
      const steps = [current('one', change, suite), current('two', { specs: 's2' }, suite), current('alone')]
      const { toRun, toJudge } = findChanges(steps, () => known())
      expect([toRun.map(({ name }) => name), toJudge]).toEqual([['one', 'two'], []])
    }
  })

  test('has a step judged alone that is only checked otherwise', () => {
    const steps = [current('one', { specs: 's2' }, suite), current('two', {}, suite)]
    const { toRun, toJudge } = findChanges(steps, () => known())
    expect([toRun, toJudge.map(({ test: { name } }) => name)]).toEqual([[], ['one']])
  })
})

test('the line above a round says what was saved and what is done about it', () => {
  const tests = ['a', 'b', 'c', 'd', 'e'].map(name => current(name).test)
  const words = (toRun: number, toJudge: number, kind: 'all' | 'failed' | 'saved' = 'saved'): string =>
    describeRound({
      kind,
      saved: kind === 'saved' ? ['a.yaml', 'b.yaml'] : [],
      toRun: tests.slice(0, toRun),
      toJudge: tests.slice(0, toJudge)
    }).trim()
  expect([
    words(5, 1),
    words(0, 0),
    words(5, 0, 'all'),
    words(1, 0, 'failed'),
    words(0, 0, 'failed')
  ]).toEqual([
    'a.yaml, b.yaml were saved: "a", "b", "c" and 2 more are run again; "a" is judged again on the saved trace, nothing is sent',
    'a.yaml, b.yaml were saved: no test is changed by it',
    'all tests are run again',
    '"a" is run again',
    'every test passed: none is run again'
  ])
})
