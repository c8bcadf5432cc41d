import type { GrpcCode } from './grpc-frame.ts'

/** How OTLP over HTTP is encoded; an answer is encoded like its request. */
export type Encoding = 'protobuf' | 'json'

/** `ExportTraceServiceResponse`: empty on full success, as the specification demands. */
export function encodeExportResponse(encoding: Encoding, rejectedSpans: number, message: string): Uint8Array {
  if (encoding === 'json')
    return text(
      rejectedSpans === 0
        ? {}
        : { partialSuccess: { rejectedSpans: String(rejectedSpans), errorMessage: message } }
    )
  if (rejectedSpans === 0) return new Uint8Array()
  return lengthField(1, [...varintField(1, rejectedSpans), ...stringField(2, message)])
}

/** `google.rpc.Status`: what OTLP answers where HTTP alone would say too little. */
export function encodeStatus(encoding: Encoding, code: GrpcCode, message: string): Uint8Array {
  if (encoding === 'json') return text({ code, message })
  return Uint8Array.from([...varintField(1, code), ...stringField(2, message)])
}

function text(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value))
}

function stringField(field: number, value: string): Uint8Array {
  return lengthField(field, [...new TextEncoder().encode(value)])
}

function lengthField(field: number, content: readonly number[]): Uint8Array {
  return Uint8Array.from([(field << 3) | 2, ...varint(content.length), ...content])
}

function varintField(field: number, value: number): readonly number[] {
  return [field << 3, ...varint(value)]
}

function varint(value: number): readonly number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes.push((rest & 0x7f) | 0x80)
  bytes.push(rest)
  return bytes
}
