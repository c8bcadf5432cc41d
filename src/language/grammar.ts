import type { IRecognitionException, IToken, ParserMethod } from 'chevrotain'
import { EOF } from 'chevrotain'
import type { Problem } from '../errors/diagnostic.ts'
import type {
  AssertionNode,
  ComparisonOperator,
  ConditionNode,
  ExpressionNode,
  IntervalNode,
  QuantifierNode,
  RelationName,
  SelectorNode
} from './ast.ts'
import { ExpressionGrammar } from './expression-grammar.ts'
import { is, type PendingString } from './grammar-base.ts'
import { numberNode } from './literals.ts'
import {
  boundOf,
  comparisonOf,
  joinedConditions,
  negatedCondition,
  type Operand,
  typeNameOf
} from './operands.ts'
import * as t from './tokens.ts'

export interface EntryNodes {
  readonly selector: SelectorNode
  readonly assertion: AssertionNode
  readonly expression: ExpressionNode
}

/** What one pass over a row of tokens gave. */
export interface Reading<Node> {
  /** Of no use where there are errors. */
  readonly node: Node
  readonly errors: readonly IRecognitionException[]
  readonly problems: readonly Problem[]
  readonly pending: readonly PendingString[]
}

/** The whole grammar: one ladder for conditions and expressions, with a kind check, since both may open with `(`. */
export class Grammar extends ExpressionGrammar {
  constructor(options: { validate: boolean }) {
    super(options)
    if (options.validate) this.performSelfAnalysis()
    else this.takeDecisions()
  }

  /** Reads tokens from the text that starts at `offset` of what the user wrote. */
  read<Entry extends keyof EntryNodes>(
    entry: Entry,
    tokens: IToken[],
    offset: number
  ): Reading<EntryNodes[Entry]> {
    this.input = tokens
    this.offset = offset
    this.problems = []
    this.pending = []
    const entries: { readonly [Name in keyof EntryNodes]: () => EntryNodes[Name] } = {
      selector: this.selectorEntry,
      assertion: this.assertionEntry,
      expression: this.expressionEntry
    }
    const node = entries[entry].call(this)
    return { node, errors: this.errors, problems: this.problems, pending: this.pending }
  }

  private readonly selectorEntry = this.RULE('selectorEntry', (): SelectorNode => {
    let selector: SelectorNode = { kind: 'selector', items: [], start: this.offset, end: this.offset }
    this.OPTION(() => {
      // Tracetest takes a leading comma.
      this.OPTION2(() => this.CONSUME(t.Comma))
      selector = this.SUBRULE(this.selector)
    })
    this.CONSUME(EOF)
    return selector
  })

  private readonly assertionEntry = this.RULE('assertionEntry', (): AssertionNode => {
    const first = this.LA(1)
    let quantifier: QuantifierNode = {
      kind: 'quantifier',
      name: 'every',
      isWritten: false,
      start: this.offset + first.startOffset,
      end: this.offset + first.startOffset
    }
    this.OPTION(() => {
      quantifier = this.SUBRULE(this.quantifier)
    })
    const operand = this.SUBRULE(this.anyOf)
    const range = this.rangeFrom(first)
    this.CONSUME(EOF)
    return { kind: 'assertion', quantifier, condition: this.ACTION(() => this.condition(operand)), ...range }
  })

  private readonly expressionEntry = this.RULE('expressionEntry', (): ExpressionNode => {
    const operand = this.SUBRULE(this.pipe, { ARGS: [false] })
    this.CONSUME(EOF)
    return this.ACTION(() => this.expression(operand))
  })

  private readonly quantifier = this.RULE('quantifier', (): QuantifierNode => {
    const first = this.LA(1)
    return this.OR<QuantifierNode>([
      {
        ALT: () => {
          const name = this.CONSUME(t.Quantifier).image as 'every' | 'some' | 'none'
          return { kind: 'quantifier', name, isWritten: true, ...this.rangeFrom(first) }
        }
      },
      {
        ALT: () => {
          const name = this.CONSUME(t.CountedQuantifier).image as 'exactly' | 'at-least' | 'at-most'
          const count = this.CONSUME(t.NumberLiteral)
          const range = this.rangeFrom(first)
          return this.ACTION(() => ({
            kind: 'quantifier',
            name,
            count: this.wholeNumber(count),
            isWritten: true,
            ...range
          }))
        }
      }
    ])
  })

  // Conditions, loosest first

  protected readonly anyOf: ParserMethod<[], Operand> = this.RULE('anyOf', (): Operand => {
    const operands = [this.SUBRULE(this.allOf)]
    this.MANY(() => {
      this.CONSUME(t.Or)
      operands.push(this.SUBRULE2(this.allOf))
    })
    return this.ACTION(() => joinedConditions('or', operands, this.report))
  })

