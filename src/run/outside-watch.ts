import { nodesOf, nodesOfChecks } from '../judge/nodes.ts'
import type { CompiledChecks } from '../language/check.ts'
import type { Span } from '../model/span.ts'
import type { Trace } from '../model/trace.ts'
import type { Collector } from './collector.ts'
import type { TraceWatch } from './trace-watch.ts'

/**
 * A watch of a trace that something else began. Nothing was sent, so the trigger has no time of its own: it stands where
 * the trace begins, and takes none.
 */
export function watchFromOutside(watch: TraceWatch, checks: CompiledChecks): TraceWatch {
  const { collector } = watch
  const readsMoments = readsMomentsOf(checks)
  const placed: Collector = Object.create(collector, {
    buildTrace: {
      value: (trigger?: Span): Trace =>
        collector.buildTrace(trigger && atBeginning(trigger, collector.buildTrace()))
    },
    // An earlier span that is still to come moves the trigger.
    mayRearrange: { get: () => readsMoments || collector.mayRearrange }
  }) as Collector
  return Object.create(watch, { collector: { value: placed } }) as TraceWatch
}

function atBeginning(trigger: Span, { traceId, spans }: Trace): Span {
  const own = spans.filter(span => span.traceId === traceId)
  const roots = own.filter(span => span.parentSpanId === undefined)
  const [startUnixNano] = (roots.length > 0 ? roots : own)
    .map(span => span.startUnixNano)
    .sort((a, b) => (a < b ? -1 : 1))
  if (startUnixNano === undefined) return trigger
  return { ...trigger, startUnixNano, endUnixNano: startUnixNano }
}

const MOMENTS: ReadonlySet<string> = new Set([
  'start',
  'end',
  'tracetest.span.start_time',
  'tracetest.span.end_time'
])

/** Whether a check reads when a span, and so perhaps the trigger, began or ended. */
function readsMomentsOf(checks: CompiledChecks): boolean {
  return nodesOfChecks(checks)
    .flatMap(nodesOf)
    .some(node => (node.kind === 'reference' || node.kind === 'key') && MOMENTS.has(node.name))
}
