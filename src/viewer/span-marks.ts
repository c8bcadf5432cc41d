import { selectAlone } from '../judge/explain.ts'
import type { SelectorNode } from '../language/ast.ts'
import { parseSelector } from '../language/parse.ts'
import { usesPatterns } from '../language/patterns.ts'
import { walkNodes } from '../language/walk.ts'
import type { Trace } from '../model/trace.ts'
import type { JsonAssertion, JsonSpan, JsonSpec, JsonTest } from '../report/json-report.ts'
import { offendersOf } from '../report/offenders.ts'

/** What a span has to do with the verdict of its test. */
export type SpanMark = 'failed' | 'caution' | 'near'

/** What is said of a span, gravest first. */
export interface SpanNote {
  readonly mark: SpanMark
  readonly text: string
}

const GRAVITY: Readonly<Record<SpanMark, number>> = { failed: 2, caution: 1, near: 0 }

/** Position → what the verdict says of the span there. */
export function notesOf(test: JsonTest, trace: Trace): ReadonlyMap<number, readonly SpanNote[]> {
  const notes = new Map<number, SpanNote[]>()
  const add = (position: number | undefined, mark: SpanMark, text: string): void => {
    if (position === undefined) return
    const known = notes.get(position)
    if (known === undefined) notes.set(position, [{ mark, text }])
    else if (!known.some(note => note.text === text)) known.push({ mark, text })
  }
  const addById = (spanId: string | undefined, mark: SpanMark, text: string): void =>
    add(spanId === undefined ? undefined : trace.positionOf(spanId), mark, text)
  for (const hole of test.completeness.holes) addById(hole.spanId, 'caution', hole.text)
  for (const spec of test.specs)
    for (const assertion of spec.assertions) {
      const mark: SpanMark = spec.severity === 'error' ? 'failed' : 'caution'
      for (const position of offendingPositions(assertion, spec, trace))
        add(
          position,
          assertion.outcome === 'violated' ? mark : 'caution',
          `${assertion.outcome}: ${assertion.text}`
        )
      addById(assertion.reason?.spanId, 'caution', assertion.reason?.text ?? '')
      for (const { spanId, text } of assertion.reason?.candidates ?? []) addById(spanId, 'near', text)
    }
  for (const { reason } of test.outputs) {
    addById(reason?.spanId, 'caution', reason?.text ?? '')
    for (const { spanId, text } of reason?.candidates ?? []) addById(spanId, 'near', text)
  }
  for (const known of notes.values()) known.sort((a, b) => GRAVITY[b.mark] - GRAVITY[a.mark])
  return notes
}

/** Where the span of an assertion stands in the trace. */
export function positionOfSpan({ spanId, traceId }: JsonSpan, trace: Trace): number | undefined {
  if (spanId === undefined) return undefined
  return trace.positionOf(traceId === undefined ? spanId : `${traceId}:${spanId}`)
}

function offendingPositions(
  assertion: JsonAssertion,
  spec: JsonSpec,
  trace: Trace
): readonly (number | undefined)[] {
  if (assertion.outcome !== 'violated' && assertion.outcome !== 'undetermined') return []
  const perSpan = assertion.spans.filter(span => span.spanId !== undefined)
  if (perSpan.length > 0) return offendersOf(assertion.text, perSpan).map(span => positionOfSpan(span, trace))
  return assertion.outcome === 'violated' ? selectionOf(spec, trace) : []
}

/**
 * The spans that a spec selected, found again. None where that cannot be: in a sequence, where the selector takes
 * a value from a variable, which is not in the report, or where it has patterns, which are not loaded yet.
 */
export function selectionOf({ selector, selectedCount }: JsonSpec, trace: Trace): readonly number[] {
  if (selectedCount === 0) return []
  const outcome = parseSelector(selector)
  if (!outcome.ok || readsVariables(outcome.value) || usesPatterns(outcome.value)) return []
  const positions = [...selectAlone(outcome.value, trace)]
  return positions.length === selectedCount ? positions : []
}

/** Whether a selector chooses without its test what it chose in it. */
export function selectorWithoutVariables(selector: string): boolean {
  const outcome = parseSelector(selector)
  return outcome.ok && !readsVariables(outcome.value)
}

function readsVariables(selector: SelectorNode): boolean {
  let isFound = false
  walkNodes(selector, node => {
    isFound ||= node.kind === 'string' && node.parts.some(part => typeof part !== 'string')
  })
  return isFound
}
