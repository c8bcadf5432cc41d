import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Span } from '../../src/model/span.ts'
import { decodeOtlpJson, decodeOtlpJsonText, decodeOtlpProtobuf } from '../../src/otlp/decode.ts'
import { OtlpDecodeError, OtlpTooLargeError } from '../../src/otlp/decode-error.ts'
import { encodeOtlpJson } from '../../src/otlp/encode.ts'
import { readGrpcFrame, writeGrpcFrame } from '../../src/otlp/grpc-frame.ts'
import { encodeExportRequest } from '../support/otlp-proto.ts'
import { runs } from '../support/runs.ts'
import { spans } from '../support/span-arbitrary.ts'

const batches = fc.uniqueArray(spans, { maxLength: 5, selector: span => span.spanId })
const RUNS = { numRuns: runs(200) }

test('what protobufjs encodes decodes to the same spans', () => {
  fc.assert(
    fc.property(batches, batch => {
      expect(decodeOtlpProtobuf(encodeExportRequest(batch))).toEqual(batch)
    }),
    RUNS
  )
})

test('decoding what was encoded as JSON gives the spans back, as a value and as text', () => {
  fc.assert(
    fc.property(batches, batch => {
      const encoded = encodeOtlpJson(batch)
      expect(bySpanId(decodeOtlpJson(encoded))).toEqual(bySpanId(batch))
      expect(bySpanId(decodeOtlpJsonText(JSON.stringify(encoded)))).toEqual(bySpanId(batch))
    }),
    RUNS
  )
})

test('protobuf, JSON and gRPC give equal spans', () => {
  fc.assert(
    fc.property(batches, batch => {
      const binary = encodeExportRequest(batch)
      const frame = readGrpcFrame(writeGrpcFrame(binary))
      if (!frame.ok) throw new Error(frame.problem)
      const overGrpc = decodeOtlpProtobuf(frame.message)
      expect(overGrpc).toEqual(decodeOtlpProtobuf(binary))
      const overJson = decodeOtlpJsonText(JSON.stringify(encodeOtlpJson(overGrpc)))
      expect(bySpanId(overJson)).toEqual(bySpanId(overGrpc))
    }),
    RUNS
  )
})

test('whatever bytes come, they are decoded or refused with a place', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), bytes => {
      expectSpansOrRefusal(() => decodeOtlpProtobuf(bytes, () => undefined))
    }),
    { numRuns: runs(1000) }
  )
})

test('a request with a few bytes changed, cut or added is decoded or refused with a place', () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(batches, damage, fc.nat(), (batch, changes, cut) => {
      const bytes = new Uint8Array(encodeExportRequest(batch))
      if (bytes.length === 0) return
      for (const [position, byte] of changes) bytes[position % bytes.length] = byte
      expectSpansOrRefusal(() => decodeOtlpProtobuf(bytes, () => undefined))
      expectSpansOrRefusal(() => decodeOtlpProtobuf(bytes.subarray(0, cut % bytes.length), () => undefined))
    }),
    { numRuns: runs(400) }
  )
})

test('whatever JSON comes, it is decoded or refused with a place', () => {
  // Names that the decoder looks at, so that random values get deep into it.
  const names = fc.constantFrom(
    ...[
      'resourceSpans',
      'resource',
      'scopeSpans',
      'scope',
      'spans',
      'attributes',
      'events',
      'links',
      'status'
    ],
    ...[
      'key',
      'value',
      'arrayValue',
      'kvlistValue',
      'values',
      'intValue',
      'doubleValue',
      'bytesValue',
      'kind'
    ],
    ...[
      'traceId',
      'spanId',
      'parentSpanId',
      'name',
      'code',
      'trace',
      'result',
      'batches',
      'startTimeUnixNano'
    ]
  )
  const json = fc.letrec(tie => ({
    value: fc.oneof(
      { maxDepth: 8, depthSize: 'large' },
      fc.jsonValue(),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(names, tie('value'), { maxKeys: 4 })
    )
  })).value
  fc.assert(
    fc.property(json, value => {
      expectSpansOrRefusal(() => decodeOtlpJson(value, () => undefined))
    }),
    { numRuns: runs(1000) }
  )
})

test('OTLP JSON with one of its values replaced is decoded or refused with a place', () => {
  fc.assert(
    fc.property(batches, fc.nat(), fc.jsonValue(), (batch, position, replacement) => {
      const encoded: unknown = JSON.parse(JSON.stringify(encodeOtlpJson(batch)))
      const places = placesOf(encoded)
      if (places.length === 0) return
      const { owner, key } = places[position % places.length]!
      owner[key] = replacement
      expectSpansOrRefusal(() => decodeOtlpJson(encoded, () => undefined))
    }),
    { numRuns: runs(300) }
  )
})

test('whatever text comes, it is decoded or refused with a place', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), text => {
      expectSpansOrRefusal(() => decodeOtlpJsonText(text, () => undefined))
    }),
    { numRuns: runs(400) }
  )
})

test('integers written as JSON numbers are read exactly', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.json(), (integer, noise) => {
      const attributes = `[{"key":${JSON.stringify(noise)},"value":{"intValue": ${integer}}}]`
      const text = `{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"4bf92f3577b34da6a3ce929d0e0e4736",
        "spanId":"b7ad6b7169203331","attributes":${attributes}}]}]}]}`
      expect(decodeOtlpJsonText(text)[0]!.attributes).toEqual(new Map([[noise, integer]]))
    }),
    RUNS
  )
})

function bySpanId(batch: readonly Span[]): Span[] {
  return batch.toSorted((a, b) => (a.spanId < b.spanId ? -1 : 1))
}

/** Every place of a JSON value that can be given another value. */
function placesOf(value: unknown): { readonly owner: Record<string, unknown>; readonly key: string }[] {
  if (typeof value !== 'object' || value === null) return []
  const owner = value as Record<string, unknown>
  return Object.keys(owner).flatMap(key => [{ owner, key }, ...placesOf(owner[key])])
}

function expectSpansOrRefusal(decode: () => readonly Span[]): void {
  try {
    for (const span of decode()) expect(span.traceId).toMatch(/^[0-9a-f]{32}$/)
  } catch (error) {
    if (!(error instanceof OtlpDecodeError || error instanceof OtlpTooLargeError)) throw error
    expect(error.at).not.toBe('')
  }
}
