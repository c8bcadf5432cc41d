import type { SpanId, TraceId } from '../model/ids.ts'
import { parseSpanId, parseTraceId } from '../model/ids.ts'

/** A trace id as OTLP writes it (hexadecimal) or as protobuf's own JSON does (base64, with or without padding, URL-safe or not). */
export function decodeTraceId(text: string): TraceId | undefined {
  return parseTraceId(toHex(text, 16))
}

/** As {@link decodeTraceId}, for span ids. */
export function decodeSpanId(text: string): SpanId | undefined {
  return parseSpanId(toHex(text, 8))
}

function toHex(text: string, size: number): string {
  // Base64 of an id is never taken for hexadecimal: with its padding it is not, and stores write the padding.
  if (text.length <= 2 * size && /^[0-9a-f]*$/i.test(text)) return text
  const bytes = decodeBase64(text)
  return bytes?.length === size ? Buffer.from(bytes).toString('hex') : ''
}

/** The bytes of a base64 text, undefined if it is none. */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (!/^[\w+/-]*={0,2}$/.test(text)) return undefined
  const unpadded = text.replace(/=+$/, '')
  if (unpadded.length % 4 === 1) return undefined
  return new Uint8Array(Buffer.from(unpadded, 'base64'))
}
