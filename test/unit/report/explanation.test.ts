import { expect, test } from 'vitest'
import { type Explanation, renderExplanation } from '../../../src/report/explanation.ts'
import { renderTrace } from '../../../src/report/trace-drawing.ts'
import { priceIds, shopTrace } from '../../support/report-builder.ts'
import { PLAIN_SCREEN } from '../../support/show.ts'
import { spanIdOf } from '../../support/trace-builder.ts'

test('a selector that selects shows its steps, what it selects, and where that lies', () => {
  const explanation: Explanation = {
    text: 'span[db.system.name="postgresql"]',
    selected: ['update', ...priceIds(3)].map(spanIdOf),
    nearest: { funnel: ['9 spans in the trace', '4 with db.system.name "postgresql"'], candidates: [] }
  }
  expect(`\n${renderExplanation(explanation, shopTrace(3), PLAIN_SCREEN)}`).toMatchInlineSnapshot(`
    "
    span[db.system.name="postgresql"]
    ✓ 4 spans selected
        9 spans in the trace
        4 with db.system.name "postgresql"
        inventory · UPDATE stock  a0ad68312a3d0454
        pricing · SELECT price  4a305f91efe037fc
        pricing · SELECT price  4a306291efe03d15
        pricing · SELECT price  4a306191efe03b62

    gateway      POST /checkout       █████████████████████████████████████████████████████████   118 ms
    inventory    └ reserve              ███████████████                                            31 ms
    inventory ✓    └ UPDATE stock          ██████                                                  12 ms
    pricing      └ GET /quote                                 ████████████████████████             49 ms
    pricing ✓      └ SELECT price ×3                           ███ ██ ██                         Σ 15 ms
    payment      └ POST /charge                                                        ██████      11 ms
    "
  `)
})

test('a selector that selects nothing shows what came nearest', () => {
  const explanation: Explanation = {
    text: 'span[service.name="payments"]',
    selected: [],
    nearest: {
      funnel: ['9 spans in the trace', '0 with service.name "payments"'],
      candidates: [{ spanId: spanIdOf('charge'), text: 'service.name is "payment"' }]
    }
  }
  expect(`\n${renderExplanation(explanation, shopTrace(3), PLAIN_SCREEN)}`).toMatchInlineSnapshot(`
    "
    span[service.name="payments"]
    ✗ no span selected
        ~ payment · POST /charge: service.name is "payment"  26c6cf03380bb6b1
          9 spans in the trace
          0 with service.name "payments"

    gateway    POST /checkout       ███████████████████████████████████████████████████████████   118 ms
    inventory  └ reserve              ████████████████                                             31 ms
    inventory    └ UPDATE stock          ██████                                                    12 ms
    pricing    └ GET /quote                                  █████████████████████████             49 ms
    pricing      └ SELECT price ×3                            ███ ██ ███                         Σ 15 ms
    payment ~  └ POST /charge                                                          ██████      11 ms
    "
  `)
})

test('of a large selection some spans are listed and the rest is counted', () => {
  const trace = shopTrace(100)
  const explanation: Explanation = {
    text: 'span[name="SELECT price"]',
    selected: priceIds(100).map(spanIdOf),
    nearest: { funnel: [], candidates: [] }
  }
  const output = renderExplanation(explanation, trace, PLAIN_SCREEN)
  expect(output).toContain('✓ 100 spans selected\n')
  expect(output.match(/^ {4}pricing/gm)).toHaveLength(20)
  expect(output).toContain('and 80 more spans')
})

test('a whole trace is drawn under its id', () => {
  expect(`\n${renderTrace(shopTrace(3), PLAIN_SCREEN)}`).toMatchInlineSnapshot(`
    "
    trace 4bf92f3577b34da6a3ce929d0e0e4736  8 spans
    gateway    POST /checkout       ███████████████████████████████████████████████████████████   118 ms
    inventory  └ reserve              ████████████████                                             31 ms
    inventory    └ UPDATE stock          ██████                                                    12 ms
    pricing    └ GET /quote                                  █████████████████████████             49 ms
    pricing      └ SELECT price ×3                            ███ ██ ███                         Σ 15 ms
    payment    └ POST /charge                                                          ██████      11 ms
    "
  `)
})
