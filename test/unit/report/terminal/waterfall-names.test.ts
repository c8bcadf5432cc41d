import { expect, test } from 'vitest'
import { paint } from '../../../../src/report/paint.ts'
import type { Screen } from '../../../../src/report/screen.ts'
import { layoutFor } from '../../../../src/report/terminal/layout.ts'
import { renderWaterfall } from '../../../../src/report/terminal/waterfall.ts'
import { columnsOf } from '../../../../src/source/columns.ts'
import { PLAIN_SCREEN } from '../../../support/show.ts'
import { type SpanSketch, triggeredTraceOf } from '../../../support/trace-builder.ts'

const SPANS: readonly SpanSketch[] = [
  { id: 'checkout', parent: 'trigger', service: 'gateway', name: 'POST /checkout', at: 0, ms: 118 },
  {
    id: 'rates',
    parent: 'checkout',
    service: 'currency-exchange-rates-of-the-european-central-bank',
    name: 'GET https://rates.internal.example.com/v2/exchange-rates/EUR/USD/latest?precision=6',
    at: 4,
    ms: 31
  },
  {
    id: 'wide',
    parent: 'checkout',
    service: '決済サービス',
    name: '注文を確認してから在庫を引き当てる',
    at: 50,
    ms: 49
  },
  {
    id: 'accents',
    parent: 'wide',
    service: 'cafe\u0301',
    name: 're\u0301server le the\u0301 👩‍👩‍👧',
    at: 52,
    ms: 20
  },
  ...[1, 2, 3].map(
    (at): SpanSketch => ({
      id: `query-${at}`,
      parent: 'wide',
      service: 'pricing',
      name: 'pg.query:SELECT price, currency, valid_from FROM shop.price_of_item_and_region',
      at: 70 + at,
      ms: 1,
      error: true
    })
  )
]

function draw(screen: Partial<Screen>): string {
  const whole = { ...PLAIN_SCREEN, ...screen }
  const trace = triggeredTraceOf(...SPANS)
  return `\n${paint(renderWaterfall(trace, { marks: new Map(), maxRows: 24 }, layoutFor(whole)), whole)}`
}

test('long names lose their middle, and keep what stands behind them: at 80 columns', () => {
  expect(draw({ width: 80 })).toMatchInlineSnapshot(`
    "
    gateway             POST /checkout                  ████████████████████  118 ms
    currency-ex…l-bank  └ GET https://rates…recision=6   █████                 31 ms
    決済サービス        └ 注文を確認してか…引き当てる           █████████      49 ms
    café                  └ réserver le thé 👩‍👩‍👧                   ███           20 ms
    pricing               └ pg.query:…egion ×3 (error)              ▏         Σ 3 ms
    "
  `)
})

test('at 200 columns', () => {
  expect(draw({ width: 200 })).toMatchInlineSnapshot(`
    "
    gateway             POST /checkout                                        ██████████████████████████████████████  118 ms
    currency-ex…l-bank  └ GET https://rates.internal.exa…/latest?precision=6   ██████████                              31 ms
    決済サービス        └ 注文を確認してから在庫を引き当てる                                  ████████████████         49 ms
    café                  └ réserver le thé 👩‍👩‍👧                                                 ██████                  20 ms
    pricing               └ pg.query:SELECT price,…tem_and_region ×3 (error)                         ▏▏               Σ 3 ms
    "
  `)
})

test('at 40 columns, without bars', () => {
  expect(draw({ width: 40 })).toMatchInlineSnapshot(`
    "
    gateway      POST /checkout       118 ms
    curren…bank  └ GET https:…sion=6   31 ms
    決済サ…ビス  └ 注文を確認…当てる   49 ms
    café           └ réserver …hé 👩‍👩‍👧   20 ms
    pricing        └ pg.q… ×3 (erro…  Σ 3 ms
    "
  `)
})

test('at 80 columns, where there are no signs but those of ASCII', () => {
  expect(draw({ width: 80, hasUnicode: false })).toMatchInlineSnapshot(`
    "
    gateway             POST /checkout                 ###################    118 ms
    currency-...l-bank  \` GET https://rat...ecision=6   #####                  31 ms
    決済サービス        \` 注文を確認して...引き当てる          ########        49 ms
    café                  \` réserver le thé 👩‍👩‍👧                 ####            20 ms
    pricing               \` pg.quer...gion x3 (error)             ||        sum 3 ms
    "
  `)
})

test.each([20, 40, 80, 120, 200])('no line is wider than %i columns, whatever the script', width => {
  for (const line of draw({ width }).split('\n')) expect(columnsOf(line)).toBeLessThanOrEqual(width)
})

test('however deep a trace is, the name of its last span is seen', () => {
  const chain = Array.from(
    { length: 40 },
    (_, at): SpanSketch => ({
      id: `step-${at}`,
      parent: at === 0 ? 'trigger' : `step-${at - 1}`,
      service: 'shop',
      ms: 9
    })
  )
  const whole = { ...PLAIN_SCREEN, width: 80 }
  const lines = renderWaterfall(
    triggeredTraceOf(...chain),
    { marks: new Map(), maxRows: 60 },
    layoutFor(whole)
  )
  expect(paint(lines, whole).trimEnd().split('\n').at(-1)).toMatchInlineSnapshot(
    `"shop                      └ step-39  █████████████████████████████████████  9 ms"`
  )
})
