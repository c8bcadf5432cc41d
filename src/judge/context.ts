import type { Response } from '../model/response.ts'
import type { Loss } from '../model/run-event.ts'
import type { VariableText } from '../model/variable.ts'
import type { Hole } from '../model/verdict.ts'
import type { CallMemo } from './calls.ts'

/** All that a judgement depends on, beside the checks and the trace. */
export interface JudgeContext {
  readonly variables: ReadonlyMap<string, VariableText>
  readonly response?: Response
  readonly responseDurationNanos?: bigint
  /** Everything that belongs to the trace is here. If not, whatever is not final is undetermined. */
  readonly isComplete: boolean
  /** Spans may still change after they were seen, so that no early verdict is to be trusted. */
  readonly mayRevise: boolean
  /** What the backend loses of every trace; a check that reads it is undetermined. */
  readonly losses: readonly Loss[]
  /** What is known to be missing: the reason given for checks that stay open. */
  readonly holes: readonly Hole[]
  readonly calls: CallMemo
  /** Stands in a saved run where a secret stood: a check that reads a value with it is undetermined. */
  readonly maskedText?: string
}
