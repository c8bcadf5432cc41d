import { expect, test } from 'vitest'
import type { AttributeValue } from '../../../src/model/attributes.ts'
import { decodeOtlpJson } from '../../../src/otlp/decode.ts'
import { encodeOtlpJson } from '../../../src/otlp/encode.ts'
import { buildSpan, TRACE_ID } from '../../support/trace-builder.ts'

const encodeValue = (value: AttributeValue): unknown => {
  const span = { ...buildSpan({ id: 'cart' }), attributes: new Map([['k', value]]) }
  const encoded = JSON.parse(JSON.stringify(encodeOtlpJson([span])))
  return encoded.resourceSpans[0].scopeSpans[0].spans[0].attributes[0].value
}

test.each<[string, AttributeValue, unknown]>([
  ['text', 'text', { stringValue: 'text' }],
  ['a truth value', true, { boolValue: true }],
  ['an integer', 9223372036854775807n, { intValue: '9223372036854775807' }],
  ['a double', 0.5, { doubleValue: 0.5 }],
  ['no number', Number.NaN, { doubleValue: 'NaN' }],
  ['infinity', Number.POSITIVE_INFINITY, { doubleValue: 'Infinity' }],
  ['negative zero', -0, { doubleValue: '-0' }],
  ['bytes', new Uint8Array([104, 105]), { bytesValue: 'aGk=' }],
  ['a list', [1n, 'a'], { arrayValue: { values: [{ intValue: '1' }, { stringValue: 'a' }] } }],
  ['a map', { sku: 'S1' }, { kvlistValue: { values: [{ key: 'sku', value: { stringValue: 'S1' } }] } }],
  ['nothing', null, {}]
])('%s is written as OTLP writes it', (_, value, expected) => {
  expect(encodeValue(value)).toEqual(expected)
})

test('a span is written with hexadecimal ids, numbers for kinds and text for times', () => {
  const span = buildSpan({
    id: 'pay',
    parent: 'cart',
    kind: 'client',
    ms: 5,
    error: 'declined',
    service: 'payment'
  })
  expect(encodeOtlpJson([span])).toEqual({
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'payment' } }] },
        scopeSpans: [
          {
            scope: expect.anything(),
            spans: [
              {
                traceId: TRACE_ID,
                spanId: span.spanId,
                parentSpanId: span.parentSpanId,
                name: 'pay',
                kind: 3,
                startTimeUnixNano: '1700000000000000000',
                endTimeUnixNano: '1700000000005000000',
                status: { code: 2, message: 'declined' }
              }
            ]
          }
        ]
      }
    ]
  })
})

test('a span in progress has no end, and has none when it is read again', () => {
  const span = buildSpan({ id: 'cart', open: true })
  expect(decodeOtlpJson(encodeOtlpJson([span]))).toEqual([span])
})

test('spans of one process stand together, in the order in which they came', () => {
  const spans = ['cart', 'payment', 'cart'].map((service, index) =>
    buildSpan({ id: `span ${index}`, service })
  )
  const encoded = encodeOtlpJson(spans)
  expect(encoded.resourceSpans).toHaveLength(2)
  expect(decodeOtlpJson(encoded).map(span => span.name)).toEqual(['span 0', 'span 2', 'span 1'])
})
