import { describe, expect, test } from 'vitest'
import { TraceError } from '../../../src/errors/errors.ts'
import type { RunReport, TestReport } from '../../../src/model/run-event.ts'
import type { JsonReport } from '../../../src/report/json-report.ts'
import { mergeReports, type SourceReport } from '../../../src/report/merge.ts'
import { projectRun } from '../../../src/report/projection.ts'
import { buildRun, buildTest, nPlusOneTest } from '../../support/report-builder.ts'

function runOf(path: string, tests: readonly TestReport[], facts: Partial<RunReport> = {}): SourceReport {
  return { path, report: projectRun(buildRun(tests, facts)) }
}

function shardOf(index: number, count: number, tests: readonly TestReport[] = []): SourceReport {
  const own = tests.length > 0 ? tests : [buildTest({ id: `test-${index}` })]
  return runOf(`shard-${index}`, own, { shard: { index, count } })
}

const NOT_FOUND = new TraceError({ code: 'TRACE_NOT_FOUND', message: 'no trace', hint: undefined })

test('shards make one report, whose counts are added up and whose time is that of the longest', () => {
  const one = shardOf(1, 2, [buildTest({ id: 'a' }), nPlusOneTest({ id: 'b' })])
  const two = shardOf(2, 2, [
    buildTest({ id: 'c', error: NOT_FOUND }),
    buildTest({ id: 'd', attempt: 2, earlier: [nPlusOneTest({ id: 'd' })] })
  ])
  const slow = { ...two, report: { ...two.report, summary: { ...two.report.summary, durationMs: 9000 } } }
  const { report, tests } = mergeReports([one, slow])
  expect(report).toMatchObject({
    outcome: 'failed',
    exitCode: 1,
    summary: { passed: 1, flaky: 1, failed: 1, errored: 1, skipped: 0, durationMs: 9000 }
  })
  expect(report).not.toHaveProperty('shard')
  expect(tests.map(({ test: { id }, source }) => `${source.path} ${id}`)).toEqual([
    'shard-1 a',
    'shard-1 b',
    'shard-2 c',
    'shard-2 d'
  ])
})

describe('the gravest of the runs decides', () => {
  test.each<[string, readonly Partial<RunReport>[], JsonReport['outcome'], number]>([
    ['all passed', [{}, {}], 'passed', 0],
    ['one was interrupted', [{}, { outcome: 'interrupted' }], 'interrupted', 130],
    ['one failed as a whole', [{ outcome: 'failed' }, {}], 'failed', 1],
    ['one could not be judged', [{ outcome: 'errored' }, {}], 'errored', 3],
    ['one met a bug', [{}, { outcome: 'errored', exitCode: 70 }], 'errored', 70]
  ])('%s', (_, facts, outcome, exitCode) => {
    const runs = facts.map((fact, at) => runOf(`run-${at}`, [buildTest({ id: `${at}` })], fact))
    expect(mergeReports(runs).report).toMatchObject({ outcome, exitCode })
  })

  test('and its tests do, whatever it says of itself', () => {
    const liar = runOf('run', [nPlusOneTest()])
    const report: JsonReport = { ...liar.report, outcome: 'passed', exitCode: 0 }
    expect(mergeReports([{ ...liar, report }]).report).toMatchObject({ outcome: 'failed', exitCode: 1 })
  })
})

describe('what does not make a whole is refused', () => {
  const damaged = shardOf(1, 1)
  test.each<[readonly SourceReport[], string]>([
    [[shardOf(1, 3), shardOf(3, 3)], 'shard 2 of 3 is missing'],
    [[shardOf(2, 4)], 'shards 1, 3, 4 of 4 are missing'],
    [
      [shardOf(1, 2), shardOf(2, 2), { ...shardOf(2, 2), path: 'copy' }],
      'shard 2/2 is there twice: shard-2 and copy'
    ],
    [[shardOf(1, 2), shardOf(2, 3)], 'the shards are of different runs: shard-1 is 1/2, shard-2 is 2/3'],
    [[shardOf(1, 2), runOf('whole', [buildTest()])], 'whole is no shard, but shard-1 is shard 1/2'],
    [[shardOf(3, 2)], 'shard-3 is damaged: there is no shard 3/2'],
    [
      [
        shardOf(1, 2, [buildTest({ id: 'a', name: 'pays' })]),
        shardOf(2, 2, [buildTest({ id: 'a', name: 'pays' })])
      ],
      'the test "pays" (checkout.yaml:1) was run in shard-1 and in shard-2'
    ],
    [[runOf('empty', [])], 'no test was run in what is to be merged'],
    [
      [{ ...damaged, report: { ...damaged.report, tests: [] } }],
      'shard-1 is damaged: its summary says 1 passed, its tests say 0'
    ]
  ])('%#', (sources, message) => {
    expect(() => mergeReports(sources)).toThrow(expect.objectContaining({ message, exitCode: 2 }))
  })
})

test('runs of their own may have run the same tests: each keeps its result, under an id of its own', () => {
  const { report } = mergeReports([
    runOf('node-20', [buildTest({ id: 'a' }), buildTest({ id: 'a-2' })], { warnings: ['slow', 'late'] }),
    runOf('node-22', [nPlusOneTest({ id: 'a' })], { warnings: ['slow'] })
  ])
  expect(report.tests.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
    'a passed',
    'a-2 passed',
    'a-3 failed'
  ])
  expect(report.warnings).toEqual(['slow', 'late'])
})

test('repetitions that were run apart are counted together', () => {
  const run = (number: number): TestReport =>
    buildTest({ id: `a-${number}`, repetition: { test: 'a', number, of: 2 }, durationMs: number * 100 })
  const { report } = mergeReports([shardOf(1, 2, [run(1)]), shardOf(2, 2, [run(2)])])
  expect(report.repeated).toMatchObject([{ id: 'a', runs: 2, passed: 2, durationMs: { min: 100, max: 200 } }])
})
