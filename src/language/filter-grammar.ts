import type { IToken, ParserMethod } from 'chevrotain'
import type {
  FilterNode,
  FilterValueNode,
  KeyNode,
  ListNode,
  LiteralNode,
  Namespace,
  NodeRange,
  StringNode
} from './ast.ts'
import {
  checkMissingOperator,
  type FilterOperator,
  filterTest,
  joinedFilters,
  negatedFilter
} from './filter-nodes.ts'
import { GrammarBase, is } from './grammar-base.ts'
import { durationNode, keyName, numberNode } from './literals.ts'
import { boundOf } from './operands.ts'
import * as t from './tokens.ts'

/** The rules of what stands in the brackets of a selector, and what all rules share. */
export abstract class FilterGrammar extends GrammarBase {
  // Filters. A word in brackets is a key or an operator by what follows it.

  protected readonly anyFilter: ParserMethod<[], FilterNode> = this.RULE('anyFilter', (): FilterNode => {
    const filters = [this.SUBRULE(this.allFilters)]
    this.MANY({
      GATE: () => !this.isKeyBeforeOperator(1),
      DEF: () => {
        this.CONSUME(t.FilterOr)
        filters.push(this.SUBRULE2(this.allFilters))
      }
    })
    return this.ACTION(() => joinedFilters('or-filter', filters)!)
  })

  private readonly allFilters = this.RULE('allFilters', (): FilterNode => {
    const filters = [this.SUBRULE(this.oneFilter)]
    this.MANY({
      GATE: () => this.startsFilter(is(this.LA(1), t.Comma) ? 2 : 1),
      DEF: () => {
        const behind = this.LA(0)
        this.OPTION(() => this.CONSUME(t.Comma))
        this.OPTION2({ GATE: () => !this.isKeyBeforeOperator(1), DEF: () => this.CONSUME(t.FilterAnd) })
        const first = this.LA(1)
        const isApart = this.LA(0) !== behind
        filters.push(this.SUBRULE2(this.oneFilter))
        if (!isApart) this.ACTION(() => checkMissingOperator(filters, first, this.report))
      }
    })
    return this.ACTION(() => joinedFilters('and-filter', filters)!)
  })

  private readonly oneFilter = this.RULE('oneFilter', (): FilterNode => {
    const first = this.LA(1)
    return this.OR<FilterNode>({
      DEF: [
        {
          GATE: () => !this.isKeyBeforeOperator(1),
          ALT: () => {
            this.CONSUME(t.FilterNot)
            const filter = this.SUBRULE(this.oneFilter)
            return this.ACTION(() => negatedFilter(filter, this.rangeFrom(first)))
          }
        },
        {
          ALT: () => {
            this.CONSUME(t.LParen)
            const filter = this.SUBRULE(this.anyFilter)
            this.OPTION(() => this.CONSUME(t.Comma))
            this.CONSUME(t.RParen)
            return filter
          }
        },
        {
          GATE: () => this.isKeyBeforeOperator(1) || !isBinding(this.LA(1)),
          ALT: () => this.SUBRULE(this.filterComparison)
        }
      ],
      ERR_MSG: 'a filter such as `name = "checkout"`',
      IGNORE_AMBIGUITIES: true
    })
  })

  private readonly filterComparison = this.RULE('filterComparison', (): FilterNode => {
    const first = this.LA(1)
    const key = this.SUBRULE(this.filterKey)
    let filter: FilterNode | undefined
    this.OPTION({
      GATE: () => this.continuesComparison(),
      DEF: () => {
        filter = this.SUBRULE(this.filterTest, { ARGS: [key, first] })
      }
    })
    return this.ACTION(() => {
      if (filter !== undefined) return filter
      this.checkBareKey(first, key)
      return { kind: 'exists-filter', key, negated: false, ...this.rangeFrom(first) }
    })
  })

