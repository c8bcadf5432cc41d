import type { Span } from '../../model/span.ts'
import { decodeOtlpJsonText } from '../../otlp/decode.ts'
import { OtlpDecodeError, OtlpTooLargeError } from '../../otlp/decode-error.ts'
import type { Rejection } from '../../otlp/span-draft.ts'

/** What one document of a file holds; `losses` may be of one trace, or of any. */
export interface DocumentContent {
  readonly spans: readonly Span[]
  readonly losses: readonly Rejection[]
}

const HEAD_BYTES = 64
const NOTHING: DocumentContent = { spans: [], losses: [] }

/** Reads a document: traces are decoded, other signals passed over. `isWhole`: known not to be the beginning of one only. */
export function readDocument(bytes: Buffer, isWhole: boolean): DocumentContent {
  if (isWhole && isOtherSignal(bytes)) return NOTHING
  const losses: Rejection[] = []
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const spans = decodeOtlpJsonText(text, rejection => losses.push(rejection))
    return { spans, losses }
  } catch (error) {
    if (error instanceof OtlpDecodeError || error instanceof OtlpTooLargeError || error instanceof TypeError)
      return { spans: [], losses: [{ reason: reasonOf(error) }] }
    throw error
  }
}

function reasonOf(error: Error): string {
  return error instanceof TypeError ? 'it is not UTF-8' : error.message
}

/**
 * Metrics, logs and profiles, told by their first key. A record of traces that was glued to a torn one is seen all the same: within
 * a string, its quotes would be escaped.
 */
function isOtherSignal(bytes: Buffer): boolean {
  const head = bytes.subarray(0, HEAD_BYTES).toString('latin1')
  if (!/^\s*\{\s*"resource_?(?:Metrics|Logs|Profiles)"/i.test(head)) return false
  return !bytes.includes('"resourceSpans"') && !bytes.includes('"resource_spans"')
}
