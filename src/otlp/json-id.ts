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
  if (bytes?.length !== size) return ''
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
}

/** The bytes of a base64 text, undefined if it is none. In a browser too. */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (!/^[\w+/-]*={0,2}$/.test(text)) return undefined
  const unpadded = text.replace(/=+$/, '')
  if (unpadded.length % 4 === 1) return undefined
  const bytes = atob(unpadded.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(bytes, byte => byte.charCodeAt(0))
}
