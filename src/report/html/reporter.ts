import type { Trace } from '../../model/trace.ts'
import type { DocumentReporter } from '../document-reporter.ts'
import type { JsonReport, JsonTest } from '../json-report.ts'
import type { Write } from '../writer.ts'
import { createOutlet } from '../writer.ts'
import { renderDataElement } from './data-element.ts'
import { encodeTrace } from './encode-trace.ts'
import * as viewer from './generated/viewer.js'
import { renderFoot, renderHead } from './page.ts'
import type { OmittedTrace } from './trace-block.ts'
import { createTraceBudget, TRACE_LIMITS, type TraceLimits } from './trace-budget.ts'

/**
 * Writes one page that needs nothing else. Each trace goes out as soon as it is known, so that none is kept; one that is
 * said again stands in the page twice, and the later one counts.
 */
export function createHtmlReporter(write: Write, limits: TraceLimits = TRACE_LIMITS): DocumentReporter {
  const outlet = createOutlet(write)
  const budget = createTraceBudget(limits)
  // A warning that is added says the same trace again.
  const written = new WeakMap<Trace, string>()
  outlet.write(renderHead(viewer))

  const renderTrace = (trace: Trace, test: JsonTest): string => {
    const attributes = { 'data-test': test.id, 'data-attempt': String(test.attempt) }
    const leaveOut = (why: string): string =>
      renderDataElement(
        { omitted: `The trace is not in this report: ${why}.` } satisfies OmittedTrace,
        attributes
      )
    const tooLarge = budget.refuse(trace)
    if (tooLarge !== undefined) return leaveOut(tooLarge)
    const element = renderDataElement(encodeTrace(trace), attributes)
    const full = budget.take(element.length, test.outcome === 'passed')
    return full === undefined ? element : leaveOut(full)
  }

  return {
    name: 'html',
    onTest(test: JsonTest, trace: Trace | undefined): void {
      const key = `${test.id} ${test.attempt}`
      if (trace === undefined || written.get(trace) === key) return
      written.set(trace, key)
      outlet.write(renderTrace(trace, test))
    },
    async close(report: JsonReport): Promise<void> {
      outlet.write(renderDataElement(report, { id: 'report' }))
      outlet.write(renderFoot(viewer))
      await outlet.flush()
    }
  }
}
