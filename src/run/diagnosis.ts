import { TraceError } from '../errors/errors.ts'
import type { TraceId } from '../model/ids.ts'
import type { Header, Response } from '../model/response.ts'
import { findAnsweredIds } from '../plan/answered-id.ts'
import type { ForeignTrace } from '../plugin/trace-backend.ts'
import { renderSeconds } from './ground.ts'
import { PROPAGATION_HEADERS, type Propagator } from './propagate.ts'

/** What is known about a trace that did not come. */
export interface MissingTrace {
  readonly traceId: TraceId
  readonly traceUrl?: string
  readonly waitedMs: number
  readonly sentHeaders: readonly Header[]
  /** The formats in which the trace context was sent. */
  readonly propagation: readonly Propagator[]
  readonly response: Pick<Response, 'status' | 'statusText' | 'headers'>
  /** Traces that came and that no test awaits. */
  readonly foreign: readonly ForeignTrace[]
  /** Where spans were expected: the words of the session. */
  readonly backend: string
  readonly isPushed: boolean
  /** Another test of this run had spans: the way from some service to us is open. */
  readonly hasSeenSpans: boolean
  readonly busyReason?: string
  /** Nothing was sent: the trace was begun by something else. */
  readonly isUnanswered?: boolean
  /** Spans are received by ourselves, and only while we run. */
  readonly isReceived?: boolean
  /** What became of the trace that the answer names, where it was watched too. */
  readonly named?: string
}

interface Cause {
  /** What points to it. */
  readonly evidence?: string
  readonly likely: string
  readonly fix: string
}

/** Explains why there is no trace: what was seen, what was sent, the likely cause and how to mend it. */
export function diagnoseMissingTrace(missing: MissingTrace): TraceError {
  const cause = likelyCause(missing)
  const lines = [
    missing.isUnanswered
      ? `no span of trace ${missing.traceId} was there within ${renderSeconds(missing.waitedMs)}`
      : `no span of trace ${missing.traceId} came within ${renderSeconds(missing.waitedMs)} after the answer`,
    ...answerLines(missing.response),
    ...(cause.evidence === undefined ? [] : [cause.evidence]),
    `likely cause: ${cause.likely}`,
    ...(missing.isUnanswered ? [] : [`sent: ${renderSent(missing.sentHeaders)}`]),
    `${missing.isPushed ? 'spans are expected at' : 'asked'}: ${missing.backend}`,
    `the same id elsewhere: ${renderSpellings(missing.traceId)}`,
    ...(missing.traceUrl === undefined ? [] : [`in the backend: ${missing.traceUrl}`])
  ]
  return new TraceError({
    code: missing.busyReason === undefined ? 'TRACE_NOT_FOUND' : 'TRACE_UNAVAILABLE',
    message: lines.join('\n'),
    hint: cause.fix
  })
}

/** Whoever is refused at the door leaves no trace in the house: a gateway, a wrong path, a service that is not up. */
function answerLines({ status, statusText = '' }: MissingTrace['response']): readonly string[] {
  if (status === undefined || status < 400) return []
  return [
    `the answer was ${`${status} ${statusText}`.trim()}: did the request reach the service it was meant for?`
  ]
}

/** In the order of what proves most. */
function likelyCause(missing: MissingTrace): Cause {
  return (
    busyCause(missing) ??
    contextCause(missing) ??
    (missing.isUnanswered ? unansweredCause(missing) : undefined) ??
    foreignCause(missing) ??
    answeredIdCause(missing) ??
    (missing.hasSeenSpans ? SAMPLED_OR_BARE : exporterCause(missing))
  )
}

function busyCause({ busyReason }: MissingTrace): Cause | undefined {
  if (busyReason === undefined) return undefined
  return {
    evidence: `the backend gave no answer in substance: ${busyReason}`,
    likely: 'the backend is overloaded, not ready yet, or in trouble: its log may say which',
    fix: 'Once it answers again, run the test again; if it only needs more time, raise `timeout`.'
  }
}

/** A trace that something else began: it is elsewhere, or was over before we listened. */
function unansweredCause({ foreign, isReceived = false }: MissingTrace): Cause {
  const [latest] = foreign
  if (latest !== undefined && isReceived)
    return {
      evidence: `${count(foreign.length, 'other trace')} came meanwhile, the latest ${latest.traceId}`,
      likely:
        'the id is not that of the trace which was begun, or its spans were sent before tracerun listened',
      fix: 'Hand over the id that was really used. Spans that are sent before tracerun listens are lost to it: begin the trace by `tracerun exec -- CMD`, or read it from a data store.'
    }
  if (!isReceived)
    return {
      ...(latest === undefined ? {} : { evidence: `other traces are there, the latest ${latest.traceId}` }),
      likely: 'the id is not that of a trace which is kept there, or its spans were exported elsewhere',
      fix: `${EXPORTER_FIX} If the trace is older than the store keeps traces, begin it anew.`
    }
  return {
    evidence: 'nothing came from any service',
    likely:
      'the spans were sent before tracerun listened, or to another place: it has only what comes while it runs',
    fix: 'Begin the trace while tracerun runs: `tracerun exec -f FILE -- CMD` starts its receiver, then CMD. Or read the trace from where it went: `--data-store jaeger=http://localhost:16686`, `file=traces.jsonl`.'
  }
}

/** Formats that name a span; in the order in which they are worth a try. */
const SPAN_FORMATS: readonly Propagator[] = ['tracecontext', 'b3', 'b3multi', 'jaeger', 'xray']

