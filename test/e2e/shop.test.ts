import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runNode, type ShopUnderTest, startShopUnderTest } from '../support/shop.ts'

const RUN_CHECKOUT = ['run', '-f', 'specs/checkout.yaml', '--config', 'examples/shop/tracerun.yaml']
const RUN_FAULTS = ['run', '-f', 'specs/faults', '--config', 'examples/shop/tracerun.yaml', '-o', 'json']

/** Each has a test that explains it; what `specs/checkout.yaml` says of each is in the wider suite. */
const FAULTS = [
  'n-plus-one',
  'charge-before-reserve',
  'ship-twice',
  'swallowed-error',
  'lost-event',
  'slow-payment'
]

const RUN_ORDER = ['run', '-f', 'specs/order.yaml', '--config', 'examples/shop/tracerun.yaml']

interface JsonReport {
  readonly tests: readonly { readonly name: string; readonly outcome: string }[]
}

function outcomes(stdout: string): readonly string[] {
  return (JSON.parse(stdout) as JsonReport).tests.map(test => test.outcome)
}

describe('the demo shop', () => {
  let shop: ShopUnderTest
  beforeAll(async () => {
    shop = await startShopUnderTest()
  })
  afterAll(() => shop.stop())

  test('passes its test while it is healthy', async () => {
    const { exitCode, stdout, stderr } = await shop.tracerun(RUN_CHECKOUT)
    expect(stderr + stdout).toContain('a checkout reserves stock, then charges, then ships')
    expect(stdout).toMatch(/complete/)
    expect(exitCode, stdout + stderr).toBe(0)
  })

  test('passes the tests of all faults while it has none', async () => {
    const { exitCode, stdout } = await shop.tracerun(RUN_FAULTS, { FAULT: 'none' })
    expect(outcomes(stdout), stdout).toEqual(FAULTS.map(() => 'passed'))
    expect(exitCode).toBe(0)
  })

  test('hands an order on from step to step of a suite: in URLs, bodies and selectors', async () => {
    const { exitCode, stdout } = await shop.tracerun([...RUN_ORDER, '-o', 'json'])
    expect(outcomes(stdout), stdout).toEqual(['passed', 'passed', 'passed'])
    expect(exitCode).toBe(0)
  })

  test('runs a suite of Tracetest as it is: its language, variable set and command line', async () => {
    const folder = 'specs/tracetest/shop'
    const files = ['-f', `${folder}/journey.yaml`, '--vars', `${folder}/variables.yaml`]
    const settings = ['--config', 'examples/shop/tracerun.yaml', '-o', 'json']
    const { exitCode, stdout, stderr } = await shop.tracerun(['run', 'testsuite', ...files, ...settings])
    expect(outcomes(stdout), stdout + stderr).toEqual(['passed', 'passed', 'passed'])
    expect(exitCode).toBe(0)
  })

  test('fails the step in which an order is shipped twice; the next one still follows the parcel', async () => {
    const { exitCode, stdout } = await shop.tracerun(RUN_ORDER, { FAULT: 'ship-twice' })
    expect(stdout).toMatch(/✗ an order from its first request to its parcel \/ pay order/)
    expect(stdout).toMatch(/count\(\) = 1 +actual 2/)
    expect(stdout).toContain('3 tests: 1 failed, 2 passed')
    expect(exitCode).toBe(1)
  })

  test('answers 400 to a fault that it does not have', async () => {
    const response = await fetch(`${shop.url}/checkout`, {
      method: 'POST',
      headers: { 'x-fault': 'no-such' }
    })
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('n-plus-one')
  })

  // Last: it ends before the shop has sent all, which then keeps what comes next waiting.
  test('has every fault caught by the test that explains it', async () => {
    const { exitCode, stdout } = await shop.tracerun(RUN_FAULTS)
    expect(outcomes(stdout)).toEqual(FAULTS.map(() => 'failed'))
    expect(exitCode).toBe(1)
  })
})

test('the demo lists its faults and exits 2 when it is asked for another', async () => {
  const { exitCode, stderr } = await runNode(['examples/shop/demo.js', '--fault', 'no-such'])
  expect(exitCode).toBe(2)
  for (const fault of FAULTS) expect(stderr).toContain(fault)
})
