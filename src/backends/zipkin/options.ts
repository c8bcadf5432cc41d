import type { TraceId } from '../../model/ids.ts'
import type { JsonSchema } from '../../plugin/context.ts'
import type { HttpStoreOptions } from '../http-options.ts'
import { baseUrlOf, HTTP_STORE_PROPERTIES, parseHttpAddress } from '../http-options.ts'

/** Zipkin, by its v2 API. */
export type ZipkinOptions = HttpStoreOptions

const DEFAULT_URL = 'http://localhost:9411'

export const ZIPKIN_SCHEMA: JsonSchema = {
  type: 'object',
  description: 'Zipkin, or what answers like it, by its v2 API.',
  additionalProperties: false,
  properties: {
    ...HTTP_STORE_PROPERTIES,
    url: {
      ...HTTP_STORE_PROPERTIES.url,
      description: 'Where Zipkin is, without /zipkin or /api/v2, but with what a proxy puts before them.',
      default: DEFAULT_URL,
      examples: [DEFAULT_URL]
    }
  }
}

/** `zipkin=ADDRESS`: a URL, or a host with or without a port. */
export function parseZipkinAddress(address: string): ZipkinOptions | string {
  const trimmed = address.trim()
  return parseHttpAddress(/^[\w.-]+$/.test(trimmed) ? `${trimmed}:9411` : trimmed, DEFAULT_URL)
}

/** The URL below which are `/api/v2` and `/zipkin`, whichever address of Zipkin was written. */
export function zipkinUrlOf({ url = DEFAULT_URL }: ZipkinOptions): string {
  return url.trim().replace(/(?:\/zipkin)?(?:\/api\/v2(?:\/spans)?)?\/*$/, '')
}

/** The trace in Zipkin's web page. */
export function pageOf(options: ZipkinOptions, traceId: TraceId): string | undefined {
  const base = baseUrlOf(zipkinUrlOf(options))
  return base && `${base}/zipkin/traces/${traceId}`
}
