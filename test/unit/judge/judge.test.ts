import { describe, expect, test } from 'vitest'
import { readsSystemSpans } from '../../../src/judge/judge.ts'
import type { Trace } from '../../../src/model/trace.ts'
import { type ChecksSketch, checkOne, compileChecks, judgeSketch } from '../../support/judge.ts'
import { spanIdOf, triggeredTraceOf } from '../../support/trace-builder.ts'

const SHOP = triggeredTraceOf(
  { id: 'POST /checkout', parent: 'trigger', service: 'gateway', kind: 'server', at: 0, ms: 90 },
  {
    id: 'reserve',
    parent: 'POST /checkout',
    service: 'cart',
    kind: 'server',
    at: 10,
    ms: 20,
    attributes: { 'order.id': 'o-1', total: 99.99, lines: 2n }
  },
  {
    id: 'SELECT stock',
    parent: 'reserve',
    service: 'cart',
    at: 12,
    ms: 3,
    attributes: { 'db.system.name': 'postgresql', rows: 1n }
  },
  {
    id: 'SELECT price',
    parent: 'reserve',
    service: 'cart',
    at: 16,
    ms: 4,
    attributes: { 'db.system.name': 'postgresql', rows: 7n }
  }
)
const QUERIES = 'span[db.system.name="postgresql"]'

describe('an assertion that fails', () => {
  test('says what was expected and what was there, span by span', () => {
    expect(checkOne(SHOP, QUERIES, 'attr:rows <= 2')).toMatchObject({
      outcome: 'violated',
      observed: [{ spanId: spanIdOf('SELECT price'), holds: false, expected: '<= 2', actual: '7' }],
      anatomy: { parts: [{ text: 'attr:rows', value: '7', isSide: true }] }
    })
  })

  test('shows durations as finely as tells them apart', () => {
    const observed = (assertion: string): unknown => {
      const check = checkOne(SHOP, QUERIES, assertion)
      return check.outcome === 'violated' ? check.observed : check
    }
    expect(observed('sum(attr:duration) <= 6.999ms')).toEqual([
      { holds: false, expected: '<= 6.999ms', actual: '7 ms' }
    ])
    expect(observed('max(attr:tracetest.span.duration) < 2ms')).toMatchObject([{ actual: '4 ms' }])
  })

  test('shows the values of its parts', () => {
    const check = checkOne(SHOP, QUERIES, 'sum(attr:duration) * 2 > count() * 10ms or max(attr:rows) = 1')
    expect(check).toMatchObject({
      outcome: 'violated',
      anatomy: {
        parts: [
          { text: 'sum(attr:duration) * 2 > count() * 10ms', value: 'false', truth: false },
          { text: 'sum(attr:duration) * 2', value: '14 ms' },
          { text: 'sum(attr:duration)', value: '7 ms (2 spans: 4 ms, 3 ms)' },
          { text: 'count() * 10ms', value: '20 ms' },
          { text: 'count()', value: '2' },
          { text: 'max(attr:rows) = 1', value: 'false', truth: false },
          { text: 'max(attr:rows)', value: '7 (2 spans: 7, 1)' }
        ]
      }
    })
  })

  test('names what a limited assertion found too often, and all where a number is wanted', () => {
    const ids = (assertion: string): unknown => {
      const check = checkOne(SHOP, QUERIES, assertion)
      return check.outcome === 'violated' && check.observed.map(({ spanId, holds }) => [spanId, holds])
    }
    expect(ids('none attr:rows = 7')).toEqual([[spanIdOf('SELECT price'), true]])
    expect(ids('exactly 0 attr:rows = 7')).toEqual([
      [spanIdOf('SELECT stock'), false],
      [spanIdOf('SELECT price'), true]
    ])
  })

  test('shows how spans lie in time and in the tree', () => {
    const actual = (selector: string, assertion: string): unknown => {
      const check = checkOne(SHOP, selector, assertion)
      return check.outcome === 'violated' && check.observed[0]?.actual
    }
    expect(actual('span[name="SELECT price"]', 'before span[name="SELECT stock"]')).toBe(
      'ends 8 ms after "SELECT stock" of cart starts'
    )
    expect(
      actual('span[name="SELECT price"]', 'child-of span[kind="client"], span[name="POST /checkout"]')
    ).toBe('its parent is "reserve" of cart')
    expect(actual('span[name="reserve"]', 'during span[db.system.name]')).toBe('inside none of 2 spans')
  })

  test('lists two hundred spans and counts the others', () => {
    const many = triggeredTraceOf(
      { id: 'top', parent: 'trigger' },
      ...Array.from({ length: 1200 }, (_, at) => ({ id: `q${at}`, name: 'query', parent: 'top', at }))
    )
    const check = checkOne(many, 'span[name="query"]', 'attr:name = "SELECT"')
    expect(check).toMatchObject({ outcome: 'violated', unlisted: 1000 })
    expect(check.outcome === 'violated' && check.observed).toHaveLength(200)
  })
})

