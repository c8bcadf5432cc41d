import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { decodeJaegerJson } from '../../src/backends/jaeger/decode.ts'
import { decodeZipkinJson } from '../../src/backends/zipkin/decode.ts'
import type { Span } from '../../src/model/span.ts'
import { buildTrace } from '../../src/model/trace.ts'
import { decodeOtlpJson, decodeOtlpProtobuf } from '../../src/otlp/decode.ts'
import { viewSpans } from '../support/span-view.ts'

const RECORDED = 'test/fixtures/recorded'
const bytes = (path: string): Uint8Array => readFileSync(join(RECORDED, path))
const json = (path: string): unknown => JSON.parse(readFileSync(join(RECORDED, path), 'utf8'))

/** The answers of real servers, whatever they wrote them in. */
const ANSWERS: readonly (readonly [string, () => readonly Span[]])[] = [
  ['jaeger-v3', () => decodeOtlpJson(json('jaeger/v3-found.body'))],
  ['jaeger-v1', () => decodeJaegerJson(json('jaeger/v1-found.body'))],
  ['tempo-v2', () => decodeOtlpJson(json('tempo/v2-found.body'))],
  ['zipkin', () => decodeZipkinJson(json('zipkin/found.body'))],
  ['collector-otlp', () => decodeOtlpJson(json('otlp-http-json-body.json'))],
  ['shop-of-three-services', () => decodeOtlpJson(json('shop-like/jaeger-v3-17-spans.json'))]
]

describe('an answer that was recorded decodes to the spans that were recorded with it', () => {
  test.each(ANSWERS)('%s', async (name, decode) => {
    await expect(viewSpans(decode())).toMatchFileSnapshot(`../fixtures/decoded/${name}.json`)
  })
})

describe('one trace is the same in every dialect', () => {
  const reference = ANSWERS.find(([name]) => name === 'tempo-v2')![1]()

  test.each([
    ['the search by time of Tempo', () => decodeOtlpJson(json('tempo/range.body'))],
    ['version 1 of Tempo', () => decodeOtlpJson(json('tempo/v1-found.body'))],
    ['version 1 of Tempo, protobuf', () => decodeOtlpProtobuf(bytes('tempo/v1-found-pb.body'))],
    ['version 2 of Tempo, protobuf', () => decodeOtlpProtobuf(peel(bytes('tempo/v2-found-pb.body')))]
  ])('%s', (_, decode) => {
    expect(decode()).toEqual(reference)
  })

  test('Jaeger keeps what Tempo keeps: only ids and times of the two recordings differ', () => {
    const withoutPlace = (spans: readonly Span[]): unknown =>
      spans.map(({ traceId, startUnixNano, endUnixNano, events, resource, attributes, ...rest }) => ({
        ...rest,
        durationNano: endUnixNano! - startUnixNano,
        events: events.map(({ timeUnixNano, ...event }) => ({
          ...event,
          afterNano: timeUnixNano - startUnixNano
        })),
        resource: new Map([...resource].sort()),
        attributes: new Map([...attributes].sort())
      }))
    expect(withoutPlace(decodeOtlpJson(json('jaeger/v3-found.body')))).toEqual(withoutPlace(reference))
  })

  test('the search of Zipkin for several traces gives the spans of the search for one', () => {
    expect(decodeZipkinJson(json('zipkin/many.body'))).toEqual(decodeZipkinJson(json('zipkin/found.body')))
  })
})

describe('an answer without a trace has no spans', () => {
  test.each([
    ['Tempo, JSON', () => decodeOtlpJson(json('tempo/v2-notfound.body'))],
    ['Tempo, protobuf', () => decodeOtlpProtobuf(peel(bytes('tempo/v2-notfound-pb.body')))],
    ['Jaeger, version 1', () => decodeJaegerJson(json('jaeger/v1-notfound.body'))],
    ['Jaeger, version 3', () => decodeOtlpJson(json('jaeger/v3-notfound.body'))]
  ])('%s', (_, decode) => {
    expect(decode()).toEqual([])
  })
})

test('the recorded shop is one tree without orphans but for the span of the caller', () => {
  const spans = decodeOtlpJson(json('shop-like/jaeger-v3-17-spans.json'))
  const trace = buildTrace(spans[0]!.traceId, spans)
  expect(trace.spans).toHaveLength(17)
  expect(trace.orphans.reduce((sum, isOrphan) => sum + isOrphan, 0)).toBe(1)
})

/** Version 2 of Tempo's protobuf wraps the trace as field 1 of its answer. */
function peel(answer: Uint8Array): Uint8Array {
  expect(answer[0]).toBe(0x0a)
  let length = 0
  let position = 1
  for (let shift = 0; ; shift += 7) {
    const byte = answer[position++]!
    length |= (byte & 0x7f) << shift
    if (byte < 0x80) break
  }
  return answer.subarray(position, position + length)
}