  private readonly filterTest = this.RULE('filterTest', (key: KeyNode, first: IToken): FilterNode => {
    let isNegated = false
    this.OPTION(() => {
      this.CONSUME(t.FilterNot)
      isNegated = true
    })
    let value: FilterValueNode | undefined
    const operator = this.OR({
      DEF: [
        { ALT: () => this.CONSUME(t.FilterExists) },
        { ALT: () => this.CONSUME(t.FilterNotExists) },
        {
          ALT: () => {
            const token = this.CONSUME(t.FilterIn)
            value = this.SUBRULE(this.filterSet)
            return token
          }
        },
        {
          ALT: () => {
            const token = this.SUBRULE(this.filterOperator)
            value = this.SUBRULE(this.filterValues, { ARGS: [token.tokenType === t.FilterMatches] })
            return token
          }
        }
      ],
      ERR_MSG: 'an operator'
    })
    return this.ACTION(() =>
      filterTest(key, operator.image as FilterOperator, value, isNegated, this.rangeFrom(first))
    )
  })

  private readonly filterOperator = this.RULE(
    'filterOperator',
    (): IToken => this.OR([{ ALT: () => this.CONSUME(t.Sign) }, { ALT: () => this.CONSUME(t.WordOperator) }])
  )

  // Tracetest takes several values, and the last one counts. A word before an operator is the next key instead.
  private readonly filterValues = this.RULE('filterValues', (raw: boolean): LiteralNode | StringNode => {
    let value = this.SUBRULE(this.filterValue, { ARGS: [raw] })
    this.MANY({
      GATE: () => is(this.LA(1), t.FilterLiteral) && !this.isKeyBeforeTest(1),
      DEF: () => {
        const dropped = value
        value = this.SUBRULE2(this.filterValue, { ARGS: [raw] })
        this.ACTION(() =>
          this.warn(dropped, 'only the last of several values counts', 'name one value, or use `in`')
        )
      }
    })
    return value
  })

  private readonly filterValue = this.RULE('filterValue', (raw: boolean): LiteralNode | StringNode => {
    const token = this.CONSUME(t.FilterLiteral)
    return this.ACTION(() => this.filterLiteral(token, raw))
  })

  private readonly filterSet = this.RULE('filterSet', (): FilterValueNode => {
    const first = this.LA(1)
    return this.OR<FilterValueNode>({
      DEF: [
        { ALT: () => this.SUBRULE(this.filterList) },
        {
          ALT: () => {
            const low = this.SUBRULE(this.filterValue, { ARGS: [false] })
            this.CONSUME(t.DotDot)
            const high = this.SUBRULE2(this.filterValue, { ARGS: [false] })
            return this.ACTION(() => ({
              kind: 'interval',
              low: boundOf(low, this.report),
              high: boundOf(high, this.report),
              ...this.rangeFrom(first)
            }))
          }
        }
      ],
      ERR_MSG: 'a list such as `["a", "b"]`, or an interval such as `200..299`'
    })
  })

  private readonly filterList = this.RULE('filterList', (): ListNode => {
    const items: (LiteralNode | StringNode)[] = []
    const first = this.CONSUME(t.ListOpen)
    this.MANY_SEP({
      SEP: t.Comma,
      DEF: () => {
        items.push(this.SUBRULE(this.filterValue, { ARGS: [false] }))
      }
    })
    this.CONSUME(t.ListClose)
    return { kind: 'list', items, ...this.rangeFrom(first) }
  })

