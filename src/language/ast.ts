/** Every node keeps the half-open range of the text it was parsed from. */
export interface NodeRange {
  readonly start: number
  readonly end: number
}

// Selectors

/** A union of complex selectors. An empty text is one that selects every span. */
export interface SelectorNode extends NodeRange {
  readonly kind: 'selector'
  readonly items: readonly ComplexNode[]
}

export type Combinator = 'descendant' | 'child' | 'sibling'

export interface StepNode extends NodeRange {
  readonly kind: 'step'
  /** How this compound relates to the one before it; absent on the first, unless `:has(> …)` put it there. */
  readonly combinator?: Combinator
  readonly compound: CompoundNode
}

export interface ComplexNode extends NodeRange {
  readonly kind: 'complex'
  readonly steps: readonly StepNode[]
}

export interface CompoundNode extends NodeRange {
  readonly kind: 'compound'
  /** All must hold; absent for `span` and `span[]`. */
  readonly filter?: FilterNode
  readonly pseudos: readonly PseudoNode[]
}

export type Ordering = '=' | '!=' | '<' | '<=' | '>' | '>='

export type PseudoNode = NodeRange & { readonly kind: 'pseudo' } & (
    | { readonly name: 'first' | 'last' | 'root' | 'leaf' | 'entry' | 'error' | 'orphan' | 'scope' }
    | { readonly name: 'nth_child'; readonly index: bigint }
    | { readonly name: 'depth' | 'children'; readonly operator: Ordering; readonly count: bigint }
    | { readonly name: 'has'; readonly selector: ComplexNode }
    | { readonly name: 'not'; readonly selector: SelectorNode }
  )

export type FilterNode = AndFilterNode | OrFilterNode | NotFilterNode | ExistsFilterNode | CompareFilterNode

export interface AndFilterNode extends NodeRange {
  readonly kind: 'and-filter'
  readonly filters: readonly FilterNode[]
}
export interface OrFilterNode extends NodeRange {
  readonly kind: 'or-filter'
  readonly filters: readonly FilterNode[]
}
export interface NotFilterNode extends NodeRange {
  readonly kind: 'not-filter'
  readonly filter: FilterNode
}
/** A bare key, `key exists`, `key not-exists`. */
export interface ExistsFilterNode extends NodeRange {
  readonly kind: 'exists-filter'
  readonly key: KeyNode
  readonly negated: boolean
}
export interface CompareFilterNode extends NodeRange {
  readonly kind: 'compare-filter'
  readonly key: KeyNode
  readonly operator: ComparisonOperator | 'in' | 'not in'
  readonly value: FilterValueNode
}

export type Namespace = 'attr' | 'resource' | 'scope' | 'event' | 'link' | 'parent'

export interface KeyNode extends NodeRange {
  readonly kind: 'key'
  readonly namespace?: Namespace
  readonly name: string
}

export type ComparisonOperator =
  | Ordering
  | 'contains'
  | 'not-contains'
  | 'starts-with'
  | 'ends-with'
  | 'matches'
  | 'json-contains'

export type FilterValueNode = LiteralNode | StringNode | ListNode | IntervalNode

/** `["a", 1]` on the right of `in`. */
export interface ListNode extends NodeRange {
  readonly kind: 'list'
  readonly items: readonly (LiteralNode | StringNode)[]
}

/** `200..299` on the right of `in`: both ends belong to it. */
export interface IntervalNode extends NodeRange {
  readonly kind: 'interval'
  readonly low: LiteralNode
  readonly high: LiteralNode
}

// Literals

export type LiteralNode = NumberNode | DurationNode | BooleanNode | NullNode

/** `bigint` where it was written as an integer. */
export interface NumberNode extends NodeRange {
  readonly kind: 'number'
  readonly value: bigint | number
}

export type DurationUnit = 'ns' | 'us' | 'ms' | 's' | 'm' | 'h'

export interface DurationNode extends NodeRange {
  readonly kind: 'duration'
  /** Truncated to whole nanoseconds. */
  readonly nanos: bigint
  readonly unit: DurationUnit
  /** Digits written after the point: how finely an equality is meant. */
  readonly decimals: number
  /** As written, without the space: `1.50ms`. */
  readonly text: string
}
export interface BooleanNode extends NodeRange {
  readonly kind: 'boolean'
  readonly value: boolean
}
export interface NullNode extends NodeRange {
  readonly kind: 'null'
}

/**
 * A quoted text; more than one part, or a part that is an expression, where it holds `${…}`. Literal parts are never
 * empty and never adjoin: `""` has no part.
 */
export interface StringNode extends NodeRange {
  readonly kind: 'string'
  readonly parts: readonly TemplatePart[]
}

/** Literal text, or an expression whose value is put in its place. */
export type TemplatePart = string | ExpressionNode

/** URLs, headers, bodies: text with `${…}`, nothing else interpreted. */
export interface TemplateNode extends NodeRange {
  readonly kind: 'template'
  readonly parts: readonly TemplatePart[]
}

// Assertions

export interface AssertionNode extends NodeRange {
  readonly kind: 'assertion'
  readonly quantifier: QuantifierNode
  readonly condition: ConditionNode
}