describe('an undetermined assertion fails, and says why', () => {
  test.each([
    ['attr:row = 1', 'missing', 'attribute row is missing on "SELECT stock" of cart, which has rows'],
    [
      'attr:db.system = "postgresql"',
      'missing',
      'attribute db.system is missing on "SELECT stock" of cart, which has db.system.name (db.system became db.system.name in semantic conventions 1.30.0)'
    ],
    ['attr:db.system.name > 5', 'type', 'the text "postgresql" cannot be compared with the int 5'],
    ['attr:rows / 0 = 1', 'division-by-zero', 'the int 1 is divided by zero'],
    ['attr:db.system.name | json = 1', 'filter', 'json: the text is no JSON: postgresql'],
    ['before span[name="refund"]', 'empty-relation', 'no span matches `span[name="refund"]`'],
    [
      'attr:rows = (attr:rows of span[db.system.name])',
      'not-one-span',
      '`attr:rows of span[db.system.name exists]` wants one span, and 2 match'
    ],
    ['parent:order.total = 1', 'missing', 'parent:order.total is missing on "SELECT stock" of cart'],
    ['attr:rows = var:REGION', 'variable', 'the variable REGION has no value']
  ])('%s', (assertion, code, text) => {
    expect(checkOne(SHOP, QUERIES, assertion)).toMatchObject({
      outcome: 'undetermined',
      reason: { code, text }
    })
  })

  test('a span without the attribute makes an aggregate undetermined, and says how to leave it out', () => {
    expect(checkOne(SHOP, 'span[service.name="cart"]', 'sum(attr:rows) = 8')).toMatchObject({
      outcome: 'undetermined',
      reason: {
        code: 'missing',
        spanId: spanIdOf('reserve'),
        text: 'sum() cannot range over all spans, attribute rows is missing on "reserve" of cart: narrow the selector to the spans that have it'
      }
    })
  })

  test('`not` does not turn what is unknown into what is known', () => {
    for (const assertion of ['not attr:row = 1', 'not (attr:row = 1 or attr:rows < 0)', 'none attr:row = 1'])
      expect(checkOne(SHOP, QUERIES, assertion).outcome).toBe('undetermined')
    for (const assertion of [
      'attr:row = 1 or attr:rows > 0',
      'not (attr:row = 1 and attr:rows < 0)',
      'attr:row not exists'
    ])
      expect(checkOne(SHOP, QUERIES, assertion).outcome).toBe('held')
  })
})

