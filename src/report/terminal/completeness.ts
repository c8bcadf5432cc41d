import type { TestReport } from '../../model/run-event.ts'
import { type CheckResult, type Ground, isComplete } from '../../model/verdict.ts'
import { type Line, lineOf, toned, wrapLine } from '../line.ts'
import { renderCount } from '../quantity.ts'
import type { Layout } from './layout.ts'
import { untoldHoles } from './said-elsewhere.ts'
import { findSpan, labelOf } from './span-label.ts'

const MAX_HOLES = 5

/** How many assertions held, on what ground the trace was taken as it is, and what is known to be missing from it. */
export function renderCompleteness(report: TestReport, layout: Layout): readonly Line[] {
  const { signs } = layout
  const held = heldText(report)
  const parts = held === '' ? [] : [toned(`${signs.passed} `, 'good'), toned(held)]
  const ground = report.ground
  if (ground !== undefined) {
    if (parts.length > 0) parts.push(toned(` ${signs.dot} `, 'dim'))
    if (isWorrying(ground)) parts.push(toned(`${signs.caution} `, 'caution'))
    parts.push(toned(ground.text, isWorrying(ground) ? 'plain' : 'dim'))
  }
  return [...wrapLine(lineOf(...parts), layout.columns, 2), ...holeLines(report, layout)].filter(
    line => line.length > 0
  )
}

/** Whether waiting ended without knowing that all is here, and not because all was known already. */
export function isWorrying(ground: Ground): boolean {
  return !isComplete(ground) && ground.kind !== 'asserted'
}

function heldText({ verdict }: TestReport): string {
  if (verdict.outcome === 'skipped') return ''
  const checks: readonly CheckResult[] = verdict.specs.flatMap(spec => spec.checks)
  const held = checks.filter(check => check.outcome === 'held').length
  if (held === 0) return ''
  const isAll = checks.every(check => check.outcome === 'held' || check.outcome === 'skipped')
  return `${renderCount(held, isAll ? 'assertion' : 'other assertion')} held`
}

function holeLines(report: TestReport, layout: Layout): readonly Line[] {
  const { trace } = report
  const holes = untoldHoles(report)
  const lines = holes.slice(0, MAX_HOLES).flatMap(hole => {
    const span = hole.spanId && findSpan(trace, hole.spanId)
    const place =
      span && !hole.text.includes(span.name) ? toned(`  ${labelOf(span, layout)}`, 'dim') : undefined
    return wrapLine(lineOf(toned(`${layout.signs.caution} `, 'caution'), hole.text, place), layout.columns, 2)
  })
  const more = holes.length - MAX_HOLES
  return more > 0
    ? [...lines, lineOf(toned(`and ${renderCount(more, 'more gap')} in the trace`, 'dim'))]
    : lines
}
