import { readsCount } from '../language/bounds.ts'
import type { CompiledChecks, CompiledSpec } from '../language/check.ts'
import { classifySelector } from '../language/classify.ts'
import type { Value } from '../language/values.ts'
import { walkNodes } from '../language/walk.ts'
import type { SpanId } from '../model/ids.ts'
import type { Trace } from '../model/trace.ts'
import type { CheckResult, NearestMisses, OutputResult, Reason, SpecResult } from '../model/verdict.ts'
import type { Location } from '../source/source-text.ts'
import { type Assessment, assess, type CheckScope, type Selected, selectFor } from './assess.ts'
import type { JudgeContext } from './context.ts'
import { createEarlyGate } from './early.ts'
import { readOutput } from './outputs.ts'
import { eachOf, rowOf, rowSize } from './row.ts'
import { assessSequence } from './sequence.ts'
import { createTraceScope } from './trace-scope.ts'
import { isUndetermined, type Undetermined } from './truth.ts'

export type { JudgeContext } from './context.ts'

/** What a trace showed of the checks of a test, and whether more spans could change it. */
export interface Judgement {
  readonly specs: readonly SpecResult[]
  readonly outputs: readonly OutputResult[]
  /** Every check and output is final. */
  readonly isFinal: boolean
  /** A check holds without being final: it relies on nothing more coming. */
  readonly isWatched: boolean
  /** A check of severity error, or an output, did not hold. */
  readonly hasFailure: boolean
}

/** Judges a trace, whole or still arriving. Pure: the same trace gives the same judgement, whatever came first. */
export function judge(checks: CompiledChecks, trace: Trace, context: JudgeContext): Judgement {
  const variables = new Map<string, Value | Undetermined>(context.variables)
  const traceScope = createTraceScope(trace, context, variables)
  const names = new Set(checks.outputs.map(output => output.name))
  const scope: CheckScope = {
    trace: traceScope,
    outputs: names,
    mayBeEarly: createEarlyGate(traceScope.index, context, names),
    misses: new Map()
  }
  const view: View = { scope, context }
  const outputs = checks.outputs.map(output => {
    const { result, value } = readOutput(output, scope)
    variables.set(output.name, value)
    return closedOutput(result, view)
  })
  const specs = checks.specs.map(spec => judgeSpec(spec, view))
  const all = specs.flatMap(spec => spec.checks)
  return {
    specs,
    outputs,
    isFinal: all.every(check => check.isFinal) && outputs.every(output => output.isFinal),
    isWatched: all.some(check => check.isWatched === true),
    hasFailure:
      outputs.some(output => output.outcome !== 'held') ||
      specs.some(
        spec =>
          spec.severity === 'error' &&
          spec.checks.some(check => check.outcome !== 'held' && check.outcome !== 'skipped')
      )
  }
}

/** Whether the checks read any span of the system, and not only the trigger, its response, constants and variables. */
export function readsSystemSpans(checks: CompiledChecks): boolean {
  const isFixed = (selector: Parameters<typeof classifySelector>[0]): boolean =>
    classifySelector(selector, new Set()) === 'fixed'
  // Selectors inside of assertions count as well: `count(span)` under `:root` reads every span.
  const readsOthers = (node: Parameters<typeof walkNodes>[0]): boolean => {
    let reads = false
    walkNodes(node, inner => {
      if (inner.kind === 'selector' && !isFixed(inner)) reads = true
      if (inner.kind === 'of' && !isFixed({ ...inner, kind: 'selector', items: [inner.selector] }))
        reads = true
      if (inner.kind === 'reference' && STRUCTURE_KEYS.has(inner.name)) reads = true
    })
    return reads
  }
  return (
    checks.specs.some(spec => {
      if (spec.when && readsOthers(spec.when.node)) return true
      if (spec.kind === 'sequence') return true
      return !isFixed(spec.selector) || spec.assertions.some(assertion => readsOthers(assertion.node))
    }) ||
    checks.outputs.some(
      output => (output.selector !== undefined && !isFixed(output.selector)) || readsOthers(output.value)
    )
  )
}

/** Keys of the trigger span that depend on the spans below it. */
const STRUCTURE_KEYS: ReadonlySet<string> = new Set(['self_time'])

interface View {
  readonly scope: CheckScope
  readonly context: JudgeContext
}

/** As many spans as a report could make use of: those that speak for or against a check, one by one. */
const MOST_OBSERVED = 200
const MOST_VALUES = 100

function judgeSpec(spec: CompiledSpec, view: View): SpecResult {
  const { scope } = view
  const selected: Selected =
    spec.kind === 'selector'
      ? selectFor(spec.selector, scope)
      : { selector: undefined, row: rowOf(new Int32Array(0)) }
  const ids = spanIdsOf(selected, scope)
  const gate = openGate(spec, selected, view)
  const checks =
    spec.kind === 'selector'
      ? spec.assertions.map(assertion =>
          conclude(assertion, () => assess(assertion, selected, scope), gate, ids, view)
        )
      : assessSequence(spec, scope).map(({ assessment, ...facts }) =>
          conclude(facts, () => assessment, gate, [], view)
        )
  return {
    ...(spec.name === undefined ? {} : { name: spec.name }),
    selector: spec.text,
    location: spec.location,
    severity: spec.severity,
    selected: ids,
    checks: warnOfNothing(spec, selected, checks),
    ...(gate.kind === 'skip' ? { skipped: gate.reason } : {})
  }
}

