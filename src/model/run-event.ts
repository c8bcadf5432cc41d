import type { ExitCode } from '../errors/exit-code.ts'
import type { Location } from '../source/source-text.ts'
import type { TraceId } from './ids.ts'
import type { Response } from './response.ts'
import type { Trace } from './trace.ts'
import type { VariableText } from './variable.ts'
import type { Ground, Hole, TestOutcome, Verdict } from './verdict.ts'

/** Grows when an event changes its meaning; additions do not count. */
export const EVENT_SCHEMA_VERSION = 1

/**
 * What a backend loses of every trace; a check that reads it is undetermined.
 *
 * - `links`, `events`, `scope`: all of them, or some; `scope` is name, version and attributes
 * - `event-attributes`, `scope-attributes`: their attributes alone
 * - `resource`: which attributes are of the resource, the scope and the span
 * - `precision`: nanoseconds of a microsecond
 * - `case`: letter case of names of spans and services
 * - `types`: that a value was no text
 * - `nested-types`: that a value was an array, a map, bytes or empty, and no text
 * - `kind`: `unspecified` comes as `internal`
 * - `flags`: whether a parent is remote
 * - `dropped-counts`: how many attributes, events and links the SDK dropped
 */
export type Loss =
  | 'links'
  | 'events'
  | 'event-attributes'
  | 'scope'
  | 'scope-attributes'
  | 'resource'
  | 'precision'
  | 'case'
  | 'types'
  | 'nested-types'
  | 'kind'
  | 'flags'
  | 'dropped-counts'

/** Which step of which suite a test is. */
export interface SuiteStep {
  readonly id: string
  readonly name: string
  /** From 1. */
  readonly step: number
  readonly steps: number
}

/** Which of several runs of the same test it is (`--repeat`). */
export interface Repetition {
  /** The id that the test has where it is run once. */
  readonly test: string
  /** From 1. */
  readonly number: number
  readonly of: number
}

/** One test, run once, and all that a report or a later judgement needs to know of it. */
export interface TestReport {
  /** Stable within a run: names the test's saved files too. */
  readonly id: string
  readonly name: string
  readonly location: Location
  readonly tags: readonly string[]
  readonly suite?: SuiteStep
  readonly repetition?: Repetition
  /** From 1; above it, the test was tried again. */
  readonly attempt: number
  /** The attempts before this one, none of which passed; without their traces. */
  readonly earlier?: readonly TestReport[]
  readonly verdict: Verdict
  readonly warnings: readonly string[]
  /** Those of the warnings that are about this run, not about what its files say. */
  readonly runWarnings: readonly string[]
  readonly startedUnixNano: bigint
  readonly durationMs: number
  readonly traceId?: TraceId
  readonly traceUrl?: string
  /** Comes with the events alone: the report of a run holds none. */
  readonly trace?: Trace
  readonly response?: Response
  readonly responseDurationNanos?: bigint
  /** Variables that the test read, generated values among them. */
  readonly variables: ReadonlyMap<string, VariableText>
  /** What random functions gave, by call, so that a later judgement sees the same values. */
  readonly generated?: ReadonlyMap<string, string>
  readonly ground?: Ground
  readonly holes: readonly Hole[]
  readonly losses: readonly Loss[]
}

export interface RunSummary {
  /** At the first attempt. */
  readonly passed: number
  /** At a later attempt. */
  readonly flaky: number
  readonly failed: number
  readonly errored: number
  readonly skipped: number
  readonly durationMs: number
}

/** Which part of the chosen tests a run was given (`--shard`). */
export interface Shard {
  /** From 1. */
  readonly index: number
  readonly count: number
}

export interface RunReport {
  readonly outcome: 'passed' | 'failed' | 'errored' | 'interrupted'
  readonly summary: RunSummary
  readonly tests: readonly TestReport[]
  readonly exitCode: ExitCode
  readonly shard?: Shard
  /** About the run as a whole: what its backends want to be known. */
  readonly warnings?: readonly string[]
}

/** What a run tells its reporters, in order. */
export type RunEvent =
  | { readonly type: 'run-started'; readonly schemaVersion: number; readonly tests: number }
  | {
      readonly type: 'test-started'
      readonly id: string
      readonly name: string
      readonly suite?: SuiteStep
      readonly repetition?: Repetition
      readonly attempt: number
    }
  | {
      readonly type: 'test-progressed'
      readonly id: string
      readonly phase: 'triggering' | 'waiting' | 'watching'
      readonly spans: number
    }
  /** An attempt did not pass, and another follows. */
  | { readonly type: 'test-retried'; readonly report: TestReport }
  | { readonly type: 'test-finished'; readonly report: TestReport }
  /** A span that came after the test had ended changed its verdict. */
  | {
      readonly type: 'test-revised'
      readonly report: TestReport
      readonly before: TestOutcome
      readonly lateMs: number
    }
  /** Spans came after the test had ended; its verdict stands. */
  | { readonly type: 'trace-grown'; readonly report: TestReport }
  /** What became known after a test had ended is a warning of it; its verdict stands. */
  | { readonly type: 'test-warned'; readonly report: TestReport; readonly warning: string }
  | { readonly type: 'run-finished'; readonly report: RunReport }
