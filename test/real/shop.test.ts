import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runNode, type ShopUnderTest, startShopUnderTest } from '../support/shop.ts'

const RUN_CHECKOUT = ['run', '-f', 'specs/checkout.yaml', '--config', 'examples/shop/tracerun.yaml']

/** What the output of `specs/checkout.yaml` has to name: the assertion, what was found, and where. */
const CAUGHT: readonly (readonly [fault: string, named: readonly RegExp[]])[] = [
  ['n-plus-one', [/count\(\) <= 3/, /\b7\b/, /pricing/, /SELECT price_cents FROM item/]],
  ['charge-before-reserve', [/after span\[name="reserve stock"\]/, /payment/, /reserve stock/]],
  ['ship-twice', [/count\(\) = 1/, /\b2\b/, /shipping/, /POST \/shipments/]],
  ['swallowed-error', [/count\(\) = 0/, /inventory/, /null value in column "reason"/]],
  ['lost-event', [/count\(\) = 1/, /\b0\b/, /shipping/]],
  ['slow-payment', [/attr:duration < 500ms/, /9\d\d(\.\d+)? ?ms/, /authorise card/]]
]

describe('the test of the demo shop', () => {
  let shop: ShopUnderTest
  beforeAll(async () => {
    shop = await startShopUnderTest()
  })
  afterAll(() => shop.stop())

  test.each(CAUGHT)('fails when the shop has the fault %s, and the output names it', async (fault, named) => {
    const { exitCode, stdout, stderr } = await shop.tracerun(RUN_CHECKOUT, { FAULT: fault })
    for (const part of named) expect(stdout).toMatch(part)
    expect(stdout).toMatch(/specs\/checkout\.yaml:\d+/)
    expect(exitCode, stdout + stderr).toBe(1)
  })
})

test('the demo brings shop and tracerun together and ends with the exit code of tracerun', async () => {
  const { exitCode, stdout } = await runNode(['examples/shop/demo.js', '--fault', 'lost-event'])
  expect(stdout).toContain('lost-event')
  expect(exitCode, stdout).toBe(1)
})
