import type { CompiledChecks } from '../language/check.ts'
import { walkNodes } from '../language/walk.ts'
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
  return {
    ...watch,
    collector: placed,
    get looks() {
      return watch.looks
    }
  }
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
function readsMomentsOf({ specs, outputs }: CompiledChecks): boolean {
  let reads = false
  const read = (node: Parameters<typeof walkNodes>[0]): void =>
    walkNodes(node, inner => {
      if ((inner.kind === 'reference' || inner.kind === 'key') && MOMENTS.has(inner.name)) reads = true
    })
  for (const spec of specs) {
    if (spec.when) read(spec.when.node)
    if (spec.kind === 'sequence') for (const step of spec.steps) read(step.selector)
    else {
      read(spec.selector)
      for (const assertion of spec.assertions) read(assertion.node)
    }
  }
  for (const { value, selector } of outputs) {
    read(value)
    if (selector) read(selector)
  }
  return reads
}
