import { describe, expect, test } from 'vitest'
import type { Trace } from '../../../../src/model/trace.ts'
import type { Line } from '../../../../src/report/line.ts'
import { layoutFor } from '../../../../src/report/terminal/layout.ts'
import type { Mark } from '../../../../src/report/terminal/marks.ts'
import { renderWaterfall } from '../../../../src/report/terminal/waterfall.ts'
import { shopTrace } from '../../../support/report-builder.ts'
import { PLAIN_SCREEN } from '../../../support/show.ts'
import {
  joinedTraceOf,
  type SpanSketch,
  spanIdOf,
  traceOf,
  triggeredTraceOf
} from '../../../support/trace-builder.ts'

interface Options {
  readonly marks?: Readonly<Record<string, Mark>>
  readonly maxRows?: number
  readonly width?: number
}

function draw(trace: Trace, { marks = {}, maxRows = 24, width = 72 }: Options = {}): string {
  const byId = new Map(Object.entries(marks).map(([id, mark]) => [spanIdOf(id), mark]))
  const lines = renderWaterfall(trace, { marks: byId, maxRows }, layoutFor({ ...PLAIN_SCREEN, width }))
  return `\n${lines
    .map((line: Line) =>
      line
        .map(fragment => fragment.text)
        .join('')
        .trimEnd()
    )
    .join('\n')}\n`
}

test('repeats under one parent are one row, with a bar for each', () => {
  expect(draw(shopTrace(3))).toMatchInlineSnapshot(`
    "
    gateway    POST /checkout       ███████████████████████████████   118 ms
    inventory  └ reserve             ████████                          31 ms
    inventory    └ UPDATE stock        ███                             12 ms
    pricing    └ GET /quote                      █████████████         49 ms
    pricing      └ SELECT price ×3                █ ███              Σ 15 ms
    payment    └ POST /charge                                  ███     11 ms
    "
  `)
})

test('a marked span stands apart from its like', () => {
  expect(draw(shopTrace(3), { marks: { 'price-2': 'failed', charge: 'caution' } })).toMatchInlineSnapshot(`
    "
    gateway    POST /checkout       ███████████████████████████████   118 ms
    inventory  └ reserve             ████████                          31 ms
    inventory    └ UPDATE stock        ███                             12 ms
    pricing    └ GET /quote                      █████████████         49 ms
    pricing      └ SELECT price ×2                █  ██              Σ 10 ms
    pricing ✗    └ SELECT price                     █                   5 ms
    payment !  └ POST /charge                                  ███     11 ms
    "
  `)
})

test('the children of repeats are drawn together', () => {
  const calls = [1, 2, 3].flatMap((call): SpanSketch[] => [
    {
      id: `quote-${call}`,
      parent: 'checkout',
      service: 'pricing',
      name: 'GET /quote',
      at: call * 20,
      ms: 15
    },
    {
      id: `price-${call}`,
      parent: `quote-${call}`,
      service: 'pricing',
      name: 'SELECT price',
      at: call * 20 + 2,
      ms: 9
    }
  ])
  const checkout: SpanSketch = {
    id: 'checkout',
    parent: 'trigger',
    service: 'gateway',
    name: 'POST /checkout',
    ms: 80
  }
  expect(draw(triggeredTraceOf(checkout, ...calls))).toMatchInlineSnapshot(`
    "
    gateway  POST /checkout       █████████████████████████████████    80 ms
    pricing  └ GET /quote ×3              ██████   ██████  ██████    Σ 45 ms
    pricing    └ SELECT price ×3           ████    ████     ███      Σ 27 ms
    "
  `)
})

test('orphans, failed spans and spans in progress are said in words', () => {
  const trace = triggeredTraceOf(
    { id: 'checkout', parent: 'trigger', service: 'gateway', name: 'POST /checkout', ms: 80, error: true },
    { id: 'ship', parent: 'lost', service: 'shipping', name: 'ship', at: 60, ms: 10 },
    { id: 'mail', parent: 'checkout', service: 'mail', name: 'send receipt', at: 70, open: true }
  )
  expect(draw(trace)).toMatchInlineSnapshot(`
    "
    gateway   POST /checkout (error)  █████████████████████████        80 ms
    mail      └ send receipt                                ███  in progress
    shipping  ship (parent missing)                      ███           10 ms
    "
  `)
})

describe('the trigger span', () => {
  test('is drawn where it is marked', () => {
    expect(draw(shopTrace(1), { marks: { trigger: 'failed' } })).toContain('tracetest ✗')
  })

  test('is left out otherwise, and its time with it', () => {
    expect(draw(shopTrace(1))).not.toContain('tracetest')
  })
})

test('spans without service, name or duration are drawn too', () => {
  expect(
    draw(traceOf({ id: 'a', name: '', ms: 0 }, { id: 'b', parent: 'a', name: 'b', ms: 0 }))
  ).toMatchInlineSnapshot(`
    "
      (no name)  ▏                                                      0 ms
      └ b        ▏                                                      0 ms
    "
  `)
})

