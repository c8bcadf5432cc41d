import type { IToken } from 'chevrotain'
import type {
  CompareFilterNode,
  ExistsFilterNode,
  FilterNode,
  FilterValueNode,
  KeyNode,
  NodeRange
} from './ast.ts'
import { quoted } from './error-messages.ts'
import { UNIT_WORDS } from './mistake-words.ts'
import { intendedOperator } from './mistakes-brackets.ts'
import { isType } from './mistakes-common.ts'
import type { Report } from './operands.ts'
import * as t from './tokens.ts'

/** What may stand behind a key. */
export type FilterOperator = CompareFilterNode['operator'] | 'exists' | 'not-exists'

/** `or` and `and` of several, flat; undefined for none. */
export function joinedFilters(
  kind: 'and-filter' | 'or-filter',
  filters: readonly FilterNode[]
): FilterNode | undefined {
  const flat = filters.flatMap(filter => (filter.kind === kind ? filter.filters : [filter]))
  const [first] = flat
  const last = flat.at(-1)
  if (first === undefined || last === undefined || flat.length === 1) return first
  return { kind, filters: flat, start: first.start, end: last.end }
}

function isBareKey(filter: FilterNode | undefined): filter is ExistsFilterNode {
  return filter?.kind === 'exists-filter' && filter.end === filter.key.end
}

/** `not x exists` and `x not-exists` are the same node. */
export function negatedFilter(filter: FilterNode, range: NodeRange): FilterNode {
  if (filter.kind === 'exists-filter' && !filter.negated) return { ...filter, negated: true, ...range }
  return { kind: 'not-filter', filter, ...range }
}

/** What stands behind a key, as a filter. */
export function filterTest(
  key: KeyNode,
  operator: FilterOperator,
  value: FilterValueNode | undefined,
  isNegated: boolean,
  range: NodeRange
): FilterNode {
  if (operator === 'exists' || operator === 'not-exists' || value === undefined) {
    const exists: FilterNode = { kind: 'exists-filter', key, negated: operator === 'not-exists', ...range }
    return isNegated ? negatedFilter(exists, range) : exists
  }
  if (isNegated && (operator === 'in' || operator === 'contains'))
    return {
      kind: 'compare-filter',
      key,
      operator: operator === 'in' ? 'not in' : 'not-contains',
      value,
      ...range
    }
  const compare: FilterNode = { kind: 'compare-filter', key, operator, value, ...range }
  return isNegated ? negatedFilter(compare, range) : compare
}

/** `name startsWith "x"`, `duration > 5 ms`: several keys, to the letter of the grammar; never what is meant. */
export function checkMissingOperator(filters: readonly FilterNode[], value: IToken, report: Report): void {
  const [earlier, before, last] = [filters.at(-3), filters.at(-2), filters.at(-1)]
  if (!isBareKey(last)) return
  const unit = UNIT_WORDS.get(last.key.name)
  if (unit !== undefined && before?.kind === 'compare-filter' && before.value.kind === 'number')
    report(
      last,
      `\`${last.key.name}\` stands alone`,
      `write \`${before.value.value}${unit}\`, without a space`
    )
  if (!isBareKey(before) || !isType(value, t.FilterLiteral)) return
  const word = before.key.name
  const operator = isBareKey(earlier) ? operatorFor(word) : undefined
  if (operator === undefined)
    report(last, `an operator is missing before ${quoted(value)}`, `write \`${word} = ${value.image}\``)
  else if (operator === word)
    report(before, `\`${word}\` is no operator of selectors`, 'ask for it in an assertion')
  else report(before, `there is no operator \`${word}\``, `did you mean \`${operator}\`?`)
}

/** In selectors `contains` looks into JSON by itself. */
function operatorFor(word: string): string | undefined {
  return /^json[-_]?contains$/i.test(word) ? 'contains' : intendedOperator(word)
}
