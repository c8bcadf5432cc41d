import { describe, expect, test } from 'vitest'
import { selectNames } from '../../support/select.ts'
import { type SpanSketch, traceOf, triggeredTraceOf } from '../../support/trace-builder.ts'

const SHOP = triggeredTraceOf(
  { id: 'POST /checkout', service: 'gateway', kind: 'server', at: 0, ms: 90, parent: 'trigger' },
  { id: 'call inventory', service: 'gateway', kind: 'client', at: 2, ms: 30, parent: 'POST /checkout' },
  { id: 'POST /reserve', service: 'inventory', kind: 'server', at: 4, ms: 26, parent: 'call inventory' },
  {
    id: 'SELECT stock',
    service: 'inventory',
    kind: 'client',
    at: 5,
    ms: 4,
    parent: 'POST /reserve',
    attributes: { 'db.system': 'postgresql', rows: 2n, latency: 1.5 }
  },
  {
    id: 'UPDATE stock',
    service: 'inventory',
    kind: 'client',
    at: 10,
    ms: 6,
    parent: 'POST /reserve',
    attributes: { 'db.system': 'postgresql', rows: 1n, slow: true }
  },
  { id: 'call payment', service: 'gateway', kind: 'client', at: 40, ms: 40, parent: 'POST /checkout' },
  {
    id: 'POST /charge',
    service: 'payment',
    kind: 'server',
    at: 42,
    ms: 36,
    parent: 'call payment',
    error: 'card declined',
    events: [
      { name: 'retry', attributes: { attempt: 1n } },
      { name: 'exception', attributes: { 'exception.type': 'CardError' } }
    ],
    links: [{ to: 'UPDATE stock', attributes: { why: 'reserved' } }]
  },
  {
    id: 'INSERT payment',
    service: 'payment',
    kind: 'client',
    at: 50,
    ms: 5,
    parent: 'POST /charge',
    attributes: { 'db.system': 'mysql', rows: 1n }
  },
  {
    id: 'audit',
    service: 'audit',
    at: 60,
    ms: 1,
    parent: 'not here',
    attributes: { kind: 'odd', name: 'log' }
  }
)

const DB = ['SELECT stock', 'UPDATE stock', 'INSERT payment']