  private readonly allOf = this.RULE('allOf', (): Operand => {
    const operands = [this.SUBRULE(this.negatable)]
    this.MANY(() => {
      this.CONSUME(t.And)
      operands.push(this.SUBRULE2(this.negatable))
    })
    return this.ACTION(() => joinedConditions('and', operands, this.report))
  })

  private readonly negatable = this.RULE('negatable', (): Operand => {
    const first = this.LA(1)
    return this.OR<Operand>({
      DEF: [
        {
          ALT: () => {
            this.CONSUME(t.Not)
            const operand = this.SUBRULE(this.negatable)
            return this.ACTION(() => negatedCondition(this.condition(operand), this.rangeFrom(first)))
          }
        },
        {
          ALT: () => {
            const name = this.CONSUME(t.Relation).image as RelationName
            const selector = this.SUBRULE(this.selector)
            return { kind: 'relation', name, selector, ...this.rangeFrom(first) }
          }
        },
        { ALT: () => this.SUBRULE(this.comparison) }
      ],
      ERR_MSG: 'a condition such as `attr:name = "text"`'
    })
  })

  private readonly comparison = this.RULE('comparison', (): Operand => {
    const first = this.LA(1)
    const left = this.SUBRULE(this.pipe, { ARGS: [false] })
    let result = left
    this.OPTION(() => {
      result = this.SUBRULE(this.test, { ARGS: [left, first] })
    })
    return result
  })

  private readonly test = this.RULE('test', (left: Operand, first: IToken): ConditionNode => {
    let isNegated = false
    this.OPTION(() => {
      this.CONSUME(t.Not)
      isNegated = true
    })
    return this.OR<ConditionNode>({
      DEF: [
        {
          ALT: () => {
            const token = this.OR2([
              { ALT: () => this.CONSUME(t.Exists) },
              { ALT: () => this.CONSUME(t.NotExists) }
            ])
            return this.ACTION(() => {
              const range = this.rangeFrom(first)
              const expression = this.expression(left)
              const isAbsence = is(token, t.NotExists)
              const node: ConditionNode = { kind: 'exists', expression, negated: isAbsence, ...range }
              return isNegated ? negatedCondition(node, range) : node
            })
          }
        },
        {
          ALT: () => {
            this.CONSUME(t.In)
            const set = this.SUBRULE(this.set)
            return this.ACTION(() => ({
              kind: 'membership',
              expression: this.expression(left),
              set,
              negated: isNegated,
              ...this.rangeFrom(first)
            }))
          }
        },
        {
          ALT: () => {
            const operator = this.OR3([
              { ALT: () => this.CONSUME(t.Sign) },
              { ALT: () => this.CONSUME(t.WordOperator) }
            ])
            const right = this.SUBRULE(this.pipe, { ARGS: [false] })
            return this.ACTION(() =>
              comparisonOf(
                this.expression(left),
                operator.image as ComparisonOperator,
                this.expression(right),
                isNegated,
                this.rangeFrom(first)
              )
            )
          }
        },
        {
          ALT: () => {
            this.CONSUME(t.Is)
            let isNot = isNegated
            this.OPTION2(() => {
              this.CONSUME2(t.Not)
              isNot = !isNot
            })
            const name = this.CONSUME(t.Word)
            return this.ACTION(() => ({
              kind: 'type-test',
              expression: this.expression(left),
              type: typeNameOf(name.image, this.rangeOf(name), this.report),
              negated: isNot,
              ...this.rangeFrom(first)
            }))
          }
        }
      ],
      ERR_MSG: 'an operator'
    })
  })

  private readonly set = this.RULE('set', (): ExpressionNode | IntervalNode => {
    const first = this.LA(1)
    const low = this.SUBRULE(this.pipe, { ARGS: [false] })
    let high: Operand | undefined
    this.OPTION(() => {
      this.CONSUME(t.DotDot)
      high = this.SUBRULE2(this.pipe, { ARGS: [false] })
    })
    return this.ACTION(() => {
      if (high === undefined) return this.expression(low)
      const range = this.rangeFrom(first)
      return { kind: 'interval', low: boundOf(low, this.report), high: boundOf(high, this.report), ...range }
    })
  })

  private wholeNumber(token: IToken): bigint {
    const { node } = numberNode(token.image, this.rangeOf(token), 'expression')
    if (typeof node.value === 'bigint') return node.value
    this.report(this.rangeOf(token), 'a quantifier counts spans', 'write a whole number')
    return 0n
  }
}