export type QuantifierNode = NodeRange & { readonly kind: 'quantifier' } & (
    | { readonly name: 'every' | 'some' | 'none' /** False for the default. */; readonly isWritten: boolean }
    | {
        readonly name: 'exactly' | 'at-least' | 'at-most'
        readonly count: bigint
        readonly isWritten: boolean
      }
  )

export type ConditionNode =
  | OrNode
  | AndNode
  | NotNode
  | ComparisonNode
  | ExistsNode
  | MembershipNode
  | TypeTestNode
  | RelationNode
  | BooleanNode

export interface OrNode extends NodeRange {
  readonly kind: 'or'
  readonly conditions: readonly ConditionNode[]
}
export interface AndNode extends NodeRange {
  readonly kind: 'and'
  readonly conditions: readonly ConditionNode[]
}
export interface NotNode extends NodeRange {
  readonly kind: 'not'
  readonly condition: ConditionNode
}
export interface ComparisonNode extends NodeRange {
  readonly kind: 'comparison'
  readonly operator: ComparisonOperator
  readonly left: ExpressionNode
  readonly right: ExpressionNode
}
export interface ExistsNode extends NodeRange {
  readonly kind: 'exists'
  readonly expression: ExpressionNode
  readonly negated: boolean
}
/** `in` and `not in`. */
export interface MembershipNode extends NodeRange {
  readonly kind: 'membership'
  readonly expression: ExpressionNode
  readonly set: ExpressionNode | IntervalNode
  readonly negated: boolean
}

export type TypeName = 'string' | 'number' | 'duration' | 'boolean' | 'array' | 'map' | 'null' | 'json'

export interface TypeTestNode extends NodeRange {
  readonly kind: 'type-test'
  readonly expression: ExpressionNode
  readonly type: TypeName
  readonly negated: boolean
}

export type RelationName =
  | 'before'
  | 'after'
  | 'starts-before'
  | 'starts-after'
  | 'during'
  | 'overlaps'
  | 'child-of'
  | 'descendant-of'

/** The span under test, related to the spans that a selector chooses. */
export interface RelationNode extends NodeRange {
  readonly kind: 'relation'
  readonly name: RelationName
  readonly selector: SelectorNode
}

// Expressions

export type ExpressionNode =
  | LiteralNode
  | StringNode
  | ReferenceNode
  | ResponseNode
  | VariableNode
  | CallNode
  | AggregateNode
  | ArrayNode
  | OfNode
  | PipeNode
  | BinaryNode
  | NegationNode

export interface ReferenceNode extends NodeRange {
  readonly kind: 'reference'
  readonly namespace: Namespace
  readonly name: string
}

export interface ResponseNode extends NodeRange {
  readonly kind: 'response'
  readonly part: 'status' | 'body' | 'duration' | 'header' | 'trailer' | 'messages' | 'stderr'
  /** Of the header or trailer, lower case. */
  readonly name?: string
}

/** `var:NAME`, and `env:NAME`, which means the same. */
export interface VariableNode extends NodeRange {
  readonly kind: 'variable'
  readonly name: string
}

/** One of the functions of `functions.ts`; evaluated once a test. */
export interface CallNode extends NodeRange {
  readonly kind: 'call'
  readonly name: string
  readonly args: readonly ExpressionNode[]
}

export type AggregateName =
  | 'count'
  | 'sum'
  | 'avg'
  | 'min'
  | 'max'
  | 'p50'
  | 'p90'
  | 'p95'
  | 'p99'
  | 'distinct'

export interface AggregateNode extends NodeRange {
  readonly kind: 'aggregate'
  readonly name: AggregateName
  /** Absent for `count`. */
  readonly expression?: ExpressionNode
  /** The spans it ranges over; absent for those that the spec selected. */
  readonly selector?: SelectorNode
}

export interface ArrayNode extends NodeRange {
  readonly kind: 'array'
  readonly items: readonly ExpressionNode[]
}

/** `attr:x of span[…]`: read from the one span that the selector must choose. */
export interface OfNode extends NodeRange {
  readonly kind: 'of'
  readonly expression: ExpressionNode
  readonly selector: ComplexNode
}

export interface PipeNode extends NodeRange {
  readonly kind: 'pipe'
  readonly input: ExpressionNode
  readonly filter: string
  readonly args: readonly ExpressionNode[]
}

export interface BinaryNode extends NodeRange {
  readonly kind: 'binary'
  readonly operator: '+' | '-' | '*' | '/' | '%'
  readonly left: ExpressionNode
  readonly right: ExpressionNode
}

export interface NegationNode extends NodeRange {
  readonly kind: 'negation'
  readonly operand: ExpressionNode
}

/** Every node that a traversal meets. */
export type SyntaxNode =
  | SelectorNode
  | ComplexNode
  | StepNode
  | CompoundNode
  | PseudoNode
  | FilterNode
  | KeyNode
  | ListNode
  | IntervalNode
  | TemplateNode
  | AssertionNode
  | QuantifierNode
  | ConditionNode
  | ExpressionNode
