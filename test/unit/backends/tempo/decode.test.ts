import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { ApiVersion } from '../../../../src/backends/tempo/decode.ts'
import { bodyFormOf, decodeTempoTrace } from '../../../../src/backends/tempo/decode.ts'
import { DecodeError } from '../../../../src/errors/decode-error.ts'
import { tempoV1Json, tempoV1Protobuf, tempoV2Json, tempoV2Protobuf } from '../../../support/tempo-forms.ts'

const recorded = (name: string): Buffer => readFileSync(`test/fixtures/recorded/tempo/${name}.body`)
const written = (name: string): Buffer => readFileSync(`test/fixtures/written/tempo/${name}.body`)
const bytes = (text: string): Uint8Array => Buffer.from(text)

const SPANS = decodeTempoTrace('v2', 'json', recorded('v2-found')).spans

describe('what the test server writes is what a real Tempo wrote', () => {
  const extras = { metrics: { inspectedBytes: '671' } }

  test.each([
    ['v2-found', () => tempoV2Json(SPANS, extras)],
    ['v2-found-pb', () => tempoV2Protobuf(SPANS, extras)],
    ['v1-found', () => tempoV1Json(SPANS)],
    ['v1-found-pb', () => tempoV1Protobuf(SPANS)],
    ['v2-notfound', () => tempoV2Json([])],
    ['v2-notfound-pb', () => tempoV2Protobuf([])]
  ])('%s, byte for byte', (name, encode) => {
    expect(Buffer.from(encode()).toString('latin1')).toBe(recorded(name).toString('latin1'))
  })
})

describe('an answer that says PARTIAL is cut', () => {
  const reason = 'Trace exceeds maximum size of 5000000 bytes, a partial trace is returned'

  test('in JSON', () => {
    expect(decodeTempoTrace('v2', 'json', written('v2-partial'))).toMatchObject({ spans: [{}], cut: reason })
  })

  test('in protobuf', () => {
    const body = tempoV2Protobuf(SPANS, { partial: reason })
    expect(decodeTempoTrace('v2', 'protobuf', body)).toEqual({ spans: SPANS, cut: reason })
  })

  test('whatever word or number it says it with, and without a reason too', () => {
    for (const status of ['"PARTIAL"', '1', '"TRUNCATED"', '2'])
      expect(decodeTempoTrace('v2', 'json', bytes(`{"trace":{},"status":${status}}`)).cut).toBe(
        'Tempo calls the trace partial, and does not say why'
      )
    expect(decodeTempoTrace('v2', 'protobuf', Buffer.from([0x18, 2])).cut).toContain('partial')
  })

  test('a status that is complete, absent or null is not', () => {
    for (const status of ['"COMPLETE"', '0', 'null'])
      expect(decodeTempoTrace('v2', 'json', bytes(`{"trace":{},"status":${status}}`)).cut).toBeUndefined()
  })
})

test('a trace that comes in two parts of one message is one trace', () => {
  const body = tempoV2Protobuf(SPANS.slice(0, 1))
  const both = Buffer.concat([body, tempoV2Protobuf(SPANS.slice(1))])
  expect(decodeTempoTrace('v2', 'protobuf', both).spans).toEqual(SPANS)
})

describe('an answer of something else is never taken for an empty trace', () => {
  test.each<[ApiVersion, string, string]>([
    ['v2', '{"message":"Not found"}', '`trace` must be'],
    ['v2', '{"data":[],"status":"ok"}', '`trace` must be'],
    ['v1', '{"message":"Not found"}', '`batches` must be'],
    ['v2', '{"trace":[1]}', '$.trace[0]'],
    ['v2', '{"trace":{"resourceSpans":{}}}', 'a list must be'],
    ['v2', '{"trace":', 'not JSON']
  ])('%s: %s', (version, text, message) => {
    const decode = (): unknown => decodeTempoTrace(version, 'json', bytes(text))
    expect(decode).toThrow(DecodeError)
    expect(decode).toThrow(message)
  })

  test('protobuf that ends early says at which byte', () => {
    const body = recorded('v2-found-pb').subarray(0, 300)
    expect(() => decodeTempoTrace('v2', 'protobuf', body)).toThrow(/truncated: .* at byte \d+/)
  })
})

describe('the form of a body', () => {
  const PB = recorded('v2-found-pb')

  test.each<[string, string, Uint8Array, string]>([
    ['protobuf that is called so', 'application/protobuf', PB, 'protobuf'],
    ['protobuf that is called JSON', 'application/json', PB, 'protobuf'],
    ['protobuf that is called nothing', '', PB, 'protobuf'],
    ['an empty message', 'application/protobuf', Buffer.alloc(0), 'protobuf'],
    ['JSON that is called so', 'application/json', recorded('v2-found'), 'json'],
    ['JSON that is called protobuf', 'application/protobuf', recorded('v2-found'), 'json'],
    ['JSON that is called text', 'text/plain; charset=utf-8', recorded('v2-found'), 'json'],
    ['JSON after a line break', 'application/json; charset=utf-8', bytes('\n{"trace":{}}'), 'json'],
    ['JSON after a byte order mark', 'application/json', bytes('\ufeff{"trace":{}}'), 'json'],
    ['JSON of no length', 'application/json', Buffer.alloc(0), 'text'],
    ['a page', 'text/html', written('gateway-404'), 'html'],
    ['a page that is called JSON', 'application/json', written('gateway-404'), 'html'],
    ['words', 'text/plain', recorded('unknown'), 'text']
  ])('%s', (_, contentType, body, form) => {
    expect(bodyFormOf(contentType, body)).toBe(form)
  })
})
