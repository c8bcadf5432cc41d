import type { Attributes, AttributeValue } from '../../src/model/attributes.ts'
import { parseSpanId, parseTraceId, type SpanId, type TraceId } from '../../src/model/ids.ts'
import type { Scope, Span } from '../../src/model/span.ts'

/** The trace that every store is asked to keep: all that a span can say stands in it once. */
export const CANONICAL_TRACE_ID: TraceId = parseTraceId('c0ffee0123456789abcdef0123456789')!
const OTHER_TRACE_ID = parseTraceId('0123456789abcdef0123456789abcdef')!

const START = 1_790_000_000_000_000_000n
/** Milliseconds from the start, and nanoseconds that a store of microseconds cannot hold. */
const at = (ms: number, nanos = 0): bigint => START + BigInt(ms) * 1_000_000n + BigInt(nanos)

function idOf(number: number): SpanId {
  return parseSpanId(`a1b2c3d4e5f6${String(number).padStart(4, '0')}`)!
}

function attributesOf(values: { readonly [key: string]: AttributeValue }): Attributes {
  return new Map(Object.entries(values))
}

const GATEWAY = attributesOf({
  'service.name': 'Gateway',
  'service.instance.id': 'gateway-1',
  'telemetry.sdk.language': 'nodejs',
  'host.name': 'Host-A',
  'team.size': 5n,
  'team.members': ['Ada', 'Grace']
})
const MAILER = attributesOf({ 'service.name': 'mailer' })

const SCOPE: Scope = {
  name: 'Canonical.Scope',
  version: '1.2.3',
  attributes: attributesOf({ 'scope.flag': true, 'scope.tier': 'gold' })
}
const NAMED: Scope = { name: 'named', attributes: new Map() }
const EMPTY: Scope = { name: '', attributes: new Map() }

/** Every type of value, and texts that could be taken for one. */
const VALUES = attributesOf({
  'text.plain': 'Plain text',
  'text.empty': '',
  'text.unicode': 'Grüße, 世界 🛒',
  'text.digits': '0042',
  'text.true': 'true',
  'text.json': '["not","an","array"]',
  'bool.true': true,
  'bool.false': false,
  'int.small': 42n,
  'int.large': 9_007_199_254_740_993n,
  'int.least': -9_223_372_036_854_775_808n,
  'double.fraction': 0.75,
  'double.whole': 3,
  'bytes.some': new Uint8Array([0, 1, 254, 255]),
  'empty.value': null,
  'array.texts': ['a', 'b'],
  'array.mixed': [1n, 'two', true, 0.5, ['nested', 3n]],
  'array.empty': [],
  'map.nested': { inner: { number: 7n, list: ['x'] }, text: 'y' },
  'map.empty': {}
})

const NONE: Attributes = new Map()
const EXCEPTION = attributesOf({
  'exception.type': 'TypeError',
  'exception.message': 'a | b {c}',
  'exception.escaped': false,
  'retry.count': 3n
})

type Facts = Pick<Span, 'name' | 'kind' | 'startUnixNano' | 'endUnixNano'> & Partial<Span>

function span(number: number, parent: number | undefined, facts: Facts): Span {
  return {
    traceId: CANONICAL_TRACE_ID,
    spanId: idOf(number),
    ...(parent === undefined ? {} : { parentSpanId: idOf(parent) }),
    status: { code: 'unset' },
    attributes: NONE,
    resource: GATEWAY,
    scope: NAMED,
    events: [],
    links: [],
    ...facts
  }
}

export const CANONICAL_SPANS: readonly Span[] = [
  span(1, undefined, {
    name: 'POST /Orders Grüße 🛒',
    kind: 'server',
    startUnixNano: at(0, 123),
    endUnixNano: at(120, 456),
    status: { code: 'ok' },
    attributes: VALUES,
    scope: SCOPE,
    traceState: 'tracerun=1,vendor=x',
    flags: 0x301,
    dropped: { attributes: 1, events: 2, links: 3 }
  }),
  span(2, 1, {
    name: 'Call mailer',
    kind: 'client',
    startUnixNano: at(10),
    endUnixNano: at(30),
    status: { code: 'error', message: 'The mailer said no' },
    attributes: attributesOf({ 'http.request.method': 'POST', 'server.port': 8080n }),
    events: [
      { name: 'Exception', timeUnixNano: at(20, 789), attributes: EXCEPTION },
      { name: 'plain event', timeUnixNano: at(21), attributes: NONE }
    ],
    links: [
      {
        traceId: OTHER_TRACE_ID,
        spanId: idOf(77),
        traceState: 'other=1',
        attributes: attributesOf({ 'link.reason': 'retry', 'link.number': 2n })
      },
      { traceId: CANONICAL_TRACE_ID, spanId: idOf(1), attributes: NONE }
    ],
    flags: 0x101
  }),
  span(3, 2, {
    name: 'Receive call',
    kind: 'server',
    startUnixNano: at(12),
    endUnixNano: at(28),
    status: { code: 'error' },
    resource: MAILER,
    flags: 0x301
  }),
  // A server span whose parent is in its own process: only its flags say that nothing was entered here.
  span(4, 3, {
    name: 'Route inside',
    kind: 'server',
    startUnixNano: at(13),
    endUnixNano: at(27),
    resource: MAILER,
    flags: 0x101
  }),
  span(5, 1, {
    name: 'orders publish',
    kind: 'producer',
    startUnixNano: at(40),
    endUnixNano: at(41),
    attributes: attributesOf({ 'messaging.system': 'kafka' }),
    flags: 0x101
  }),
  // It begins after all that waits for an answer has ended.
  span(6, 5, {
    name: 'orders process',
    kind: 'consumer',
    startUnixNano: at(500),
    endUnixNano: at(510),
    resource: MAILER,
    links: [{ traceId: CANONICAL_TRACE_ID, spanId: idOf(5), attributes: NONE }],
    flags: 0x301
  }),
  span(7, 1, {
    name: 'compute',
    kind: 'internal',
    startUnixNano: at(50, 1),
    endUnixNano: at(50, 999),
    scope: EMPTY,
    flags: 0x101
  }),
  span(8, 1, {
    name: 'no kind at all',
    kind: 'unspecified',
    startUnixNano: at(60),
    endUnixNano: at(61),
    flags: 0x101
  })
]
