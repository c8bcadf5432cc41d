import type { IToken, ParserMethod } from 'chevrotain'
import type {
  AggregateName,
  AggregateNode,
  BinaryNode,
  ConditionNode,
  ExpressionNode,
  LiteralNode,
  NodeRange,
  PipeNode,
  SelectorNode
} from './ast.ts'
import { is } from './grammar-base.ts'
import { durationNode, numberNode } from './literals.ts'
import { conditionOf, expressionOf, negationOf, type Operand } from './operands.ts'
import { readReference } from './references.ts'
import { SelectorGrammar } from './selector-grammar.ts'
import { checkAggregate, checkFilter } from './static-checks.ts'
import * as t from './tokens.ts'

const EXPECTED_VALUE = 'a value such as `attr:name`, `"text"` or `5ms`'

/** The rules of expressions. Conditions, which parentheses may hold as well, are a step further up. */
export abstract class ExpressionGrammar extends SelectorGrammar {
  protected abstract readonly anyOf: ParserMethod<[], Operand>

  // Expressions. Inside the parentheses of an aggregate `of` belongs to the aggregate.

  protected readonly pipe: ParserMethod<[inAggregate: boolean], Operand> = this.RULE(
    'pipe',
    (inAggregate: boolean): Operand => {
      const first = this.LA(1)
      let input = this.SUBRULE(this.sum, { ARGS: [inAggregate] })
      this.MANY(() => {
        this.CONSUME(t.Pipe)
        const filter = this.CONSUME(t.Word)
        const args: ExpressionNode[] = []
        this.MANY2(() => args.push(this.SUBRULE(this.argument)))
        this.ACTION(() => {
          const node: PipeNode = {
            kind: 'pipe',
            input: this.expression(input),
            filter: filter.image,
            args,
            ...this.rangeFrom(first)
          }
          this.problems.push(...checkFilter(node, this.rangeOf(filter)))
          input = node
        })
      })
      return input
    }
  )

  private readonly sum = this.RULE('sum', (inAggregate: boolean): Operand => {
    const first = this.LA(1)
    let left = this.SUBRULE(this.product, { ARGS: [inAggregate] })
    this.MANY(() => {
      const operator = this.OR([{ ALT: () => this.CONSUME(t.Plus) }, { ALT: () => this.CONSUME(t.Minus) }])
      const right = this.SUBRULE2(this.product, { ARGS: [inAggregate] })
      this.ACTION(() => {
        left = this.binary(operator, left, right, this.rangeFrom(first))
      })
    })
    return left
  })

  private readonly product = this.RULE('product', (inAggregate: boolean): Operand => {
    const first = this.LA(1)
    let left = this.SUBRULE(this.signed, { ARGS: [inAggregate] })
    this.MANY(() => {
      const operator = this.OR([
        { ALT: () => this.CONSUME(t.Star) },
        { ALT: () => this.CONSUME(t.Slash) },
        { ALT: () => this.CONSUME(t.Percent) }
      ])
      const right = this.SUBRULE2(this.signed, { ARGS: [inAggregate] })
      this.ACTION(() => {
        left = this.binary(operator, left, right, this.rangeFrom(first))
      })
    })
    return left
  })

  private readonly signed = this.RULE('signed', (inAggregate: boolean): Operand => {
    const first = this.LA(1)
    return this.OR<Operand>({
      DEF: [
        {
          ALT: () => {
            this.CONSUME(t.Minus)
            const isLiteral = is(this.LA(1), t.NumberLiteral) || is(this.LA(1), t.DurationLiteral)
            const operand = this.SUBRULE(this.signed, { ARGS: [inAggregate] })
            return this.ACTION(() => negationOf(this.expression(operand), isLiteral, this.rangeFrom(first)))
          }
        },
        {
          ALT: () => {
            const operand = this.OR2<Operand>([
              { ALT: () => this.SUBRULE(this.argument) },
              { ALT: () => this.SUBRULE(this.parenthesised) }
            ])
            let result = operand
            this.OPTION({
              GATE: () => !inAggregate,
              DEF: () => {
                this.CONSUME(t.Of)
                const selector = this.SUBRULE(this.complex)
                this.ACTION(() => {
                  const expression = this.expression(operand)
                  result = { kind: 'of', expression, selector, ...this.rangeFrom(first) }
                })
              }
            })
            return result
          }
        }
      ],
      ERR_MSG: EXPECTED_VALUE
    })
  })

  private readonly parenthesised = this.RULE('parenthesised', (): Operand => {
    this.CONSUME(t.LParen)
    const operand = this.SUBRULE(this.anyOf)
    this.CONSUME(t.RParen)
    return operand
  })

