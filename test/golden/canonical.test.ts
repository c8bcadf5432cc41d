import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { decodeJaegerJson } from '../../src/backends/jaeger/decode.ts'
import { decodeJaegerChunk } from '../../src/backends/jaeger/decode-protobuf.ts'
import { JAEGER_MODEL_LOSSES } from '../../src/backends/jaeger/losses.ts'
import { decodeTempoTrace } from '../../src/backends/tempo/decode.ts'
import { decodeZipkinJson } from '../../src/backends/zipkin/decode.ts'
import { ZIPKIN_LOSSES } from '../../src/backends/zipkin/losses.ts'
import type { Loss } from '../../src/model/run-event.ts'
import type { Span } from '../../src/model/span.ts'
import { decodeOtlpJson, decodeOtlpProtobuf } from '../../src/otlp/decode.ts'
import { encodeOtlpJson } from '../../src/otlp/encode.ts'
import { CANONICAL_SPANS } from '../support/canonical-trace.ts'
import { differencesOf } from '../support/differences.ts'
import { tempoV1Json, tempoV1Protobuf, tempoV2Json, tempoV2Protobuf } from '../support/tempo-forms.ts'

function recorded(name: string): unknown {
  return JSON.parse(recordedBytes(name).toString('utf8'))
}

function recordedBytes(name: string): Buffer {
  return readFileSync(`test/fixtures/recorded/canonical/${name}.body`)
}

/** The canonical trace as each store gave it back, and what the store is declared to lose. */
const STORES: readonly (readonly [string, readonly Loss[], readonly (() => readonly Span[])[]])[] = [
  ['OTLP JSON', [], [() => decodeOtlpJson(encodeOtlpJson(CANONICAL_SPANS))]],
  ['Jaeger, version 3', [], [() => decodeOtlpJson(recorded('jaeger-v3'))]],
  [
    'Jaeger, version 1',
    [...JAEGER_MODEL_LOSSES, 'precision'],
    [() => decodeJaegerJson(recorded('jaeger-v1'))]
  ],
  ['Jaeger, version 3 over gRPC', [], [() => decodeOtlpProtobuf(recordedBytes('jaeger-grpc-v3'))]],
  [
    'Jaeger, version 2 over gRPC',
    JAEGER_MODEL_LOSSES,
    [() => decodeJaegerChunk(recordedBytes('jaeger-grpc-v2'))]
  ],
  [
    'Tempo',
    [],
    [
      () => decodeTempoTrace('v2', 'json', Buffer.from(tempoV2Json(CANONICAL_SPANS))).spans,
      () => decodeTempoTrace('v2', 'protobuf', tempoV2Protobuf(CANONICAL_SPANS)).spans,
      () => decodeTempoTrace('v1', 'json', Buffer.from(tempoV1Json(CANONICAL_SPANS))).spans,
      () => decodeTempoTrace('v1', 'protobuf', tempoV1Protobuf(CANONICAL_SPANS)).spans
    ]
  ],
  [
    'Zipkin',
    ZIPKIN_LOSSES,
    [
      () => decodeZipkinJson(recorded('zipkin-of-collector')),
      () => decodeZipkinJson(recorded('zipkin-of-sdk'))
    ]
  ]
]

/** Losses that another includes: of which the differences cannot tell. */
const INCLUDED: Readonly<Partial<Record<Loss, Loss>>> = {
  'scope-attributes': 'scope',
  'event-attributes': 'events',
  'nested-types': 'types'
}

describe('what a store gives back of the canonical trace', () => {
  describe.each(STORES)('%s', (_, losses, answers) => {
    const differences = answers.flatMap(answer => differencesOf(CANONICAL_SPANS, answer()))
    const isDeclared = (loss: Loss | 'none'): boolean =>
      loss !== 'none' && (losses.includes(loss) || isDeclared(INCLUDED[loss] ?? 'none'))

    test('differs from what was sent only by what the store is declared to lose', () => {
      expect(differences.filter(({ loss }) => !isDeclared(loss))).toEqual([])
    })

    test('lacks everything that the store is declared to lose', () => {
      expect(losses.filter(loss => differences.every(difference => difference.loss !== loss))).toEqual([])
    })
  })
})
