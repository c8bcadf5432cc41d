import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { runPlan } from '../../../src/run/run-plan.ts'
import { createFakeBackend } from '../../support/fake-backend.ts'
import { type ChecksSketch, compileChecks } from '../../support/judge.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { plannedTest, triggerOf } from '../../support/plan-builder.ts'

const CHARGE = 'span[name="charge"]'
const OK = 'response:status = 200'
const FAILED = 'response:status = 500'

// The answer was 500, and no span of the system came.
test.each<[string, number, ChecksSketch]>([
  ['a violated check under no selector', 1, { specs: [{ assertions: ['response:status = 200'] }] }],
  ['one under `:root`', 1, { specs: [{ selector: ':root', assertions: ['response:status = 200'] }] }],
  [
    'one on an attribute of the trigger',
    1,
    { specs: [{ selector: ':root', assertions: ['attr:tracetest.response.status = 200'] }] }
  ],
  ['one under a selector that finds nothing', 1, { specs: [{ selector: CHARGE, assertions: [OK] }] }],
  ['one whose selector settles late', 1, { specs: [{ selector: `${CHARGE}:first`, assertions: [OK] }] }],
  ['one beside a count', 1, { specs: [{ selector: CHARGE, assertions: [`${OK} and count() = 1`] }] }],
  ['one under a `when` that holds', 1, { specs: [{ selector: CHARGE, when: FAILED, assertions: [OK] }] }],
  ['one with a constant', 1, { specs: [{ selector: CHARGE, assertions: ['"a" = "b"'] }] }],
  ['one under a `when` that does not hold', 3, { specs: [{ selector: CHARGE, when: OK, assertions: [OK] }] }],
  [
    'one under a `when` on spans',
    3,
    { specs: [{ selector: CHARGE, when: 'count() = 1', assertions: [OK] }] }
  ],
  ['one that is a warning', 3, { specs: [{ selector: CHARGE, severity: 'warning', assertions: [OK] }] }],
  ['a check that holds', 3, { specs: [{ selector: CHARGE, assertions: [FAILED] }] }],
  ['a check that holds on the trigger', 3, { specs: [{ selector: 'span', assertions: [FAILED] }] }],
  ['a count of nothing', 3, { specs: [{ selector: CHARGE, assertions: ['count() = 0'] }] }],
  ['a count that is not reached', 3, { specs: [{ selector: CHARGE, assertions: ['count() >= 1'] }] }],
  [
    'either a count or the answer',
    3,
    { specs: [{ selector: CHARGE, assertions: [`${OK} or count() = 1`] }] }
  ],
  [
    'what an output would have to say',
    3,
    {
      specs: [{ selector: 'span[sku="${var:SKU}"]', assertions: [OK] }],
      outputs: [{ name: 'SKU', selector: CHARGE, value: 'attr:sku' }]
    }
  ]
])('%s ends with %i', async (_what, exitCode, sketch) => {
  const clock = createManualClock()
  const backend = createFakeBackend({ isPushed: true })
  const trigger = triggerOf({ response: { status: 500, headers: [] } })
  const plan = { tests: [plannedTest({ backend, trigger, checks: compileChecks(sketch) })], secrets: [] }
  const dependencies = {
    clock,
    readFile: () => Promise.reject(new Error('no file is read here')),
    debug: () => undefined,
    random: (size: number) => randomBytes(size),
    jobs: 1,
    signal: new AbortController().signal,
    runId: 'run'
  }
  const report = await clock.run(runPlan(plan, dependencies, () => undefined))
  expect(report).toMatchObject({ outcome: exitCode === 1 ? 'failed' : 'errored', exitCode })
})