describe('filters', () => {
  test.each<[string, string[]]>([
    ['span[db.system]', DB],
    ['span[db.system exists]', DB],
    ['span[service.name="inventory" db.system]', DB.slice(0, 2)],
    ['span[service.name="inventory"][db.system]', DB.slice(0, 2)],
    ['span[db.system not-exists kind="client"]', ['call inventory', 'call payment']],
    ['span[db.system!="mysql"]', DB.slice(0, 2)],
    ['span[not db.system="mysql"]', DB.slice(0, 2)],
    ['span[not db.system kind="client"]', ['call inventory', 'call payment']],
    ['span[rows>1]', ['SELECT stock']],
    ['span[rows<=1.0]', ['UPDATE stock', 'INSERT payment']],
    ['span[rows="1"]', ['UPDATE stock', 'INSERT payment']],
    ['span[latency>1]', ['SELECT stock']],
    ['span[slow=true]', ['UPDATE stock']],
    ['span[name contains "stock"]', DB.slice(0, 2)],
    ['span[name starts-with "POST"]', ['POST /checkout', 'POST /reserve', 'POST /charge']],
    ['span[name ends-with "payment"]', ['call payment', 'INSERT payment']],
    [`span[name matches '^(SELECT|INSERT) ']`, ['SELECT stock', 'INSERT payment']],
    ['span[db.system in ["mysql", "oracle"]]', ['INSERT payment']],
    ['span[db.system not in ["mysql"]]', DB.slice(0, 2)],
    ['span[rows in 2..5]', ['SELECT stock']],
    ['span[rows in 1.5..5]', ['SELECT stock']],
    ['span[(db.system="mysql" or slow) and service.name exists]', ['UPDATE stock', 'INSERT payment']],
    ['span[duration>30ms kind="server"]', ['POST /checkout', 'POST /charge']],
    ['span[duration=26ms]', ['POST /reserve']],
    ['span[status="error"]', ['POST /charge']],
    ['span[status_description="card declined"]', ['POST /charge']],
    ['span[tracetest.span.status_code="STATUS_CODE_ERROR"]', ['POST /charge']],
    ['span[tracetest.span.type="database"]', DB],
    ['span[tracetest.span.duration=26000000]', ['POST /reserve']],
    ['span[kind="odd"]', []],
    ['span[attr:kind="odd"]', ['audit']],
    ['span[attr:name="log"]', ['audit']],
    ['span[resource:service.name="audit"]', ['audit']],
    ['span[scope:name="shop" rows=2]', ['SELECT stock']],
    ['span[parent:service.name="gateway" service.name!="gateway"]', ['POST /reserve', 'POST /charge']],
    ['span[parent:name="POST /reserve"]', DB.slice(0, 2)],
    ['span[event:name="exception"]', ['POST /charge']],
    ['span[event:exception.type="CardError"]', ['POST /charge']],
    ['span[event:attempt>=1]', ['POST /charge']],
    ['span[event:attempt not-exists events.count=2]', []],
    ['span[link:why="reserved"]', ['POST /charge']],
    ['span[links.count=1]', ['POST /charge']],
    ['span[offset>60ms]', ['audit']],
    ['span[self_time<20ms kind="server"]', ['POST /reserve']],
    ['span[depth=4]', DB],
    ['span[depth<1]', ['Tracetest trigger']],
    ['span[missing=""]', []],
    ['span[missing contains ""]', []],
    ['span[tracetest.selected_spans.count=3 db.system]', DB],
    ['span[tracetest.selected_spans.count>3 db.system]', []],
    ['span[db.system="mysql" or tracetest.selected_spans.count=2]', ['INSERT payment']]
  ])('%s', (selector, expected) => {
    expect(selectNames(SHOP, selector)).toEqual(expected)
  })
})

describe('structure', () => {
  test.each<[string, string[]]>([
    ['', SHOP.spans.map(span => span.name)],
    ['span', SHOP.spans.map(span => span.name)],
    ['span[service.name="gateway"] span[db.system]', DB],
    ['span[kind="server"] > span[db.system]', DB],
    ['span[service.name="gateway"] > span[db.system]', []],
    ['span[name="SELECT stock"] ~ span', ['UPDATE stock']],
    ['span[name="UPDATE stock"] ~ span', []],
    ['span[name="call inventory"] ~ span span[db.system]', ['INSERT payment']],
    ['span[db.system="mysql"], span[slow]', ['UPDATE stock', 'INSERT payment']],
    ['span[slow], span[db.system]', DB],
    [':root', ['Tracetest trigger']],
    [':root > span', ['POST /checkout']],
    ['span:leaf', ['SELECT stock', 'UPDATE stock', 'INSERT payment', 'audit']],
    ['span:entry', ['POST /checkout', 'POST /reserve', 'POST /charge', 'audit']],
    ['span:error', ['POST /charge']],
    ['span:orphan', ['audit']],
    ['span:depth(= 1)', ['POST /checkout']],
    ['span:children(>= 2)', ['POST /checkout', 'POST /reserve']],
    ['span:children(= 0):not(span[db.system])', ['audit']],
    ['span:has(> span[db.system])', ['POST /reserve', 'POST /charge']],
    ['span[kind="server"]:has(span[db.system="mysql"])', ['POST /checkout', 'POST /charge']],
    ['span:has(span[kind="server"] > span[slow])', ['Tracetest trigger', 'POST /checkout', 'call inventory']],
    ['span[kind="client"]:not(:has(span))', DB],
    ['span[service.name="inventory"]:not(span[kind="server"] > span)', ['POST /reserve']]
  ])('%s', (selector, expected) => {
    expect(selectNames(SHOP, selector)).toEqual(expected)
  })
})

