import type { IToken, ParserMethod } from 'chevrotain'
import type {
  Combinator,
  ComplexNode,
  CompoundNode,
  FilterNode,
  PseudoNode,
  SelectorNode,
  StepNode
} from './ast.ts'
import { FilterGrammar } from './filter-grammar.ts'
import { joinedFilters } from './filter-nodes.ts'
import { is } from './grammar-base.ts'
import { buildPseudo, type PseudoArgument } from './pseudos.ts'
import * as t from './tokens.ts'

/** The rules of selectors, inside an assertion or alone. */
export abstract class SelectorGrammar extends FilterGrammar {
  protected readonly selector: ParserMethod<[], SelectorNode> = this.RULE('selector', (): SelectorNode => {
    const first = this.LA(1)
    const items = [this.SUBRULE(this.complex)]
    this.MANY({
      GATE: () => this.startsCompound(2),
      DEF: () => {
        this.CONSUME(t.Comma)
        items.push(this.SUBRULE2(this.complex))
      }
    })
    return { kind: 'selector', items, ...this.rangeFrom(first) }
  })

  protected readonly complex: ParserMethod<[], ComplexNode> = this.RULE('complex', (): ComplexNode => {
    const first = this.LA(1)
    const steps = [this.SUBRULE(this.step)]
    // What follows a selector inside an assertion may look like a combinator: only one before a compound is.
    this.MANY({
      GATE: () => is(this.LA(1), t.Span) || this.startsCompound(2),
      DEF: () => {
        const start = this.LA(1)
        const combinator = this.SUBRULE(this.combinator)
        const compound = this.SUBRULE(this.compound)
        steps.push({ kind: 'step', combinator, compound, ...this.rangeFrom(start) })
      }
    })
    return { kind: 'complex', steps, ...this.rangeFrom(first) }
  })

  private readonly step = this.RULE('step', (): StepNode => {
    const first = this.LA(1)
    const compound = this.SUBRULE(this.compound)
    return { kind: 'step', compound, ...this.rangeFrom(first) }
  })

  private readonly combinator = this.RULE('combinator', (): Combinator => {
    let combinator: Combinator = 'descendant'
    this.OPTION(() => {
      const token = this.OR([{ ALT: () => this.CONSUME(t.Greater) }, { ALT: () => this.CONSUME(t.Tilde) }])
      combinator = token.image === '>' ? 'child' : 'sibling'
    })
    return combinator
  })

  private readonly compound = this.RULE('compound', (): CompoundNode => {
    const first = this.LA(1)
    const filters: FilterNode[] = []
    const pseudos: PseudoNode[] = []
    const pseudo = (node: PseudoNode | undefined): void => {
      if (node !== undefined) pseudos.push(node)
    }
    this.OR({
      DEF: [
        {
          ALT: () => {
            this.CONSUME(t.Span)
            this.MANY(() => {
              const filter = this.SUBRULE(this.brackets)
              if (filter !== undefined) filters.push(filter)
            })
            this.MANY2(() => pseudo(this.SUBRULE(this.pseudo)))
          }
        },
        { ALT: () => this.AT_LEAST_ONE(() => pseudo(this.SUBRULE2(this.pseudo))) }
      ],
      ERR_MSG: 'a selector'
    })
    const range = this.rangeFrom(first)
    const filter = this.ACTION(() => joinedFilters('and-filter', filters))
    return { kind: 'compound', ...(filter === undefined ? {} : { filter }), pseudos, ...range }
  })

  private readonly brackets = this.RULE('brackets', (): FilterNode | undefined => {
    let filter: FilterNode | undefined
    this.CONSUME(t.FilterOpen)
    this.OPTION(() => {
      filter = this.SUBRULE(this.anyFilter)
      this.OPTION2(() => this.CONSUME(t.Comma))
    })
    this.CONSUME(t.FilterClose)
    return filter
  })

  private readonly pseudo = this.RULE('pseudo', (): PseudoNode | undefined => {
    const first = this.CONSUME(t.Colon)
    const name = this.CONSUME(t.Word)
    let argument: PseudoArgument = { kind: 'none' }
    this.OPTION(() => {
      this.CONSUME(t.LParen)
      argument = { kind: 'empty' }
      this.OPTION2(() => {
        argument = this.SUBRULE(this.pseudoArgument)
      })
      this.CONSUME(t.RParen)
    })
    const range = this.rangeFrom(first)
    return this.ACTION(() => {
      const built = buildPseudo({ image: name.image, range: this.rangeOf(name) }, argument, range)
      this.problems.push(...built.problems)
      return built.node
    })
  })

  private readonly pseudoArgument = this.RULE('pseudoArgument', (): PseudoArgument => {
    const first = this.LA(1)
    return this.OR<PseudoArgument>({
      DEF: [
        {
          ALT: () => {
            const number = this.SUBRULE(this.count)
            return { kind: 'number', text: number.image, ...this.rangeFrom(first) }
          }
        },
        {
          ALT: () => {
            this.OR2([
              { ALT: () => this.CONSUME(t.Text) },
              { ALT: () => this.CONSUME(t.True) },
              { ALT: () => this.CONSUME(t.False) }
            ])
            return { kind: 'value', ...this.rangeFrom(first) }
          }
        },
        {
          ALT: () => {
            const operator = this.CONSUME(t.Sign)
            const number = this.SUBRULE2(this.count)
            return {
              kind: 'comparison',
              operator: operator.image,
              text: number.image,
              ...this.rangeFrom(first)
            }
          }
        },
        {
          ALT: () => {
            const combinator = this.SUBRULE(this.combinator)
            const selector = this.SUBRULE(this.selector)
            return { kind: 'selector', combinator, selector, ...this.rangeFrom(first) }
          }
        }
      ],
      ERR_MSG: 'the argument of the pseudo-class: a number, a comparison or a selector'
    })
  })

  protected readonly count: ParserMethod<[], IToken> = this.RULE(
    'count',
    (): IToken =>
      this.OR({
        DEF: [{ ALT: () => this.CONSUME(t.NumberLiteral) }, { ALT: () => this.CONSUME(t.BasedNumber) }],
        ERR_MSG: 'a whole number'
      })
  )

  private startsCompound(at: number): boolean {
    return is(this.LA(at), t.Span) || is(this.LA(at), t.Colon)
  }
}
