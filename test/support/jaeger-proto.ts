import protobuf from 'protobufjs'
import type { Span } from '../../src/model/span.ts'

const string = 'string'
const bytes = 'bytes'
const list = (type: string, id: number): object => ({ rule: 'repeated', type, id })

/** Jaeger's own model as protobufjs sees it, as far as a span needs it. */
const ROOT = protobuf.Root.fromJSON({
  nested: {
    SpansResponseChunk: { fields: { spans: list('Span', 1) } },
    Span: {
      fields: {
        traceId: { type: bytes, id: 1 },
        spanId: { type: bytes, id: 2 },
        operationName: { type: string, id: 3 },
        references: list('SpanRef', 4),
        flags: { type: 'uint32', id: 5 },
        startTime: { type: 'Moment', id: 6 },
        duration: { type: 'Moment', id: 7 },
        tags: list('KeyValue', 8),
        logs: list('Log', 9),
        process: { type: 'Process', id: 10 },
        processId: { type: string, id: 11 },
        warnings: list(string, 12)
      }
    },
    SpanRef: {
      fields: {
        traceId: { type: bytes, id: 1 },
        spanId: { type: bytes, id: 2 },
        refType: { type: 'int32', id: 3 }
      }
    },
    Moment: { fields: { seconds: { type: 'int64', id: 1 }, nanos: { type: 'int32', id: 2 } } },
    KeyValue: {
      fields: {
        key: { type: string, id: 1 },
        vType: { type: 'int32', id: 2 },
        vStr: { type: string, id: 3 },
        vBool: { type: 'bool', id: 4 },
        vInt64: { type: 'int64', id: 5 },
        vFloat64: { type: 'double', id: 6 },
        vBinary: { type: bytes, id: 7 }
      }
    },
    Log: { fields: { timestamp: { type: 'Moment', id: 1 }, fields: list('KeyValue', 2) } },
    Process: { fields: { serviceName: { type: string, id: 1 }, tags: list('KeyValue', 2) } }
  }
} as protobuf.INamespace)

/** A span as `fromObject` of protobufjs takes it, of the fields above. */
export type PlainJaegerSpan = Readonly<Record<string, unknown>>

/** Encodes a `SpansResponseChunk`. */
export function encodeJaegerChunk(spans: readonly PlainJaegerSpan[]): Uint8Array {
  const type = ROOT.lookupType('SpansResponseChunk')
  return type.encode(type.fromObject({ spans })).finish()
}

export function momentOf(nanos: bigint): object {
  return { seconds: String(nanos / 1_000_000_000n), nanos: Number(nanos % 1_000_000_000n) }
}

/** Ids, name, parent and times of a span in Jaeger's model. */
export function plainJaegerSpan(
  span: Pick<Span, 'traceId' | 'spanId' | 'parentSpanId' | 'name' | 'startUnixNano' | 'endUnixNano'>
): PlainJaegerSpan {
  const traceId = Buffer.from(span.traceId, 'hex')
  return {
    traceId,
    spanId: Buffer.from(span.spanId, 'hex'),
    operationName: span.name,
    references:
      span.parentSpanId === undefined ? [] : [{ traceId, spanId: Buffer.from(span.parentSpanId, 'hex') }],
    startTime: momentOf(span.startUnixNano),
    duration: momentOf((span.endUnixNano ?? span.startUnixNano) - span.startUnixNano)
  }
}