describe('a selector that chose nothing', () => {
  test.each([
    'attr:rows = 1',
    'none attr:rows = 1',
    'at-most 3 attr:rows = 1',
    'attr:rows not exists',
    'sum(attr:rows) <= 3',
    'max(attr:duration) < 5ms',
    'before span[name="reserve"]',
    'count() = 0 or attr:rows = 1',
    'attr:rows of span[name="SELECT stock"] = 1'
  ])('leaves `%s` unmatched, with the nearest misses', assertion => {
    expect(checkOne(SHOP, 'span[name="select stock"]', assertion)).toMatchObject({
      outcome: 'unmatched',
      nearest: { candidates: [{ spanId: spanIdOf('SELECT stock') }] }
    })
  })

  test.each([
    ['count() = 0', 'held', []],
    ['not count() > 0', 'held', []],
    ['count() >= 1', 'violated', []],
    ['attr:tracetest.selected_spans.count = 0', 'held', []],
    ['count() <= 3', 'held', ['it holds of no spans: none was selected']],
    ['not count() > 3', 'held', ['it holds of no spans: none was selected']],
    ['count() < 1', 'held', []],
    ['count(span[name="refund"]) = 0', 'held', []],
    ['response:status = 200', 'held', ['the selector of the spec chose no span']],
    ['response:status = 404', 'violated', []]
  ])('`%s` is %s', (assertion, outcome, warnings) => {
    expect(checkOne(SHOP, 'span[kind="producer"]', assertion)).toMatchObject({ outcome, warnings })
  })

  test('is no warning where another assertion of the spec counts', () => {
    const { specs } = judgeSketch(
      {
        specs: [{ selector: 'span[kind="producer"]', assertions: ['response:status = 200', 'count() = 0'] }]
      },
      SHOP
    )
    expect(specs[0]!.checks.map(check => check.warnings)).toEqual([[], []])
  })

  test('a number that is none makes every aggregate undetermined, wherever it stands', () => {
    const rows = [Number.NaN, 1n, 2.5].map((n, at) => ({
      id: `r${at}`,
      parent: 'trigger',
      attributes: { n }
    }))
    for (const spans of [rows, [...rows].reverse().map((row, at) => ({ ...row, at }))])
      for (const name of ['sum', 'avg', 'min', 'max', 'p50', 'p99'])
        expect(checkOne(triggeredTraceOf(...spans), 'span[n]', `${name}(attr:n) <= 10`)).toMatchObject({
          outcome: 'undetermined',
          reason: { code: 'type', text: expect.stringContaining('NaN') }
        })
  })

  test.each([
    [
      'count() = 0',
      'span[db.system="postgresql"]',
      'renamed',
      '2 spans have db.system.name, and none has db.system (db.system became db.system.name in semantic conventions 1.30.0)'
    ],
    [
      'count() <= 3',
      'span[db.system]',
      'renamed',
      '2 spans have db.system.name, and none has db.system (db.system became db.system.name in semantic conventions 1.30.0)'
    ],
    ['count(span[Order_Id]) = 0', 'span', 'renamed', '1 span has order.id, and none has Order_Id'],
    [
      'not count(span:has(span[orderId])) > 0',
      'span',
      'renamed',
      '1 span has order.id, and none has orderId'
    ],
    [
      'count(:scope > span[Order_Id]) <= 3',
      'span[kind="server"]',
      'renamed',
      '1 span has order.id, and none has Order_Id'
    ],
    [
      'none count(:scope span[Order_Id]) > 3',
      'span',
      'renamed',
      '1 span has order.id, and none has Order_Id'
    ],
    [
      'not count(:scope ~ span[Order_Id]) > 3',
      'span',
      'renamed',
      '1 span has order.id, and none has Order_Id'
    ]
  ])('does not prove `%s` where %s is written otherwise', (assertion, selector, code, text) => {
    expect(checkOne(SHOP, selector, assertion)).toMatchObject({
      outcome: 'undetermined',
      reason: { code, text }
    })
  })

  test.each([
    ['span[not db.system]', 'count() >= 1'],
    ['span:not(span[db.system])', 'count() >= 1'],
    ['span[db.system.name="mysql"]', 'count() = 0'],
    ['span[db.system="mysql"]', 'count() >= 0'],
    ['span', 'count(:scope > span[db.system or db.system.name]) <= 3'],
    ['span', 'count(:scope > span[not db.system]) <= 30'],
    ['span', 'count(:scope > span[db.system]) >= 0']
  ])('%s { %s } is not doubted', (selector, assertion) => {
    expect(checkOne(SHOP, selector, assertion).outcome).not.toBe('undetermined')
  })

  test('warns of a key that is merely near', () => {
    expect(checkOne(SHOP, 'span[order.ip="x"]', 'count() = 0')).toMatchObject({
      outcome: 'held',
      warnings: ['no span has order.ip: did you mean order.id?']
    })
  })
})