/** Whoever is told of no trace begins one. */
function contextCause({ propagation, isUnanswered = false }: MissingTrace): Cause | undefined {
  if (isUnanswered || SPAN_FORMATS.some(format => propagation.includes(format))) return undefined
  return {
    evidence: `the request said nothing of its trace: \`propagation\` is [${propagation.join(', ')}]`,
    likely: 'the services began a trace of their own',
    fix: 'Send a format that they read: `propagation: [tracecontext, baggage]`.'
  }
}

/** Either the service reads what is sent, or what it reads is sent. */
function readFix(propagation: readonly Propagator[]): string {
  const read = propagation.includes('tracecontext') ? 'W3C traceparent' : 'what is sent'
  const [other, ...more] = SPAN_FORMATS.filter(format => !propagation.includes(format))
  const send =
    other === undefined
      ? ''
      : ` Or send what it reads: \`propagation: [${[...propagation, other].join(', ')}]\` under \`trigger\` or in tracerun.yaml${more.length === 0 ? '' : ` (${more.join(', ')} are there too)`}.`
  return `Let the first service read ${read}: OTEL_PROPAGATORS=${propagation.join(',')}.${send}`
}

function foreignCause({ foreign, response, propagation }: MissingTrace): Cause | undefined {
  const [latest] = foreign
  if (latest === undefined) return undefined
  const spans = foreign.reduce((sum, trace) => sum + trace.spans, 0)
  const services = [...new Set(foreign.flatMap(trace => trace.services))].filter(name => name !== '')
  const header = findAnsweredIds(response.headers).find(answered =>
    foreign.some(trace => trace.traceId === answered.traceId)
  )?.header
  const who = services.length === 0 ? 'services without a name' : services.slice(0, 5).join(', ')
  return {
    evidence: `${count(spans, 'span')} of ${who} came under ${count(foreign.length, 'other trace id')}, the latest ${latest.traceId}`,
    likely:
      services.length === 1
        ? `${who} starts a trace of its own instead of continuing ours`
        : 'the services start traces of their own instead of continuing ours',
    fix: `${readFix(propagation)} A proxy in between must pass the header on.${followFix(header)}`
  }
}

function answeredIdCause({ response, traceId, named, propagation }: MissingTrace): Cause | undefined {
  const ids = findAnsweredIds(response.headers)
  const answered = ids.find(id => id.traceId === traceId) ?? ids[0]
  if (answered === undefined) return undefined
  const { header, text } = answered
  const evidence = `the answer names trace ${answered.traceId} (${header}: ${text})`
  if (answered.traceId !== traceId) {
    if (answered.isSampled === false)
      return {
        evidence: `${evidence}, and that it was not sampled`,
        likely:
          'the service made a trace id of its own instead of continuing ours, and a sampler dropped that trace',
        fix: `${readFix(propagation)} Use a parent-based sampler as well: OTEL_TRACES_SAMPLER=parentbased_always_on.`
      }
    return {
      evidence: named === undefined ? evidence : `${evidence}; ${named}`,
      likely: 'the service made a trace id of its own instead of continuing ours',
      fix: `${readFix(propagation)} A gateway in front of it may make ids itself.${followFix(header)}`
    }
  }
  if (answered.isSampled === false)
    return {
      evidence: `${evidence}: it continued our trace and did not sample it`,
      likely: 'a sampler dropped the trace',
      fix: 'Use a parent-based sampler: OTEL_TRACES_SAMPLER=parentbased_always_on.'
    }
  return {
    evidence: `${evidence}: it continued our trace`,
    likely: 'its spans go elsewhere, or a collector on the way drops them',
    fix: EXPORTER_FIX
  }
}

/** Tracing that cannot be changed can be followed, where it says its id. */
function followFix(header: string | undefined): string {
  return header === undefined
    ? ''
    : ` Or let the test follow that trace: \`traceId: { header: ${header} }\` under \`trigger\`.`
}

const EXPORTER_FIX =
  'Set OTEL_EXPORTER_OTLP_ENDPOINT (and OTEL_EXPORTER_OTLP_PROTOCOL) of the tested services to where spans are expected. In a container, localhost is the container itself.'

const SAMPLED_OR_BARE: Cause = {
  evidence: 'other tests of this run had spans, and nothing came under another id',
  likely: 'a sampler dropped this trace, or the service behind this request is not instrumented',
  fix: 'Use a parent-based sampler (OTEL_TRACES_SAMPLER=parentbased_always_on), and check that the service that answers loads the SDK.'
}

function exporterCause({ isPushed, propagation }: MissingTrace): Cause {
  if (!isPushed)
    return {
      likely:
        'the services export to another place than this backend (or tenant, index, project), or do not sample',
      fix: `${EXPORTER_FIX} If spans of other requests are there, use a parent-based sampler: OTEL_TRACES_SAMPLER=parentbased_always_on.`
    }
  return {
    evidence: 'nothing came from any service',
    likely: 'the services export their spans to another place, or not at all',
    fix: `${EXPORTER_FIX} If it is set: they may load no OpenTelemetry SDK; a sampler drops the trace unless OTEL_TRACES_SAMPLER is parentbased_always_on, and a service without a propagator (OTEL_PROPAGATORS=${propagation.join(',')}) does not see that it is sampled.`
  }
}

function renderSent(headers: readonly Header[]): string {
  const trace = PROPAGATION_HEADERS.flatMap(name => {
    const value = headers.find(header => header.key.toLowerCase() === name)?.value
    return value === undefined ? [] : [`${name}: ${value}`]
  })
  return trace.length === 0 ? 'no trace context' : trace.join(', ')
}

/** As other tools write the id: base64 in the JSON of some stores, with its time in front in X-Ray. */
function renderSpellings(traceId: TraceId): string {
  const base64 = Buffer.from(traceId, 'hex').toString('base64')
  return `${base64}, 1-${traceId.slice(0, 8)}-${traceId.slice(8)}`
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
