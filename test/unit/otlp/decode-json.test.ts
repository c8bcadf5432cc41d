import { describe, expect, test } from 'vitest'
import type { AttributeValue } from '../../../src/model/attributes.ts'
import type { Span } from '../../../src/model/span.ts'
import { decodeOtlpJson, decodeOtlpJsonText } from '../../../src/otlp/decode.ts'
import { OtlpDecodeError, OtlpTooLargeError } from '../../../src/otlp/decode-error.ts'
import { TRACE_ID } from '../../support/trace-builder.ts'

const IDS = { traceId: TRACE_ID, spanId: 'b7ad6b7169203331' }
const wrap = (...spans: unknown[]): unknown => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] })
const decodeSpan = (span: Record<string, unknown>): Span => decodeOtlpJson(wrap({ ...IDS, ...span }))[0]!
const decodeValue = (value: unknown): AttributeValue | undefined =>
  decodeSpan({ attributes: [{ key: 'k', value }] }).attributes.get('k')

describe('the dialects of senders and stores', () => {
  const spans = [{ ...IDS, name: 'reserve' }]
  const list = [{ scopeSpans: [{ spans }] }]
  test.each<[string, unknown]>([
    ['OTLP', { resourceSpans: list }],
    ['Jaeger 3', { result: { resourceSpans: list } }],
    ['Jaeger 3, streamed', [{ result: { resourceSpans: list } }, { result: { resourceSpans: [] } }]],
    ['Tempo 1', { batches: list }],
    ['Tempo 2', { trace: { resourceSpans: list }, metrics: {}, status: 'PARTIAL' }],
    [
      'the names of protobuf',
      {
        resource_spans: [
          { scope_spans: [{ spans: [{ trace_id: TRACE_ID, span_id: IDS.spanId, name: 'reserve' }] }] }
        ]
      }
    ],
    ['before version 0.15', { resourceSpans: [{ instrumentationLibrarySpans: [{ spans }] }] }]
  ])('%s', (_, value) => {
    expect(decodeOtlpJson(value)).toMatchObject([{ ...IDS, name: 'reserve' }])
  })
})

describe('ids', () => {
  test.each<[string, string, string]>([
    ['hexadecimal', TRACE_ID, 'b7ad6b7169203331'],
    ['upper case', TRACE_ID.toUpperCase(), 'B7AD6B7169203331'],
    ['base64', 'S/kvNXezTaajzpKdDg5HNg==', 't61rcWkgMzE='],
    ['base64 without padding', 'S/kvNXezTaajzpKdDg5HNg', 't61rcWkgMzE'],
    ['base64 for URLs', 'S_kvNXezTaajzpKdDg5HNg==', 't61rcWkgMzE=']
  ])('%s', (_, traceId, spanId) => {
    expect(decodeSpan({ traceId, spanId })).toMatchObject(IDS)
  })

  test('leading zeros that a store dropped come back', () => {
    const span = decodeSpan({ traceId: 'f92f3577b34da6a3ce929d0e0e4736', spanId: '33' })
    expect([span.traceId, span.spanId]).toEqual(['00f92f3577b34da6a3ce929d0e0e4736', '0000000000000033'])
  })

  test.each([undefined, null, '', '0000000000000000', 'AAAAAAAAAAA='])(
    'parent %j means a root',
    parentSpanId => {
      expect(decodeSpan({ parentSpanId })).not.toHaveProperty('parentSpanId')
    }
  )

  test.each([
    { traceId: '' },
    { traceId: '0'.repeat(32) },
    { traceId: 'not an id' },
    { traceId: `${TRACE_ID}00` },
    { spanId: '' },
    { spanId: 'AQID' },
    { parentSpanId: 'nonsense' }
  ])('%j rejects the span', ids => {
    const good = { ...IDS, name: 'kept' }
    const reasons: string[] = []
    const spans = decodeOtlpJson(wrap({ ...IDS, ...ids }, good), rejection => reasons.push(rejection.reason))
    expect(spans).toMatchObject([{ name: 'kept' }])
    expect(reasons).toEqual([expect.stringMatching(/^span "" has no valid /)])
    expect(() => decodeOtlpJson(wrap({ ...IDS, ...ids }))).toThrow(OtlpDecodeError)
  })
})