describe('when', () => {
  const judged = (when: string, isComplete: boolean, trace: Trace = SHOP) =>
    judgeSketch(
      { specs: [{ selector: QUERIES, when, assertions: ['attr:rows <= 2', 'count() = 2'] }] },
      trace,
      { isComplete }
    ).specs[0]!

  test('that is not met skips every check, for good once nothing can meet it', () => {
    const spec = judged('response:status = 404', false)
    expect(spec.skipped).toBe('`when: response:status = 404` does not hold')
    expect(spec.checks).toMatchObject([
      { outcome: 'skipped', isFinal: true },
      { outcome: 'skipped', isFinal: true }
    ])
  })

  test('that may still be met leaves its checks open, and is watched when they are skipped at the end', () => {
    expect(judged('count() >= 3', false).checks[0]).toMatchObject({
      outcome: 'undetermined',
      reason: { code: 'open' },
      isFinal: false
    })
    expect(judged('count() >= 3', true).checks[0]).toMatchObject({
      outcome: 'skipped',
      isFinal: false,
      isWatched: true
    })
  })

  test('that is met for good changes nothing', () => {
    expect(judged('response:status = 200', false).checks).toMatchObject([
      { outcome: 'violated', isFinal: true },
      { outcome: 'undetermined', isFinal: false, isWatched: true }
    ])
  })

  test('that is met for now keeps its checks from being final', () => {
    const [first, second] = judged('count() <= 2', true).checks
    expect(first).toMatchObject({ outcome: 'violated', isFinal: false })
    expect(second).toMatchObject({ outcome: 'held', isFinal: false, isWatched: true })
  })

  test('that is undetermined, or selects nothing, fails them with its reason', () => {
    expect(judged('attr:row = 1', true).checks[0]).toMatchObject({
      outcome: 'undetermined',
      reason: { code: 'missing' }
    })
    const none = judgeSketch(
      { specs: [{ selector: 'span[name="x"]', when: 'attr:rows = 1', assertions: ['count() = 0'] }] },
      SHOP
    )
    expect(none.specs[0]!.checks[0]!.outcome).toBe('unmatched')
  })
})

describe('outputs', () => {
  const read = (sketch: NonNullable<ChecksSketch['outputs']>[number], isComplete = true) =>
    judgeSketch({ outputs: [sketch] }, SHOP, { isComplete })

  test('come from the first span in trace order, with their type', () => {
    expect(read({ name: 'TOTAL', selector: 'span[total]', value: 'attr:total' }).outputs[0]).toMatchObject({
      outcome: 'held',
      value: 99.99,
      text: '99.99',
      spanId: spanIdOf('reserve')
    })
    expect(read({ name: 'ROWS', selector: QUERIES, value: 'attr:rows' }).outputs[0]).toMatchObject({
      value: 1n
    })
  })

  test('come from the trigger where no selector stands', () => {
    expect(read({ name: 'STATUS', value: 'attr:tracetest.response.status' }, false)).toMatchObject({
      isFinal: true,
      outputs: [{ outcome: 'held', text: '200', isFinal: true }]
    })
  })

  test('are final early on the trigger alone', () => {
    expect(read({ name: 'ROWS', selector: QUERIES, value: 'attr:rows' }, false).outputs[0]).toMatchObject({
      outcome: 'undetermined',
      reason: { code: 'open' },
      isFinal: false
    })
  })

  test('that find no span or no value fail the test', () => {
    expect(read({ name: 'ID', selector: 'span[name="RESERVE"]', value: 'attr:order.id' })).toMatchObject({
      hasFailure: true,
      outputs: [{ outcome: 'unmatched', nearest: { candidates: [{ spanId: spanIdOf('reserve') }] } }]
    })
    expect(read({ name: 'ID', selector: 'span[name="reserve"]', value: 'attr:orderid' })).toMatchObject({
      hasFailure: true,
      outputs: [{ outcome: 'undetermined', reason: { code: 'missing', nearest: 'order.id' } }]
    })
    expect(read({ name: 'ID', value: "response:body | json_path '$.none'" }).hasFailure).toBe(true)
  })

  test('are variables of the checks, and none of them is early', () => {
    const sketch: ChecksSketch = {
      outputs: [{ name: 'ROWS', selector: 'span[name="SELECT price"]', value: 'attr:rows' }],
      specs: [{ selector: QUERIES, assertions: ['some attr:rows = var:ROWS', 'count() < var:ROWS'] }]
    }
    expect(judgeSketch(sketch, SHOP).specs[0]!.checks.map(check => check.outcome)).toEqual(['held', 'held'])
    expect(
      judgeSketch(sketch, SHOP, { isComplete: false }).specs[0]!.checks.every(check => !check.isFinal)
    ).toBe(true)
  })

  test('without a value make what reads them undetermined', () => {
    const { specs } = judgeSketch(
      {
        outputs: [{ name: 'ID', selector: 'span[name="refund"]', value: 'attr:order.id' }],
        specs: [{ selector: 'span[order.id="${var:ID}"]', assertions: ['count() = 0'] }]
      },
      SHOP
    )
    expect(specs[0]!.checks[0]).toMatchObject({ outcome: 'undetermined', reason: { code: 'variable' } })
  })
})