function spanIdsOf({ row }: Selected, { trace }: CheckScope): readonly SpanId[] {
  const ids: SpanId[] = []
  if (!isUndetermined(row))
    eachOf(row, at => {
      ids.push(trace.index.trace.spans[at]!.spanId)
      return true
    })
  return ids
}

// When

/** What the `when` of a spec does to its checks. */
type Gate =
  | { readonly kind: 'open' }
  /** Met for now: what holds under it holds as long as it does. */
  | { readonly kind: 'met' }
  | { readonly kind: 'skip'; readonly reason: string; readonly isFinal: boolean }
  /** Nobody knows yet whether the spec applies. */
  | { readonly kind: 'undecided'; readonly assessment: Assessment }

function openGate(spec: CompiledSpec, selected: Selected, { scope, context }: View): Gate {
  const { when } = spec
  if (!when) return { kind: 'open' }
  const assessment = assess(when, selected, scope)
  const { outcome, isSettled } = assessment
  if (outcome === 'held') return isSettled ? { kind: 'open' } : { kind: 'met' }
  if (outcome === 'violated' && (isSettled || context.isComplete)) {
    return { kind: 'skip', reason: `\`when: ${when.text}\` does not hold`, isFinal: isSettled }
  }
  return { kind: 'undecided', assessment }
}

// Results

interface CheckName {
  readonly text: string
  readonly location: Location
}

/** The result of a check: what it came to on this trace, or that it is too early to say. */
function conclude(
  { text, location }: CheckName,
  assessCheck: () => Assessment,
  gate: Gate,
  spans: readonly SpanId[],
  { context }: View
): CheckResult {
  if (gate.kind === 'skip') {
    const { reason, isFinal } = gate
    return { text, location, warnings: [], isFinal, ...watched(!isFinal), outcome: 'skipped', reason }
  }
  const assessment = gate.kind === 'undecided' ? gate.assessment : assessCheck()
  // An undetermined `when` may still turn out violated, and then the check is skipped; but what a store loses stays lost.
  const isGateFinal =
    gate.kind === 'open' || (gate.kind === 'undecided' && assessment.reason?.code === 'lost')
  const isFinal = assessment.isFinal && isGateFinal
  const holds = assessment.outcome === 'held' && gate.kind !== 'undecided'
  const facts = { text, location, warnings: assessment.warnings, isFinal, ...watched(holds && !isFinal) }
  if (!isFinal && !context.isComplete)
    return { ...facts, outcome: 'undetermined', reason: openReason(context), observed: [] }
  switch (assessment.outcome) {
    case 'held':
      return {
        ...facts,
        outcome: 'held',
        spans,
        ...(spans.length <= MOST_VALUES ? { values: assessment.observed(MOST_VALUES) } : {})
      }
    case 'violated':
      return {
        ...facts,
        outcome: 'violated',
        anatomy: assessment.anatomy(),
        observed: assessment.observed(MOST_OBSERVED),
        ...unlistedOf(assessment),
        ...missesOf(assessment)
      }
    case 'undetermined':
      return {
        ...facts,
        outcome: 'undetermined',
        reason: assessment.reason ?? openReason(context),
        observed: assessment.observed(MOST_OBSERVED),
        ...unlistedOf(assessment)
      }
    case 'unmatched':
      return { ...facts, outcome: 'unmatched', nearest: assessment.nearest() }
  }
}

function unlistedOf({ offenders }: Assessment): { readonly unlisted?: number } {
  return offenders > MOST_OBSERVED ? { unlisted: offenders - MOST_OBSERVED } : {}
}

function missesOf(assessment: Assessment): { readonly nearest?: NearestMisses } {
  const nearest = assessment.nearest()
  return nearest.funnel.length + nearest.candidates.length > 0 ? { nearest } : {}
}

function watched(isWatched: boolean): { readonly isWatched?: true } {
  return isWatched ? { isWatched } : {}
}

function openReason({ holes }: JudgeContext): Reason {
  const [hole] = holes
  if (!hole) return { code: 'open', text: 'more spans may come, and could change it' }
  return { code: 'hole', text: hole.text, ...(hole.spanId === undefined ? {} : { spanId: hole.spanId }) }
}

function closedOutput(output: OutputResult, { context }: View): OutputResult {
  if (output.isFinal || context.isComplete) return output
  const { name, location, isFinal } = output
  return { name, location, isFinal, outcome: 'undetermined', reason: openReason(context) }
}

/** A check that held without reading the spans says nothing of a selector that chose none: that is said here. */
function warnOfNothing(
  spec: CompiledSpec,
  { row }: Selected,
  checks: readonly CheckResult[]
): readonly CheckResult[] {
  if (spec.kind === 'sequence' || isUndetermined(row) || rowSize(row) > 0) return checks
  if (spec.assertions.some(assertion => readsCount(assertion.node.condition))) return checks
  return checks.map(check =>
    check.outcome === 'held'
      ? { ...check, warnings: [...check.warnings, 'the selector of the spec chose no span'] }
      : check
  )
}
