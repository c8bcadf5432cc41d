import type { SpanId } from '../../model/ids.ts'
import { type Span, serviceName } from '../../model/span.ts'
import type { Trace } from '../../model/trace.ts'
import { clipMiddle } from '../shorten.ts'
import type { Layout } from './layout.ts'

/** Old and new names of the attribute that holds the text of a database query. */
const QUERY_KEYS = ['db.query.text', 'db.statement']

export function findSpan(trace: Trace | undefined, spanId: SpanId): Span | undefined {
  const position = trace?.positionOf(spanId)
  return position === undefined ? undefined : trace?.spans[position]
}

/** `pricing · GET /quote`: what a person calls a span. */
export function labelOf(span: Span, { signs, columns }: Layout): string {
  const service = serviceName(span)
  const name = span.name === '' ? '(no name)' : span.name
  return clipMiddle(
    service === '' ? name : `${service} ${signs.dot} ${name}`,
    Math.max(24, Math.floor(columns / 2)),
    signs.ellipsis
  )
}

/** What a span does, by the text of its query where it is one. */
export function workOf(span: Span): string {
  for (const key of QUERY_KEYS) {
    const query = span.attributes.get(key)
    if (typeof query === 'string' && query !== '') return query.replace(/\s+/g, ' ').trim()
  }
  return span.name
}