describe('what the backend loses', () => {
  test.each([
    ['links', 'span[links.count=0]', 'count() >= 1'],
    ['links', 'span[link:order]', 'count() = 0'],
    ['events', QUERIES, 'event:attempt not exists'],
    ['events', QUERIES, "attr:span.events not-contains 'exception'"],
    ['scope', 'span[scope:name="shop"]', 'count() = 0'],
    ['case', 'span[name matches "^select"]', 'count() = 0'],
    ['case', QUERIES, 'attr:name matches "^SELECT"'],
    ['types', QUERIES, 'attr:rows is number'],
    ['precision', 'span[name="SELECT stock"]', 'before span[name="touching"]']
  ] as const)('%s: %s { %s } is undetermined', (loss, selector, assertion) => {
    const trace = triggeredTraceOf(
      ...SHOP.spans.slice(1).map(span => ({
        id: span.name,
        parent: 'trigger',
        service: 'cart',
        at: 12,
        ms: 3,
        attributes: Object.fromEntries(span.attributes)
      })),
      { id: 'touching', parent: 'trigger', service: 'cart', at: 15, ms: 1 }
    )
    expect(checkOne(trace, selector, assertion, { losses: [loss] })).toMatchObject({
      outcome: 'undetermined',
      reason: { code: 'lost' }
    })
    expect(checkOne(trace, selector, assertion).outcome).not.toBe('undetermined')
  })

  test('letter case of names does not count where the store lowers them', () => {
    const zipkin = triggeredTraceOf({ id: 'post /checkout', parent: 'trigger', service: 'gateway' })
    const losses = ['case'] as const
    expect(
      checkOne(zipkin, 'span[name="POST /checkout"]', 'attr:name = "Post /Checkout"', { losses }).outcome
    ).toBe('held')
    expect(
      checkOne(zipkin, 'span[service.name in ["Gateway"]]', 'attr:name starts-with "POST"', { losses })
        .outcome
    ).toBe('held')
    expect(checkOne(zipkin, 'span[name="POST /checkout"]', 'count() = 1').outcome).toBe('violated')
  })
})

describe('values that were hidden', () => {
  const masked = triggeredTraceOf({ id: 'charge', parent: 'trigger', attributes: { card: '***', total: 5n } })
  const overrides = { maskedText: '***', variables: new Map([['TOKEN', '***']]) }
  test.each([
    ['span[name="charge"]', 'attr:card = "4111"'],
    ['span[card="4111"]', 'count() = 0'],
    ['span[name="charge"]', 'attr:total = var:TOKEN'],
    ['span[name="${var:TOKEN}"]', 'count() = 0']
  ])('make %s { %s } undetermined', (selector, assertion) => {
    expect(checkOne(masked, selector, assertion, overrides)).toMatchObject({
      outcome: 'undetermined',
      reason: { code: 'masked' }
    })
  })

  test('and leave the rest alone', () => {
    expect(checkOne(masked, 'span[total=5]', 'count() = 1', overrides).outcome).toBe('held')
  })
})