  private readonly argument = this.RULE('argument', (): ExpressionNode => {
    const first = this.LA(1)
    return this.OR<ExpressionNode>({
      DEF: [
        {
          ALT: () => {
            this.CONSUME(t.NumberLiteral)
            return this.ACTION(() => this.number(first))
          }
        },
        {
          ALT: () => {
            this.CONSUME(t.DurationLiteral)
            return this.ACTION(() => durationNode(first.image, this.rangeOf(first)))
          }
        },
        {
          ALT: () => {
            this.CONSUME(t.Text)
            return this.ACTION(() => this.stringNode(first, 'quote'))
          }
        },
        {
          ALT: () => {
            this.CONSUME(t.True)
            return { kind: 'boolean', value: true, ...this.rangeFrom(first) }
          }
        },
        {
          ALT: () => {
            this.CONSUME(t.False)
            return { kind: 'boolean', value: false, ...this.rangeFrom(first) }
          }
        },
        {
          ALT: () => {
            this.CONSUME(t.Null)
            return { kind: 'null', ...this.rangeFrom(first) }
          }
        },
        { ALT: () => this.SUBRULE(this.reference) },
        { ALT: () => this.SUBRULE(this.array) },
        { ALT: () => this.SUBRULE(this.aggregate) },
        { GATE: () => is(this.LA(2), t.LParen), ALT: () => this.SUBRULE(this.call) }
      ],
      ERR_MSG: EXPECTED_VALUE
    })
  })

  private readonly reference = this.RULE('reference', (): ExpressionNode => {
    const token = this.OR([
      { ALT: () => this.CONSUME(t.Reference) },
      { ALT: () => this.CONSUME(t.ResponseReference) },
      { ALT: () => this.CONSUME(t.VariableReference) }
    ])
    return this.ACTION(() => {
      const reading = readReference(token.image, this.rangeOf(token))
      if (reading.mistake) this.failAt(this.rangeOf(token), reading.mistake)
      return reading.node
    })
  })

  private readonly array = this.RULE('array', (): ExpressionNode => {
    const items: Operand[] = []
    const first = this.CONSUME(t.ArrayOpen)
    this.MANY_SEP({
      SEP: t.Comma,
      DEF: () => {
        items.push(this.SUBRULE(this.pipe, { ARGS: [false] }))
      }
    })
    this.CONSUME(t.ArrayClose)
    return this.ACTION(() => ({
      kind: 'array',
      items: items.map(item => this.expression(item)),
      ...this.rangeFrom(first)
    }))
  })

  private readonly aggregate = this.RULE('aggregate', (): ExpressionNode => {
    const first = this.CONSUME(t.Aggregate)
    let operand: Operand | undefined
    let selector: SelectorNode | undefined
    this.CONSUME(t.LParen)
    this.OPTION(() => {
      this.OR([
        {
          ALT: () => {
            selector = this.SUBRULE(this.selector)
          }
        },
        {
          ALT: () => {
            operand = this.SUBRULE(this.pipe, { ARGS: [true] })
            this.OPTION2(() => {
              this.CONSUME(t.Of)
              selector = this.SUBRULE2(this.selector)
            })
          }
        }
      ])
    })
    this.CONSUME(t.RParen)
    return this.ACTION(() => {
      const range = this.rangeFrom(first)
      const name = first.image as AggregateName
      const expression = operand === undefined ? undefined : this.expression(operand)
      const node: AggregateNode = {
        kind: 'aggregate',
        name,
        ...(expression === undefined ? {} : { expression }),
        ...(selector === undefined ? {} : { selector }),
        ...range
      }
      this.problems.push(...checkAggregate(node))
      return node
    })
  })

  private readonly call = this.RULE('call', (): ExpressionNode => {
    const args: Operand[] = []
    const name = this.CONSUME(t.Identifier)
    this.CONSUME(t.LParen)
    this.MANY_SEP({
      SEP: t.Comma,
      DEF: () => {
        args.push(this.SUBRULE(this.pipe, { ARGS: [false] }))
      }
    })
    this.CONSUME(t.RParen)
    return this.ACTION(() => ({
      kind: 'call',
      name: name.image,
      args: args.map(arg => this.expression(arg)),
      ...this.rangeFrom(name)
    }))
  })

  // Actions

  protected expression(operand: Operand): ExpressionNode {
    return expressionOf(operand, this.report)
  }

  protected condition(operand: Operand): ConditionNode {
    return conditionOf(operand, this.report)
  }

  private binary(operator: IToken, left: Operand, right: Operand, range: NodeRange): BinaryNode {
    return {
      kind: 'binary',
      operator: operator.image as BinaryNode['operator'],
      left: this.expression(left),
      right: this.expression(right),
      ...range
    }
  }

  private number(token: IToken): LiteralNode {
    const { node, mistake } = numberNode(token.image, this.rangeOf(token), 'expression')
    if (mistake) this.failAt(this.rangeOf(token), mistake)
    return node
  }
}
