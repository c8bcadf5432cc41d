import { expect, test } from 'vitest'
import { createPrettyReporter } from '../../../../src/report/terminal/pretty.ts'
import { buildRun, buildTest } from '../../../support/report-builder.ts'
import { PLAIN_SCREEN } from '../../../support/show.ts'

test('a warning that comes after its test had passed is shown, with the test it is about', async () => {
  let shown = ''
  const write = (text: string): Promise<void> => {
    shown += text
    return Promise.resolve()
  }
  const reporter = createPrettyReporter({ screen: PLAIN_SCREEN, write })
  const warning = 'its trace could not be looked at once more before the run ended: HTTP 503'
  const before = buildTest({ name: 'checkout' })
  const after = { ...before, warnings: [warning], runWarnings: [warning] }
  reporter.onEvent({ type: 'run-started', schemaVersion: 1, tests: 1 })
  reporter.onEvent({ type: 'test-finished', report: before })
  reporter.onEvent({ type: 'test-warned', report: after, warning })
  await reporter.close(buildRun([after]))
  expect(shown.match(/checkout/g)).toHaveLength(2)
  expect(shown).toContain('could not be looked at once more')
  expect(shown).toContain('1 passed')
})