describe('places', () => {
  test.each<[string, string[]]>([
    ['span[db.system]:first', ['SELECT stock']],
    ['span[db.system]:last', ['INSERT payment']],
    ['span[db.system]:nth_child(2)', ['UPDATE stock']],
    ['span[db.system]:nth_child(0)', []],
    ['span[db.system]:nth_child(4)', []],
    ['span[kind="server"] span[db.system]:first', ['SELECT stock', 'INSERT payment']],
    ['span[kind="server"] span[db.system]:last', ['UPDATE stock', 'INSERT payment']],
    ['span[kind="server"] > span:nth_child(2)', ['UPDATE stock', 'call payment']],
    ['span[kind="server"]:first span[db.system]', DB],
    ['span[kind="server"] span[kind="server"]:first', ['POST /reserve']],
    ['span[name="POST /checkout"] span:first', ['call inventory']],
    ['span[name="SELECT stock"] ~ span:first', ['UPDATE stock']],
    ['span[kind="server"]:first:error', []],
    ['span[kind="server"]:error:first', ['POST /charge']],
    ['span[db.system]:first:last', ['SELECT stock']],
    ['span[db.system]:first:nth_child(2)', []],
    ['span:has(> span[db.system]:nth_child(2))', ['POST /reserve']],
    ['span[kind="server"]:has(span[kind="client"]:first:leaf)', ['POST /reserve', 'POST /charge']],
    [
      'span[kind="server"] span[db.system tracetest.selected_spans.count=2]',
      ['SELECT stock', 'UPDATE stock']
    ],
    ['span[kind="server"]:has(> span[db.system tracetest.selected_spans.count>1])', ['POST /reserve']]
  ])('%s', (selector, expected) => {
    expect(selectNames(SHOP, selector)).toEqual(expected)
  })
})

describe('a span is an entry', () => {
  const entry = (...sketches: readonly SpanSketch[]): string[] =>
    selectNames(traceOf(...sketches), 'span:entry')
  const caller: SpanSketch = { id: 'caller', service: 'gateway' }

  test.each<[string, SpanSketch, boolean]>([
    ['where its parent is of another service', { id: 'x', parent: 'caller', service: 'cart' }, true],
    ['not where it is of the same', { id: 'x', parent: 'caller', service: 'gateway' }, false],
    [
      'where its parent is of another instance',
      { id: 'x', parent: 'caller', service: 'gateway', resource: { 'service.instance.id': '2' } },
      true
    ],
    ['where it is of kind server', { id: 'x', parent: 'caller', service: 'gateway', kind: 'server' }, true],
    [
      'where its flags say that the parent is remote',
      { id: 'x', parent: 'caller', service: 'gateway', flags: 0x301 },
      true
    ],
    [
      'not where they say that it is not',
      { id: 'x', parent: 'caller', service: 'cart', kind: 'server', flags: 0x101 },
      false
    ],
    ['where its parent is not here', { id: 'x', parent: 'gone', service: 'cart' }, true]
  ])('%s', (_, sketch, expected) => {
    expect(entry(caller, sketch).includes('x')).toBe(expected)
  })
})

test('without a trigger span the roots are roots', () => {
  const trace = traceOf(
    { id: 'a' },
    { id: 'b', parent: 'a' },
    { id: 'orphan', parent: 'gone' },
    { id: 'c', at: 1 }
  )
  expect(selectNames(trace, ':root')).toEqual(['a', 'c'])
})

test('orphans of one absent parent are siblings, those of two are not', () => {
  const trace = traceOf(
    { id: 'a', parent: 'gone', at: 0 },
    { id: 'b', parent: 'gone', at: 1 },
    { id: 'c', parent: 'elsewhere', at: 2 }
  )
  expect(selectNames(trace, 'span[name="a"] ~ span')).toEqual(['b'])
})

test(':scope is the span under test', () => {
  const reserve = SHOP.spans.findIndex(span => span.name === 'POST /reserve')
  expect(selectNames(SHOP, ':scope', reserve)).toEqual(['POST /reserve'])
  expect(selectNames(SHOP, ':scope > span[db.system]:first', reserve)).toEqual(['SELECT stock'])
  expect(selectNames(SHOP, 'span[kind="server"]:not(:scope)', reserve)).toEqual([
    'POST /checkout',
    'POST /charge'
  ])
})