  private readonly filterKey = this.RULE('filterKey', (): KeyNode => {
    const first = this.LA(1)
    let namespace: Namespace | undefined
    this.OPTION(() => {
      const token = this.CONSUME(t.FilterNamespace)
      namespace = token.image.slice(0, -1) as Namespace
    })
    const name = this.OR<string>({
      DEF: [
        {
          ALT: () => {
            const token = this.CONSUME(t.Text)
            return this.ACTION(() => this.quotedName(token))
          }
        },
        {
          ALT: () => {
            // Tracetest allows white space around the dots of a key.
            let path = this.CONSUME(t.KeyWord).image
            this.MANY(() => {
              this.CONSUME(t.Dot)
              path += `.${this.CONSUME2(t.KeyWord).image}`
            })
            return path
          }
        }
      ],
      ERR_MSG: 'a key'
    })
    return { kind: 'key', ...(namespace === undefined ? {} : { namespace }), name, ...this.rangeFrom(first) }
  })

  // Gates

  private startsFilter(at: number): boolean {
    const token = this.LA(at)
    if (is(token, t.FilterOr)) return this.isKeyBeforeOperator(at)
    return [t.KeyWord, t.FilterNamespace, t.Text, t.LParen].some(type => is(token, type))
  }

  /** `or = "x"`: `or`, `and` and `not` are keys where an operator and a value follow. */
  private isKeyBeforeOperator(at: number): boolean {
    return (
      this.isOperator(at + 1) && (is(this.LA(at + 2), t.FilterLiteral) || is(this.LA(at + 2), t.ListOpen))
    )
  }

  private isKeyBeforeTest(at: number): boolean {
    const next = this.LA(at + 1)
    if (this.isOperator(at + 1) || is(next, t.FilterExists) || is(next, t.FilterNotExists)) return true
    return is(next, t.FilterNot) && (this.isOperator(at + 2) || is(this.LA(at + 2), t.FilterExists))
  }

  private isOperator(at: number): boolean {
    const token = this.LA(at)
    return is(token, t.Sign) || is(token, t.WordOperator) || is(token, t.FilterIn)
  }

  /** Whether the word after a key is its operator, and not the key of the next filter. */
  private continuesComparison(): boolean {
    if (is(this.LA(1), t.Sign)) return true
    if (!is(this.LA(1), t.FilterNot)) return !this.isKeyBeforeOperator(1)
    const isTest = this.isOperator(2) || is(this.LA(2), t.FilterExists)
    return isTest && !this.isKeyBeforeOperator(2)
  }

  // Actions

  private warn(range: NodeRange, message: string, hint: string): void {
    const { start, end } = range
    this.problems.push({ code: 'NO_EFFECT', severity: 'warning', message, range: { start, end }, hint })
  }

  private filterLiteral(token: IToken, raw: boolean): LiteralNode | StringNode {
    const range = this.rangeOf(token)
    if (is(token, t.Text))
      return this.stringNode(token, raw ? 'raw' : token.image[0] === '"' ? 'json' : 'quote')
    if (token.image === 'true' || token.image === 'false')
      return { kind: 'boolean', value: token.image === 'true', ...range }
    if (token.image === 'null') return { kind: 'null', ...range }
    if (is(token, t.FilterDuration) || is(token, t.NegativeDuration)) return durationNode(token.image, range)
    const number = numberNode(token.image, range, 'selector')
    if (number.mistake) this.failAt(range, number.mistake)
    return number.node
  }

  private quotedName(token: IToken): string {
    const name = keyName(token.image, token.image[0] === '"' ? 'json' : 'quote')
    if (name.mistake) this.failAt(this.rangeOf(token), name.mistake)
    return name.text
  }

  private checkBareKey(first: IToken, key: KeyNode): void {
    const isOperatorWord = [t.FilterExists, t.FilterNotExists, t.FilterIn, t.WordOperator].some(type =>
      is(first, type)
    )
    if (isOperatorWord)
      this.report(
        key,
        `\`${key.name}\` stands alone`,
        `put the key before it; a key of this name goes in quotes`
      )
  }
}

/** `not`, `and`, `or`: operators, unless they are used as keys. */
function isBinding(token: IToken): boolean {
  return is(token, t.FilterNot) || is(token, t.FilterAnd) || is(token, t.FilterOr)
}