describe('kinds and codes', () => {
  test.each<[unknown, Span['kind']]>([
    [2, 'server'],
    ['2', 'server'],
    ['SPAN_KIND_SERVER', 'server'],
    ['Server', 'server'],
    ['server', 'server'],
    [undefined, 'unspecified'],
    [17, 'unspecified'],
    ['SPAN_KIND_SOMETHING', 'unspecified']
  ])('kind %j is %s', (kind, expected) => {
    expect(decodeSpan({ kind }).kind).toBe(expected)
  })

  test.each<[unknown, Span['status']]>([
    [
      { code: 2, message: 'sold out' },
      { code: 'error', message: 'sold out' }
    ],
    [{ code: 'STATUS_CODE_ERROR' }, { code: 'error' }],
    [{ code: 'Ok' }, { code: 'ok' }],
    [{}, { code: 'unset' }],
    [undefined, { code: 'unset' }]
  ])('status %j', (status, expected) => {
    expect(decodeSpan({ status }).status).toEqual(expected)
  })
})

describe('values', () => {
  test.each<[unknown, AttributeValue]>([
    [{ stringValue: '' }, ''],
    [{ boolValue: false }, false],
    [{ intValue: '9223372036854775807' }, 9223372036854775807n],
    [{ intValue: 42 }, 42n],
    [{ intValue: '-1' }, -1n],
    [{ doubleValue: 1 }, 1],
    [{ doubleValue: '0.5' }, 0.5],
    [{ doubleValue: 'NaN' }, Number.NaN],
    [{ doubleValue: '-Infinity' }, Number.NEGATIVE_INFINITY],
    [{ doubleValue: '-0' }, -0],
    [{ bytesValue: 'aGVsbG8=' }, new Uint8Array(Buffer.from('hello'))],
    [{ arrayValue: { values: [{ intValue: '1' }, { stringValue: 'a' }, {}] } }, [1n, 'a', null]],
    [{ arrayValue: {} }, []],
    [{ kvlistValue: { values: [{ key: 'sku', value: { stringValue: 'SKU-1' } }] } }, { sku: 'SKU-1' }],
    [{ kvlistValue: {} }, {}],
    [{}, null],
    [undefined, null],
    [{ stringValue: null, intValue: '3' }, 3n],
    [{ somethingNew: 1 }, null]
  ])('%j', (value, expected) => {
    expect(decodeValue(value)).toEqual(expected)
  })

  test('keys that JavaScript treats in a special way are keys like others', () => {
    const values = [
      {
        key: '__proto__',
        value: { kvlistValue: { values: [{ key: 'isAdmin', value: { boolValue: true } }] } }
      }
    ]
    const value = decodeValue({ kvlistValue: { values } })
    expect(Object.keys(value as object)).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect({}).not.toHaveProperty('isAdmin')
    const text = `{"__proto__":{"resourceSpans":[]},"resourceSpans":[]}`
    expect(decodeOtlpJsonText(text)).toEqual([])
  })

  test('nesting is bounded', () => {
    const nest = (levels: number): unknown =>
      levels === 1 ? { intValue: '1' } : { arrayValue: { values: [nest(levels - 1)] } }
    expect(decodeValue(nest(64))).toBeDefined()
    expect(() => decodeValue(nest(65))).toThrow(/deeper than 64 levels at \$\.resourceSpans\[0\]/)
  })
})

