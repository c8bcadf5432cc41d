import type {
  AggregateNode,
  ExpressionNode,
  KeyNode,
  ReferenceNode,
  RelationNode,
  SelectorNode,
  StringNode
} from '../language/ast.ts'
import type { Value } from '../language/values.ts'
import type { Response } from '../model/response.ts'
import type { Loss } from '../model/run-event.ts'
import type { CallMemo } from './calls.ts'
import type { KeyReader } from './lookup.ts'
import type { PrefixSums } from './prefix.ts'
import type { Row } from './row.ts'
import type { ScopedSelection } from './scoped-rows.ts'
import type { SelectContext } from './select.ts'
import type { TraceIndex } from './trace-index.ts'
import { type Evaluated, type Judged, type Undetermined, undetermined } from './truth.ts'

/** What a response, variables and functions give: all that an expression may read without a trace. */
export interface Surroundings {
  readonly variables: ReadonlyMap<string, Value | Undetermined>
  readonly response?: Response | undefined
  readonly responseDurationNanos?: bigint | undefined
  readonly calls: CallMemo
  readonly maskedText?: string | undefined
}

/**
 * One judgement's view of a trace, with all that is worked out once and read again. What is known of a node is known of its
 * place in the test: no node stands in two.
 */
export interface TraceScope extends Surroundings {
  readonly index: TraceIndex
  readonly select: SelectContext
  readonly losses: ReadonlySet<Loss>
  /** What a string says with its interpolations replaced. */
  resolve(node: StringNode): string | Undetermined
  /** Why a key must not be relied on, where its values were hidden. */
  hiddenKey(key: KeyNode): Undetermined | undefined
  /** Rows that are the same whatever the span under test. */
  readonly rows: Map<SelectorNode, Row | Undetermined>
  /** Selections from `:scope`, by selector. */
  readonly scoped: Map<SelectorNode, ScopedSelection>
  /** Values that are the same for every span: aggregates and `of` over sets that do not depend on it. */
  readonly shared: Map<ExpressionNode, Evaluated>
  /** References, ready to be read. */
  readonly readers: Map<ReferenceNode, KeyReader>
  /** Relations to sets that are the same whatever the span under test. */
  readonly relations: Map<RelationNode, RelationTest | Undetermined>
  /** Sums over rows from `:scope`; undefined where they cannot be prepared. */
  readonly prefixes: Map<AggregateNode, PrefixSums | undefined>
  /** Work that grows with the square of a trace is done only as far as this goes. */
  readonly budget: { steps: number }
}

/** Relates one span to a set of spans. */
export type RelationTest = (at: number) => Judged

/** Where in the trace an expression is evaluated. Absent parts cannot be read there. */
export interface Focus {
  /** The span under test. */
  readonly at?: number
  /** What the selector of the spec chose. */
  readonly selected?: Row
  /** The event or link that `event:` and `link:` read; without them all are read together. */
  readonly event?: number
  readonly link?: number
  /** Moments are taken as they are, since it is known that what their clocks differ by changes nothing. */
  readonly ignoresClocks?: true
}

/** Steps of work that one judgement may spend on what no index answers. */
export const BUDGET_STEPS = 5_000_000

/** Takes steps off the budget; says so where it is used up. */
export function spend(scope: TraceScope, steps: number): Undetermined | undefined {
  scope.budget.steps -= steps
  if (scope.budget.steps >= 0) return undefined
  return undetermined('limit', () => ({
    text: 'the trace is too large for this check: narrow its selectors'
  }))
}