describe('a trace that is not complete', () => {
  test('leaves what is not final open, and names a hole', () => {
    const holes = [
      { kind: 'orphan', text: 'the parent of "audit" never came', spanId: spanIdOf('audit') }
    ] as const
    expect(checkOne(SHOP, QUERIES, 'count() = 2', { isComplete: false })).toMatchObject({
      outcome: 'undetermined',
      reason: { code: 'open' },
      isWatched: true
    })
    expect(checkOne(SHOP, QUERIES, 'count() = 2', { isComplete: false, holes })).toMatchObject({
      outcome: 'undetermined',
      reason: { code: 'hole', text: 'the parent of "audit" never came', spanId: spanIdOf('audit') }
    })
  })
})

test('a failed check of severity warning fails no test', () => {
  const judged = (severity: 'error' | 'warning') =>
    judgeSketch({ specs: [{ selector: QUERIES, severity, assertions: ['count() = 5'] }] }, SHOP)
  expect(judged('error').hasFailure).toBe(true)
  expect(judged('warning').hasFailure).toBe(false)
})

describe('sequences', () => {
  const sequence = (steps: readonly string[], by: 'start' | 'end' = 'end') =>
    judgeSketch({ specs: [{ sequence: steps, by }] }, SHOP).specs[0]!

  test('hold where each step ends before the next starts', () => {
    const spec = sequence(['span[name="SELECT stock"]', 'span[name="SELECT price"]'])
    expect(spec.checks).toMatchObject([
      { text: 'span[name="SELECT stock"] before span[name="SELECT price"]', outcome: 'held' }
    ])
  })

  test('by start look at starts alone', () => {
    const steps = ['span[name="reserve"]', 'span[name="SELECT stock"]']
    expect(sequence(steps).checks[0]).toMatchObject({
      outcome: 'violated',
      observed: [{ spanId: spanIdOf('reserve'), actual: 'ends 18 ms after "SELECT stock" of cart starts' }]
    })
    expect(sequence(steps, 'start').checks[0]!.outcome).toBe('held')
  })

  test('need every step', () => {
    expect(
      sequence(['span[name="RESERVE"]', 'span', 'span[name="x"]']).checks.map(check => check.outcome)
    ).toEqual(['unmatched', 'unmatched'])
  })
})

describe('checks need spans of the system', () => {
  test.each<[boolean, ChecksSketch]>([
    [false, {}],
    [
      false,
      {
        specs: [
          {
            selector: ':root',
            assertions: ['response:status = 200', 'attr:tracetest.response.status = 200', 'count() = 1']
          }
        ]
      }
    ],
    [false, { outputs: [{ name: 'ID', value: "response:body | json_path '$.id'" }] }],
    [false, { outputs: [{ name: 'ID', selector: ':root', value: 'attr:tracetest.response.body' }] }],
    [false, { specs: [{ selector: ':root', when: 'var:SKU = "x"', assertions: ['response:status = 200'] }] }],
    [true, { specs: [{ selector: 'span', assertions: ['response:status = 200'] }] }],
    [true, { specs: [{ selector: ':root', assertions: ['count(span) >= 2'] }] }],
    [true, { specs: [{ selector: ':root', assertions: ['before span[x]'] }] }],
    [true, { specs: [{ selector: ':root', assertions: ['attr:x of span[y] = 1'] }] }],
    [true, { specs: [{ selector: ':root', assertions: ['count(:scope > span) >= 1'] }] }],
    [true, { specs: [{ selector: ':root', assertions: ['attr:self_time < 5ms'] }] }],
    [
      true,
      { specs: [{ selector: ':root', when: 'count(span) = 2', assertions: ['response:status = 200'] }] }
    ],
    [true, { specs: [{ selector: ':root:has(span)', assertions: ['response:status = 200'] }] }],
    [true, { specs: [{ sequence: [':root', ':root'] }] }],
    [true, { outputs: [{ name: 'ID', selector: 'span[x]', value: 'attr:x' }] }],
    [true, { outputs: [{ name: 'ID', value: 'count(span)' }] }]
  ])('%s: %j', (expected, sketch) => {
    expect(readsSystemSpans(compileChecks(sketch))).toBe(expected)
  })
})
