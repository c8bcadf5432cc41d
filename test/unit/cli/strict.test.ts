import { expect, test } from 'vitest'
import { applyStrictToEvent, applyStrictToRun } from '../../../src/cli/strict.ts'
import { buildRun, buildSpec, buildTest, held, undetermined, violated } from '../../support/report-builder.ts'

const REASON = { code: 'missing', text: 'no such key' } as const

test.each([
  ['a warning of its own', buildTest({ warnings: ['a callee is missing'] })],
  [
    'a warning on a check that held',
    buildTest({ specs: [buildSpec('span', [held('a = 1', { warnings: ['near'] })])] })
  ],
  [
    'a violated check of severity warning',
    buildTest({ specs: [buildSpec('span', [violated('a = 1', [])], { severity: 'warning' })] })
  ],
  [
    'an undetermined check of severity warning',
    buildTest({ specs: [buildSpec('span', [undetermined('a = 1', REASON)], { severity: 'warning' })] })
  ]
])('a test that passed with %s has failed', (_, report) => {
  const run = applyStrictToRun(buildRun([report, buildTest({ id: 'clean' })]))
  expect(run).toMatchObject({ outcome: 'failed', exitCode: 1, summary: { passed: 1, failed: 1 } })
  expect(run.tests.map(test => test.verdict.outcome)).toEqual(['failed', 'passed'])
  expect(run.tests[0]!.warnings.at(-1)).toContain('--strict')
  expect(applyStrictToEvent({ type: 'test-finished', report })).toMatchObject({
    report: { verdict: { outcome: 'failed' } }
  })
})

test('a warning of the run as a whole fails it, and stays with the tests as they are', () => {
  const passed = buildRun([buildTest()], { warnings: ['12 spans could not be forwarded'] })
  expect(applyStrictToRun(passed)).toMatchObject({
    outcome: 'failed',
    exitCode: 1,
    summary: { passed: 1, failed: 0 },
    warnings: ['12 spans could not be forwarded', 'failed by --strict: the run has warnings']
  })
})

test('a warning that came after the end of a test fails it', () => {
  const report = buildTest({ warnings: ['its trace could not be looked at once more'] })
  expect(applyStrictToEvent({ type: 'test-warned', warning: report.warnings[0]!, report })).toMatchObject({
    report: { verdict: { outcome: 'failed' } }
  })
})

test('a run without warnings is left as it is', () => {
  const run = buildRun([buildTest(), buildTest({ skipped: 'not today', warnings: [] })])
  expect(applyStrictToRun(run)).toBe(run)
})

test('what has failed already, or was interrupted, keeps its name', () => {
  const failed = buildTest({ outcome: 'failed', warnings: ['a'] })
  expect(applyStrictToRun(buildRun([failed])).tests[0]).toBe(failed)
  const interrupted = buildRun([buildTest({ warnings: ['a'] })], { outcome: 'interrupted', exitCode: 130 })
  expect(applyStrictToRun(interrupted)).toMatchObject({ outcome: 'interrupted', exitCode: 130 })
})
