import fc from 'fast-check'
import type { Attributes, AttributeValue } from '../../src/model/attributes.ts'
import { parseSpanId, parseTraceId, type SpanId, type TraceId } from '../../src/model/ids.ts'
import type { Span } from '../../src/model/span.ts'

const hexId = (digits: number): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: digits, maxLength: digits })
    .map(characters => characters.join(''))

const traceIds: fc.Arbitrary<TraceId> = hexId(32)
  .map(hex => parseTraceId(hex)!)
  .filter(Boolean)
const spanIds: fc.Arbitrary<SpanId> = hexId(16)
  .map(hex => parseSpanId(hex)!)
  .filter(Boolean)

/** Text of any characters; keys that JavaScript treats in a special way are among them. */
const texts = fc.oneof(
  { weight: 5, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.constantFrom('__proto__', 'constructor', 'toString', 'http.request.method') }
)
const someText = texts.filter(text => text !== '')
const uint64s = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })

const values = fc.letrec<{ value: AttributeValue }>(tie => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    texts,
    fc.boolean(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.double(),
    fc.uint8Array({ maxLength: 20 }).map(bytes => new Uint8Array(bytes)),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(texts, tie('value')), { maxLength: 4 }).map(entries => Object.fromEntries(entries))
  )
})).value

const attributes: fc.Arbitrary<Attributes> = fc
  .array(fc.tuple(texts, values), { maxLength: 6 })
  .map(entries => new Map(entries))

const count = fc.nat({ max: 1_000 })

/** Spans with everything the model can hold. */
export const spans: fc.Arbitrary<Span> = fc
  .record(
    {
      traceId: traceIds,
      spanId: spanIds,
      parentSpanId: spanIds,
      name: texts,
      kind: fc.constantFrom('unspecified', 'internal', 'server', 'client', 'producer', 'consumer'),
      startUnixNano: uint64s,
      endUnixNano: uint64s.filter(time => time !== 0n),
      status: fc.record(
        { code: fc.constantFrom('unset', 'ok', 'error'), message: someText },
        { requiredKeys: ['code'] }
      ),
      attributes,
      resource: attributes,
      scope: fc.record(
        { name: texts, version: someText, attributes },
        { requiredKeys: ['name', 'attributes'] }
      ),
      events: fc.array(fc.record({ name: texts, timeUnixNano: uint64s, attributes }), { maxLength: 3 }),
      links: fc.array(
        fc.record(
          { traceId: traceIds, spanId: spanIds, traceState: someText, attributes },
          { requiredKeys: ['traceId', 'spanId', 'attributes'] }
        ),
        { maxLength: 3 }
      ),
      traceState: someText,
      flags: fc.integer({ min: 1, max: 0xffffffff }),
      dropped: fc
        .record({ attributes: count, events: count, links: count })
        .filter(dropped => dropped.attributes + dropped.events + dropped.links > 0)
    },
    {
      requiredKeys: [
        'traceId',
        'spanId',
        'name',
        'kind',
        'startUnixNano',
        'status',
        'attributes',
        'resource',
        'scope',
        'events',
        'links'
      ]
    }
  )
  .map(span => span as Span)