describe('what is not OTLP is refused with its place', () => {
  const span = '$.resourceSpans[0].scopeSpans[0].spans[0]'
  test.each<[unknown, string]>([
    [3, '3 where an object must be at $'],
    ['spans', '"spans" where an object must be at $'],
    [null, 'nothing where an object must be at $'],
    [{ resourceSpans: {} }, 'an object where a list must be at $.resourceSpans'],
    [{ resourceSpans: [[]] }, 'a list where an object must be at $.resourceSpans[0]'],
    [wrap({ ...IDS, name: 7 }), `7 where a string must be at ${span}.name`],
    [
      wrap({ ...IDS, startTimeUnixNano: 'noon' }),
      `"noon" where an integer must be at ${span}.startTimeUnixNano`
    ],
    [wrap({ ...IDS, startTimeUnixNano: 1.5 }), `1.5 where an integer must be at ${span}.startTimeUnixNano`],
    [wrap({ ...IDS, kind: [] }), `a list where a name or number must be at ${span}.kind`],
    [
      wrap({ ...IDS, attributes: [{ key: 'k', value: { boolValue: 'maybe' } }] }),
      `"maybe" where true or false must be at ${span}.attributes[0].value.boolValue`
    ],
    [
      wrap({ ...IDS, attributes: [{ key: 'k', value: { bytesValue: '#' } }] }),
      `"#" where base64 must be at ${span}.attributes[0].value.bytesValue`
    ],
    [
      wrap({ ...IDS, attributes: [{ key: 'k', value: { doubleValue: 'much' } }] }),
      `"much" where a number must be at ${span}.attributes[0].value.doubleValue`
    ]
  ])('%j', (value, message) => {
    expect(() => decodeOtlpJson(value)).toThrow(message)
  })

  test('a number of many digits is refused before it costs time', () => {
    expect(() => decodeSpan({ startTimeUnixNano: '1'.repeat(1_000_000) })).toThrow(/where an integer must be/)
  })
})

describe('text', () => {
  test('integers beyond what a double holds are exact, in values and times', () => {
    const text = `{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"${TRACE_ID}","spanId":"b7ad6b7169203331",
      "startTimeUnixNano":1795225078000000001,"endTimeUnixNano" : 1795225078025000003 ,"attributes":[
        {"key":"a \\"quoted\\" 12345678901234567890","value":{"intValue":-9007199254740993}},
        {"key":"double","value":{"doubleValue":12345678901234567890}},
        {"key":"small","value":{"doubleValue":0.12345678901234567}}]}]}]}]}`
    const [span] = decodeOtlpJsonText(text)
    expect(span).toMatchObject({ startUnixNano: 1795225078000000001n, endUnixNano: 1795225078025000003n })
    expect(span?.attributes).toEqual(
      new Map<string, AttributeValue>([
        ['a "quoted" 12345678901234567890', -9007199254740993n],
        ['double', Number('12345678901234567890')],
        ['small', Number('0.12345678901234567')]
      ])
    )
  })

  test('documents in lines are read as the Collector writes them, other signals passed over', () => {
    const line = JSON.stringify(wrap(IDS))
    const text = `${line}\n{"resourceMetrics":[]}\n\n${line}\n`
    expect(decodeOtlpJsonText(text)).toHaveLength(2)
  })

  test('a mark of byte order is no mistake', () => {
    expect(decodeOtlpJsonText(`\ufeff${JSON.stringify(wrap(IDS))}`)).toHaveLength(1)
  })

  test.each<[string, RegExp]>([
    ['', /^not JSON: .* at its end$/],
    ['type: Test\nspec:\n', /^not JSON: found "type: Test" at its start$/],
    ['{"resourceSpans":[', /^not JSON: .* at (its end|character 18)$/],
    ['{"resourceSpans": spans}', /^not JSON: .* at (its end|character 18)$/],
    ['{}\n{"resourceSpans":[', /at line 2$/],
    ['{\n"resourceSpans": nothing\n}', /^not JSON: /]
  ])('%j is refused with its place', (text, message) => {
    expect(() => decodeOtlpJsonText(text)).toThrow(OtlpDecodeError)
    expect(() => decodeOtlpJsonText(text)).toThrow(message)
  })

  test('a text that would become millions of objects is refused before it is parsed', () => {
    expect(() => decodeOtlpJsonText(`[${'{},'.repeat(2_000_001)}{}]`)).toThrow(OtlpTooLargeError)
  })

  test('a text that is nothing but brackets is refused, not followed', () => {
    expect(() => decodeOtlpJsonText('['.repeat(100_000))).toThrow(OtlpDecodeError)
    expect(() => decodeOtlpJsonText('['.repeat(100_000) + ']'.repeat(100_000))).toThrow(/wrapped too often/)
  })
})
