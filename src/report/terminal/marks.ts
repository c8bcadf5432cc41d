import type { SpanId } from '../../model/ids.ts'
import type { TestReport } from '../../model/run-event.ts'
import type { CheckResult, OutputResult, SpecResult } from '../../model/verdict.ts'
import { offendersOf } from '../offenders.ts'

/** What a span has to do with a verdict, gravest first: it violates, it leaves something open, it came near; or it is just looked for. */
export type Mark = 'failed' | 'caution' | 'near' | 'selected'

export type Marks = ReadonlyMap<SpanId, Mark>

const GRAVITY: Readonly<Record<Mark, number>> = { failed: 2, caution: 1, near: 0, selected: 0 }

/** The spans that the reader of a result looks for in the trace. */
export function collectMarks(report: TestReport): Marks {
  const marks = new Map<SpanId, Mark>()
  const add = (spanId: SpanId | undefined, mark: Mark): void => {
    if (spanId !== undefined) mergeMark(marks, spanId, mark)
  }
  for (const hole of report.holes) add(hole.spanId, 'caution')
  if (report.verdict.outcome === 'skipped') return marks
  for (const spec of report.verdict.specs) for (const check of spec.checks) markCheck(check, spec, add)
  for (const output of report.verdict.outputs) markOutput(output, add)
  return marks
}

/** Marks a span, unless it has a graver mark. */
export function mergeMark(marks: Map<SpanId, Mark>, spanId: SpanId, mark: Mark): void {
  const known = marks.get(spanId)
  if (known === undefined || GRAVITY[known] < GRAVITY[mark]) marks.set(spanId, mark)
}

type Add = (spanId: SpanId | undefined, mark: Mark) => void

function markCheck(check: CheckResult, spec: SpecResult, add: Add): void {
  const gravest: Mark = spec.severity === 'error' ? 'failed' : 'caution'
  switch (check.outcome) {
    case 'violated': {
      const perSpan = check.observed.filter(observation => observation.spanId !== undefined)
      for (const observation of offendersOf(check.text, perSpan)) add(observation.spanId, gravest)
      if (perSpan.length === 0) for (const spanId of spec.selected) add(spanId, gravest)
      return
    }
    case 'undetermined':
      add(check.reason.spanId, 'caution')
      for (const observation of check.observed)
        if (observation.holds !== true) add(observation.spanId, 'caution')
      return
    case 'unmatched':
      for (const candidate of check.nearest.candidates) add(candidate.spanId, 'near')
      return
    case 'held':
    case 'skipped':
      return
  }
}

function markOutput(output: OutputResult, add: Add): void {
  if (output.outcome === 'undetermined') add(output.reason.spanId, 'caution')
  if (output.outcome === 'unmatched')
    for (const candidate of output.nearest.candidates) add(candidate.spanId, 'near')
}
