import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { decodeJaegerJson } from '../../src/backends/jaeger/decode.ts'
import { decodeTempoTrace } from '../../src/backends/tempo/decode.ts'
import { decodeZipkinJson } from '../../src/backends/zipkin/decode.ts'
import type { Span } from '../../src/model/span.ts'
import { buildTrace } from '../../src/model/trace.ts'
import { decodeOtlpJson } from '../../src/otlp/decode.ts'
import { viewSpans } from '../support/span-view.ts'

const RECORDED = 'test/fixtures/recorded'
const bytes = (path: string): Uint8Array => readFileSync(join(RECORDED, path))
const json = (path: string): unknown => JSON.parse(readFileSync(join(RECORDED, path), 'utf8'))
const tempo = (version: 'v1' | 'v2', form: 'json' | 'protobuf', name: string): readonly Span[] =>
  decodeTempoTrace(version, form, bytes(`tempo/${name}.body`)).spans

/** The answers of real servers, whatever they wrote them in. */
const ANSWERS: readonly (readonly [string, () => readonly Span[]])[] = [
  ['jaeger-v3', () => decodeOtlpJson(json('jaeger/v3-found.body'))],
  ['jaeger-v1', () => decodeJaegerJson(json('jaeger/v1-found.body'))],
  ['tempo-v2', () => tempo('v2', 'json', 'v2-found')],
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
    ['the search by time of Tempo', () => tempo('v2', 'json', 'range')],
    ['version 1 of Tempo', () => tempo('v1', 'json', 'v1-found')],
    ['version 1 of Tempo, protobuf', () => tempo('v1', 'protobuf', 'v1-found-pb')],
    ['version 2 of Tempo, protobuf', () => tempo('v2', 'protobuf', 'v2-found-pb')]
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
    ['Tempo, JSON', () => tempo('v2', 'json', 'v2-notfound')],
    ['Tempo, protobuf', () => tempo('v2', 'protobuf', 'v2-notfound-pb')],
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
