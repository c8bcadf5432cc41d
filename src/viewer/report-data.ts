import type { Trace } from '../model/trace.ts'
import type { OmittedTrace, TraceBlock } from '../report/html/trace-block.ts'
import type { JsonReport, JsonTest } from '../report/json-report.ts'
import { readTraceBlock } from './read-trace-block.ts'

/** What the page holds of the trace of an attempt. */
export type HeldTrace = { readonly trace: Trace } | OmittedTrace

/** What the page was given. */
export interface ReportData {
  readonly report: JsonReport
  /** Undefined where no span came. */
  traceOf(test: JsonTest): HeldTrace | undefined
}

const MOST_KEPT = 4

/** Reads the data elements of a page; traces only when they are asked for. */
export function readReportData(page: Document): ReportData | undefined {
  const written = page.getElementById('report')?.textContent
  if (!written) return undefined
  const elements = new Map<string, Element>()
  // Of those that were written twice, the later one counts.
  for (const held of page.querySelectorAll('script[data-test]'))
    elements.set(keyOf(held.getAttribute('data-test') ?? '', Number(held.getAttribute('data-attempt'))), held)
  const kept = new Map<string, HeldTrace>()
  return {
    report: JSON.parse(written) as JsonReport,
    traceOf({ id, attempt }: JsonTest): HeldTrace | undefined {
      const key = keyOf(id, attempt)
      const known = kept.get(key)
      const text = elements.get(key)?.textContent
      if (known !== undefined || !text) return known
      const value = JSON.parse(text) as TraceBlock | OmittedTrace
      const held = 'omitted' in value ? value : { trace: readTraceBlock(value) }
      const [oldest] = kept.keys()
      if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest)
      kept.set(key, held)
      return held
    }
  }
}

function keyOf(id: string, attempt: number): string {
  return `${attempt} ${id}`
}
