import type { Span } from '../model/span.ts'
import { decodeOtlpJsonText, decodeOtlpProtobuf } from './decode.ts'
import { OtlpDecodeError, OtlpTooLargeError } from './decode-error.ts'
import type { Encoding } from './export-message.ts'
import type { Rejection } from './span-draft.ts'
import type { TraceStore } from './trace-store.ts'

/** What a request to export traces came to; all that was lost is already noted in the store. */
export type ExportOutcome =
  | { readonly status: 'accepted'; readonly rejectedSpans: number; readonly message: string }
  | { readonly status: 'undecodable' | 'too-large'; readonly message: string }

/** Decodes the body of an export and puts its spans into the store. */
export function exportTraces(store: TraceStore, encoding: Encoding, body: Uint8Array): ExportOutcome {
  const rejections: Rejection[] = []
  const spans = decode(encoding, body, rejections)
  if (!Array.isArray(spans)) {
    store.truncate(`a request with spans was refused: ${spans.message}`)
    return spans
  }
  // Before the spans are announced: whoever looks at them then sees that some are missing.
  for (const { traceId, linked, reason } of rejections)
    store.truncate(`a span was refused: ${reason}`, traceId, linked)
  const refused = store.add(spans)
  const messages = rejections.length === 0 ? [] : [rejections[0]!.reason]
  if (refused > 0) messages.push(`no room for ${refused} spans`)
  return { status: 'accepted', rejectedSpans: rejections.length + refused, message: messages.join('; ') }
}

function decode(
  encoding: Encoding,
  body: Uint8Array,
  rejections: Rejection[]
): Span[] | { readonly status: 'undecodable' | 'too-large'; readonly message: string } {
  const onReject = (rejection: Rejection): void => void rejections.push(rejection)
  try {
    return encoding === 'json'
      ? decodeOtlpJsonText(new TextDecoder().decode(body), onReject)
      : decodeOtlpProtobuf(body, onReject)
  } catch (error) {
    if (error instanceof OtlpTooLargeError) return { status: 'too-large', message: error.message }
    if (error instanceof OtlpDecodeError) return { status: 'undecodable', message: error.message }
    throw error
  }
}
