import type { Severity } from '../errors/diagnostic.ts'
import type { TracerunError } from '../errors/errors.ts'
import type { Location } from '../source/source-text.ts'
import type { AttributeValue } from './attributes.ts'
import type { SpanId } from './ids.ts'

/** On what ground waiting for a trace ended. Only the first four mean that the trace is complete. */
export type GroundKind =
  | 'structural'
  | 'quiet'
  | 'stated'
  | 'answer'
  | 'asserted'
  | 'truncated'
  | 'incomplete'
  | 'timeout'
  | 'interrupted'

export interface Ground {
  readonly kind: GroundKind
  /** How long after the answer waiting ended. */
  readonly waitedMs: number
  /** From the end of the last span to the moment at which the trace counted as complete. */
  readonly settledMs?: number
  /** How much longer a complete trace was observed for what would speak against its checks; 0 where the user asked for none. */
  readonly watchedMs?: number
  /** What a complete trace may lack all the same, in words: each check that relies on it warns of that. */
  readonly doubts?: readonly string[]
  /** What had come might still change, so that nothing of it was final. */
  readonly mayRevise?: true
  /** What was relied on, where a trace was waited for. */
  readonly reliedOn?: Reliance
  /** The sentence for the report. */
  readonly text: string
}

/** What waiting took for granted, and what it saw. */
export interface Reliance {
  /** How long a process of the system may keep a span, and who says so. */
  readonly flushMs: number
  readonly flush: 'declared' | 'learned' | 'default'
  /** From accepting a span to showing it, tail sampling included, and who says so. */
  readonly lagMs: number
  readonly lag: 'declared' | 'backend' | 'unknown'
  readonly marginMs: number
  readonly deadlineMs: number
  /** How often the backend was asked until waiting ended. */
  readonly looks: number
  /** Spans that came later than a declared delay allows. */
  readonly lateSpans: number
}

/** Whether everything that belongs to the trace can be taken to be here. */
export function isComplete(ground: Ground): boolean {
  switch (ground.kind) {
    case 'structural':
    case 'quiet':
    case 'stated':
    case 'answer':
      return true
    case 'asserted':
    case 'truncated':
    case 'incomplete':
    case 'timeout':
    case 'interrupted':
      return false
  }
}

/** Something that is known to be missing from the trace. */
export interface Hole {
  readonly kind: 'orphan' | 'unfinished' | 'missing-callee' | 'missing-consumer' | 'late-span' | 'dropped'
  /** The span that shows it. */
  readonly spanId?: SpanId
  readonly text: string
}

/** Why a check could not be decided. */
export interface Reason {
  readonly code:
    | 'missing'
    | 'type'
    | 'filter'
    | 'division-by-zero'
    | 'empty-relation'
    | 'not-one-span'
    | 'clock-skew'
    | 'lost'
    | 'dropped'
    | 'hole'
    | 'open'
    | 'renamed'
    | 'masked'
    | 'variable'
    | 'limit'
  readonly text: string
  /** The span on which it happened, where there is one. */
  readonly spanId?: SpanId
  /** The nearest thing that is there: a key, a name. */
  readonly nearest?: string
}

/** One candidate for what a selector may have meant, and why it was not selected. */
export interface NearMiss {
  readonly spanId?: SpanId
  readonly text: string
}

/** How a selector narrowed the trace down to nothing, and what came nearest. */
export interface NearestMisses {
  /** A line a step: `41 spans with service.name "cart"`. */
  readonly funnel: readonly string[]
  /** Best first. The first names the likely cause. */
  readonly candidates: readonly NearMiss[]
}

/** The value of a sub-expression of a failed assertion. */
export interface AnatomyPart {
  readonly text: string
  readonly value: string
  /** It is all of one side of the assertion, so that it is shown as what was expected or as what is there. */
  readonly isSide?: true
  /** Of a condition within a condition. */
  readonly truth?: boolean | 'undetermined'
}

/** What a failed assertion evaluated to, for reading. */
export interface Anatomy {
  readonly parts: readonly AnatomyPart[]
}

/** One span as a failed or undetermined assertion saw it; absent values were missing. */
export interface Observation {
  /** Absent for a set-level assertion. */
  readonly spanId?: SpanId
  readonly holds: boolean | undefined
  readonly expected?: string
  readonly actual?: string
  readonly reason?: Reason
}

interface CheckFacts {
  /** As understood: the canonical print of the assertion. */
  readonly text: string
  readonly location: Location
  readonly warnings: readonly string[]
  /** Nothing that can still arrive would change it. */
  readonly isFinal: boolean
  /** Holds without being final: it relies on nothing more coming, and so is watched for a while. */
  readonly isWatched?: true
}

export type CheckResult = CheckFacts &
  (
    | {
        readonly outcome: 'held'
        readonly spans: readonly SpanId[]
        readonly values?: readonly Observation[]
      }
    | {
        readonly outcome: 'violated'
        readonly anatomy: Anatomy
        readonly observed: readonly Observation[]
        /** How many more spans speak against it than are listed. */
        readonly unlisted?: number
        /** Of a count that is wrong because nothing was selected. */
        readonly nearest?: NearestMisses
      }
    | {
        readonly outcome: 'undetermined'
        readonly reason: Reason
        readonly observed: readonly Observation[]
        readonly unlisted?: number
      }
    | { readonly outcome: 'unmatched'; readonly nearest: NearestMisses }
    | { readonly outcome: 'skipped'; readonly reason: string }
  )

export interface SpecResult {
  readonly name?: string
  /** As understood: the canonical print of the selector, or of the sequence. */
  readonly selector: string
  readonly location: Location
  readonly severity: Severity
  /** In trace order; empty for a sequence and where nothing matched. */
  readonly selected: readonly SpanId[]
  readonly checks: readonly CheckResult[]
  /** Set where `when` did not hold. */
  readonly skipped?: string
}

export type OutputResult = {
  readonly name: string
  readonly location: Location
  readonly isFinal: boolean
} & (
  | {
      readonly outcome: 'held'
      readonly value: AttributeValue
      readonly text: string
      /** Of a list: the texts of its entries, in trace order. */
      readonly items?: readonly string[]
      readonly spanId?: SpanId
    }
  | { readonly outcome: 'undetermined'; readonly reason: Reason }
  | { readonly outcome: 'unmatched'; readonly nearest: NearestMisses }
)

/** What the trace showed. A failing assertion is a verdict, not an error. */
export type Verdict =
  | {
      readonly outcome: 'passed' | 'failed'
      readonly specs: readonly SpecResult[]
      readonly outputs: readonly OutputResult[]
    }
  | {
      readonly outcome: 'errored'
      readonly error: TracerunError
      readonly specs: readonly SpecResult[]
      readonly outputs: readonly OutputResult[]
    }
  | { readonly outcome: 'skipped'; readonly reason: string }

export type TestOutcome = Verdict['outcome']