test('a trace without spans is drawn as nothing', () => {
  expect(draw(traceOf())).toBe('\n\n')
})

test('a narrow screen has no bars, and cuts names', () => {
  const output = draw(shopTrace(6), { width: 32 })
  expect(output).toMatchInlineSnapshot(`
    "
    gateway   POST /ch…kout   118 ms
    inven…ry  └ reserve        31 ms
    inven…ry    └ UPDAT…ock    12 ms
    pricing   └ GET /quote     49 ms
    pricing     └ SELEC… ×6  Σ 30 ms
    payment   └ POST /…arge    11 ms
    "
  `)
})

describe('a trace with more rows than there is room for', () => {
  /** A chain in which each span has a brother that took no time worth mentioning. */
  function chain(length: number): Trace {
    const sketches = Array.from({ length }, (_, at): SpanSketch[] => [
      {
        id: `step-${at}`,
        parent: at === 0 ? 'trigger' : `step-${at - 1}`,
        service: 'shop',
        name: `step ${at}`,
        at,
        ms: 500
      },
      { id: `brother-${at}`, parent: `step-${at}`, service: 'shop', name: `brother ${at}`, at, ms: 0.001 }
    ])
    return triggeredTraceOf(...sketches.flat())
  }

  test('shows what is marked, its nearest ancestors and the root, and counts the rest', () => {
    expect(draw(chain(200), { marks: { 'brother-150': 'failed' }, maxRows: 8 })).toMatchInlineSnapshot(`
      "
      shop    step 0                         ██████████████████         500 ms
      shop    └ brother 0                    ▏                            1 µs
      shop    └ step 1                       ██████████████████         500 ms
      shop      └ brother 1                  ▏                            1 µs
      shop      └ step 2                     ██████████████████         500 ms
                    … 289 more spans
      shop        └ step 147                      ██████████████████    500 ms
      shop          └ brother 147                 ▏                       1 µs
      shop          └ step 148                    ██████████████████    500 ms
      shop            └ brother 148               ▏                       1 µs
      shop            └ step 149                  ██████████████████    500 ms
      shop              └ brother 149             ▏                       1 µs
      shop              └ step 150                ██████████████████    500 ms
      shop ✗              └ brother 150           ▏                       1 µs
                            … 98 more spans
      "
    `)
  })

  test('that is 20,000 deep is drawn all the same', () => {
    const trace = chain(10_000)
    const output = draw(trace, { marks: { 'brother-9999': 'failed' }, maxRows: 8 })
    expect(output).toContain('brother 9999')
    expect(output.split('\n').length).toBeLessThan(25)
  })

  test('that is 20,000 wide is drawn all the same', () => {
    const children = Array.from(
      { length: 20_000 },
      (_, at): SpanSketch => ({
        id: `item-${at}`,
        parent: 'checkout',
        service: 'shop',
        name: `item ${at}`,
        at,
        ms: 1
      })
    )
    const trace = triggeredTraceOf(
      { id: 'checkout', parent: 'trigger', service: 'gateway', ms: 30_000 },
      ...children
    )
    const output = draw(trace, { marks: { 'item-7777': 'failed' }, maxRows: 8 })
    expect(output).toMatchInlineSnapshot(`
      "
      gateway  checkout               ██████████████████████████████████  30 s
                 … 7,777 more spans
      shop ✗   └ item 7777                     ▏                          1 ms
                 … 12,222 more spans
      "
    `)
  })

  test('leaves out of many marked spans all but some', () => {
    const marks = Object.fromEntries(
      Array.from({ length: 150 }, (_, at) => [`brother-${at}`, 'failed' as const])
    )
    const output = draw(chain(200), { marks, maxRows: 10 })
    expect(output.match(/✗/g)?.length).toBeGreaterThanOrEqual(5)
    expect(output).toContain('more spans')
  })
})

test('a span that hangs below one that it links to is marked', () => {
  const trace = joinedTraceOf(
    { id: 'checkout', parent: 'trigger', service: 'gateway', name: 'POST /checkout', ms: 80 },
    {
      id: 'publish',
      parent: 'checkout',
      service: 'gateway',
      name: 'send orders',
      at: 20,
      ms: 10,
      kind: 'producer'
    },
    {
      id: 'process',
      trace: 'b',
      service: 'shipping',
      name: 'process orders',
      at: 40,
      ms: 30,
      links: [{ to: 'publish' }]
    },
    { id: 'book', trace: 'b', parent: 'process', service: 'shipping', name: 'book', at: 50, ms: 10 }
  )
  expect(draw(trace)).toMatchInlineSnapshot(`
    "
    gateway   POST /checkout      ███████████████████████████████████  80 ms
    gateway   └ send orders                ████                        10 ms
    shipping    ↪ process orders                    █████████████      30 ms
    shipping      └ book                                ████           10 ms
    "
  `)
})
