import type { Span } from '../model/span.ts'
import { OtlpDecodeError } from './decode-error.ts'
import { decodeTracesJson } from './decode-json.ts'
import { decodeTracesData } from './decode-protobuf.ts'
import { parseOtlpJsonText } from './json-text.ts'
import type { OnReject, Rejection } from './span-draft.ts'

/**
 * Decodes the spans of OTLP protobuf: `TracesData`, `ExportTraceServiceRequest`, whatever has resource spans as field 1.
 * A span without valid ids is left out if `onReject` is there to hear of it; otherwise it is an `OtlpDecodeError` too.
 */
export function decodeOtlpProtobuf(bytes: Uint8Array, onReject: OnReject = refuse): Span[] {
  return decodeTracesData(bytes, onReject)
}

/** Decodes a parsed value of OTLP JSON in any of its dialects: ids, enumerations, wrappers. As {@link decodeOtlpProtobuf} otherwise. */
export function decodeOtlpJson(value: unknown, onReject: OnReject = refuse): Span[] {
  return decodeTracesJson(value, onReject)
}

/** Decodes OTLP JSON text, one document or one a line, without rounding 64-bit integers that are written as numbers. */
export function decodeOtlpJsonText(text: string, onReject: OnReject = refuse): Span[] {
  return decodeTracesJson(parseOtlpJsonText(text), onReject)
}

function refuse(rejection: Rejection): never {
  throw new OtlpDecodeError(rejection.reason, 'one of its spans')
}
