import type { Attributes, AttributeValue } from '../model/attributes.ts'
import type { SpanId, TraceId } from '../model/ids.ts'
import type { Scope, Span } from '../model/span.ts'

/** The service that canaries seem to come from. */
const CANARY_SERVICE = 'tracerun-doctor'

const NONE: Attributes = new Map()

/** Every type of value once, and texts that could be taken for another type. */
const VALUES: Attributes = attributesOf({
  'canary.text': 'Grüße, 世界',
  'canary.digits': '0042',
  'canary.empty': '',
  'canary.bool': true,
  'canary.int': 9_007_199_254_740_993n,
  'canary.double': 0.75,
  'canary.bytes': new Uint8Array([0, 1, 254, 255]),
  'canary.array': ['a', 'B'],
  'canary.map': { inner: 7n }
})
const RESOURCE = attributesOf({ 'service.name': CANARY_SERVICE, 'service.instance.id': 'Canary-1' })
const SCOPE: Scope = {
  name: 'Tracerun.Doctor',
  version: '1.0',
  attributes: attributesOf({ 'canary.scope': 'gold' })
}

function attributesOf(values: { readonly [key: string]: AttributeValue }): Attributes {
  return new Map(Object.entries(values))
}

/** A small trace that ends now: each kind of span, each type of value, an event, a link, a failure, nanoseconds. */
export function buildCanary(
  traceId: TraceId,
  spanIds: readonly SpanId[],
  nowUnixNano: bigint
): readonly Span[] {
  const [root, client, server, producer, consumer] = spanIds as [SpanId, SpanId, SpanId, SpanId, SpanId]
  const at = (ms: number, nanos = 0): bigint => nowUnixNano - BigInt(100 - ms) * 1_000_000n + BigInt(nanos)
  const span = (
    spanId: SpanId,
    parentSpanId: SpanId | undefined,
    facts: Pick<Span, 'name' | 'kind' | 'startUnixNano' | 'endUnixNano'> & Partial<Span>
  ): Span => ({
    traceId,
    spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    status: { code: 'unset' },
    attributes: NONE,
    resource: RESOURCE,
    scope: SCOPE,
    events: [],
    links: [],
    ...facts
  })
  return [
    span(root, undefined, {
      name: 'Canary root',
      kind: 'internal',
      startUnixNano: at(0, 123),
      endUnixNano: at(99, 456),
      attributes: VALUES,
      events: [
        { name: 'Canary event', timeUnixNano: at(1, 789), attributes: attributesOf({ 'event.count': 3n }) }
      ]
    }),
    span(client, root, { name: 'canary call', kind: 'client', startUnixNano: at(10), endUnixNano: at(50) }),
    span(server, client, {
      name: 'canary answer',
      kind: 'server',
      startUnixNano: at(20),
      endUnixNano: at(40),
      status: { code: 'error', message: 'This failure is part of the canary' },
      flags: 0x301
    }),
    span(producer, root, {
      name: 'canary send',
      kind: 'producer',
      startUnixNano: at(60),
      endUnixNano: at(70)
    }),
    span(consumer, producer, {
      name: 'canary receive',
      kind: 'consumer',
      startUnixNano: at(80),
      endUnixNano: at(90),
      links: [{ traceId, spanId: producer, attributes: attributesOf({ 'link.reason': 'canary' }) }]
    })
  ]
}

/** How many ids a canary takes. */
export const CANARY_SPANS = 5
