import type { CompiledChecks } from '../language/check.ts'
import type { Trace } from '../model/trace.ts'
import type { OutputResult, SpecResult } from '../model/verdict.ts'
import type { JudgeContext } from './context.ts'

export type { JudgeContext } from './context.ts'

/** What a trace showed of the checks of a test, and whether more spans could change it. */
export interface Judgement {
  readonly specs: readonly SpecResult[]
  readonly outputs: readonly OutputResult[]
  /** Every check and output is final. */
  readonly isFinal: boolean
  /** The strongest demand of a check that holds without being final; `none` where no check makes one. */
  readonly watch: 'none' | 'order' | 'bound'
  /** A check of severity error, or an output, did not hold. */
  readonly hasFailure: boolean
}

/** Judges a trace, whole or still arriving. Pure: the same trace gives the same judgement, whatever came first. */
export function judge(checks: CompiledChecks, trace: Trace, context: JudgeContext): Judgement {
  throw new Error(`not yet: ${checks.specs.length} ${trace.spans.length} ${context.isComplete}`)
}

/** Whether the checks read any span of the system, and not only the trigger, its response, constants and variables. */
export function readsSystemSpans(checks: CompiledChecks): boolean {
  return checks.specs.length > 0
}
