import type { Severity } from '../errors/diagnostic.ts'
import type { Location } from '../source/source-text.ts'
import type { AssertionNode, ExpressionNode, SelectorNode } from './ast.ts'

/** An assertion, ready to be judged any number of times. */
export interface CompiledAssertion {
  readonly node: AssertionNode
  /** Canonical print. */
  readonly text: string
  readonly location: Location
}

interface SpecFacts {
  readonly name?: string
  readonly location: Location
  readonly severity: Severity
  /** Not met: the spec is skipped. */
  readonly when?: CompiledAssertion
}

export interface SelectorSpec extends SpecFacts {
  readonly kind: 'selector'
  readonly selector: SelectorNode
  /** Canonical print. */
  readonly text: string
  readonly assertions: readonly CompiledAssertion[]
}

/** Each step lies before the next: wholly, or by starts alone. */
export interface SequenceSpec extends SpecFacts {
  readonly kind: 'sequence'
  readonly by: 'end' | 'start'
  readonly steps: readonly {
    readonly selector: SelectorNode
    readonly text: string
    readonly location: Location
  }[]
  readonly text: string
}

export type CompiledSpec = SelectorSpec | SequenceSpec

/** A value taken from the first selected span, or a list of those of all, under a name. */
export interface CompiledOutput {
  readonly name: string
  readonly location: Location
  /** Absent: the trigger span. */
  readonly selector?: SelectorNode
  readonly value: ExpressionNode
  readonly isList: boolean
}

/** Everything about a test that the trace decides. */
export interface CompiledChecks {
  readonly specs: readonly CompiledSpec[]
  readonly outputs: readonly CompiledOutput[]
}
