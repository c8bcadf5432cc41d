/** What the `json` reporter writes: one document a run. Keys may be added within a schema version. */
export interface JsonReport {
  readonly schemaVersion: 1
  readonly outcome: 'passed' | 'failed' | 'errored' | 'interrupted'
  readonly exitCode: 0 | 1 | 2 | 3 | 70 | 130
  /** Which part of the chosen tests this is. */
  readonly shard?: JsonShard
  readonly summary: JsonSummary
  /** About the run as a whole. */
  readonly warnings: readonly string[]
  readonly tests: readonly JsonTest[]
  /** Of tests that were run several times (`--repeat`). */
  readonly repeated?: readonly JsonRepeated[]
}

export interface JsonShard {
  readonly index: number
  readonly count: number
}

export interface JsonSummary {
  /** At the first attempt. */
  readonly passed: number
  /** At a later attempt. */
  readonly flaky: number
  readonly failed: number
  readonly errored: number
  readonly skipped: number
  readonly durationMs: number
}

/** Figures over the repetitions of one test. */
export interface JsonRepeated {
  readonly id: string
  readonly name: string
  readonly runs: number
  readonly passed: number
  readonly flaky: number
  readonly failed: number
  readonly errored: number
  readonly skipped: number
  readonly durationMs?: JsonSpread
  /** From the answer to the verdict. */
  readonly verdictMs?: JsonSpread
}

export interface JsonSpread {
  readonly min: number
  readonly median: number
  readonly max: number
}

export interface JsonTest {
  readonly id: string
  readonly name: string
  readonly file: string
  readonly line: number
  readonly tags: readonly string[]
  /** Which step of which suite it is. */
  readonly suite?: JsonSuiteStep
  readonly repetition?: JsonRepetition
  readonly outcome: 'passed' | 'flaky' | 'failed' | 'errored' | 'skipped'
  /** Why it was skipped. */
  readonly reason?: string
  readonly attempt: number
  /** The attempts before this one, none of which passed. */
  readonly earlierAttempts?: readonly JsonTest[]
  readonly startedAt: string
  readonly durationMs: number
  readonly traceId?: string
  readonly traceUrl?: string
  readonly joinedTraceIds?: readonly string[]
  readonly spanCount?: number
  readonly error?: JsonError
  readonly warnings: readonly string[]
  readonly response?: JsonResponse
  readonly completeness: JsonCompleteness
  readonly outputs: readonly JsonOutput[]
  readonly specs: readonly JsonSpec[]
  /** Only of a saved run: the file beside the report that holds its trace. */
  readonly saved?: string
}

export interface JsonSuiteStep {
  readonly id: string
  readonly name: string
  readonly step: number
  readonly steps: number
}

export interface JsonRepetition {
  /** The id that the test has where it is run once. */
  readonly test: string
  readonly number: number
  readonly of: number
}

export interface JsonError {
  readonly code: string
  readonly message: string
  readonly hint?: string
}

export interface JsonResponse {
  readonly status?: number
  readonly statusText?: string
  readonly durationMs?: number
}

/** On what ground waiting for the trace ended, and what is known to be missing. */
export interface JsonCompleteness {
  readonly ground?: string
  readonly text?: string
  readonly waitedMs?: number
  readonly settledMs?: number
  readonly watchedMs?: number
  readonly reliedOn?: JsonReliance
  readonly holes: readonly JsonHole[]
  readonly losses: readonly string[]
}

/** What waiting took for granted, and what it saw. */
export interface JsonReliance {
  readonly flushMs: number
  readonly flush: 'declared' | 'learned' | 'default'
  readonly lagMs: number
  readonly lag: 'declared' | 'backend' | 'unknown'
  readonly marginMs: number
  readonly deadlineMs: number
  readonly looks: number
  readonly lateSpans: number
}

/** Something that is known to be missing from the trace. */
export interface JsonHole {
  readonly kind: string
  readonly spanId?: string
  readonly text: string
}

export interface JsonOutput {
  readonly name: string
  readonly line: number
  readonly column: number
  readonly outcome: 'held' | 'undetermined' | 'unmatched'
  readonly value?: unknown
  readonly text?: string
  readonly spanId?: string
  readonly reason?: JsonReason
}

export interface JsonSpec {
  readonly name?: string
  readonly selector: string
  readonly line: number
  readonly severity: 'error' | 'warning'
  readonly outcome: 'passed' | 'failed' | 'skipped'
  readonly reason?: string
  readonly selectedCount: number
  /** Only of a spec that failed; it may list fewer. */
  readonly selected?: readonly string[]
  readonly assertions: readonly JsonAssertion[]
}

export interface JsonAssertion {
  readonly text: string
  readonly line: number
  readonly column: number
  readonly outcome: 'held' | 'violated' | 'undetermined' | 'unmatched' | 'skipped'
  readonly isFinal: boolean
  readonly reason?: JsonReason
  readonly anatomy?: readonly { readonly text: string; readonly value: string }[]
  readonly warnings: readonly string[]
  /** Spans concerned; `spans` may list fewer. */
  readonly spanCount: number
  readonly spans: readonly JsonSpan[]
}

export interface JsonSpan {
  readonly spanId?: string
  readonly traceId?: string
  readonly service?: string
  readonly name?: string
  readonly holds?: boolean
  readonly expected?: string
  readonly actual?: string
  readonly reason?: JsonReason
}

export interface JsonReason {
  readonly code: string
  readonly text: string
  readonly spanId?: string
  readonly nearest?: string
  readonly funnel?: readonly string[]
  readonly candidates?: readonly JsonCandidate[]
}

/** What a selector may have meant, and why it was not selected. */
export interface JsonCandidate {
  readonly spanId?: string
  readonly text: string
}
