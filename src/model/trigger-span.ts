import type { AttributeValue } from './attributes.ts'
import { NO_ATTRIBUTES } from './attributes.ts'
import type { SpanId, TraceId } from './ids.ts'
import type { Response } from './response.ts'
import type { Span } from './span.ts'

/** The name by which suites written for Tracetest select the trigger. */
const TRIGGER_SPAN_NAME = 'Tracetest trigger'

export interface TriggerTimes {
  readonly sentUnixNano: bigint
  /** Absent while there is no answer yet. */
  readonly answeredUnixNano?: bigint
}

/** The synthetic root above the entry spans of a test's trace: from sending to answer, with the response as attributes. */
export function buildTriggerSpan(
  traceId: TraceId,
  spanId: SpanId,
  times: TriggerTimes,
  response?: Response
): Span {
  const attributes = new Map<string, AttributeValue>([['tracetest.span.type', 'general']])
  if (response) {
    if (response.status !== undefined) attributes.set('tracetest.response.status', BigInt(response.status))
    if (response.body !== undefined) attributes.set('tracetest.response.body', response.body)
    attributes.set('tracetest.response.headers', JSON.stringify(response.headers))
  }
  return {
    traceId,
    spanId,
    name: TRIGGER_SPAN_NAME,
    kind: 'unspecified',
    startUnixNano: times.sentUnixNano,
    ...(times.answeredUnixNano === undefined ? {} : { endUnixNano: times.answeredUnixNano }),
    status: { code: 'unset' },
    attributes,
    resource: new Map([['service.name', 'tracetest']]),
    scope: { name: 'tracerun', attributes: NO_ATTRIBUTES },
    events: [],
    links: []
  }
}
