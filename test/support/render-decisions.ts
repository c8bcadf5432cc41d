import {
  Alternation,
  getLookaheadPaths,
  type IProduction,
  type LookaheadProductionType,
  NonTerminal,
  Option,
  Repetition,
  RepetitionMandatory,
  RepetitionWithSeparator,
  type Rule
} from 'chevrotain'
import { MAX_LOOKAHEAD } from '../../src/language/decision.ts'
import { Grammar } from '../../src/language/grammar.ts'

const KINDS = [
  { kind: Alternation, prodType: 'Alternation', method: 'OR' },
  { kind: Option, prodType: 'Option', method: 'OPTION' },
  { kind: Repetition, prodType: 'Repetition', method: 'MANY' },
  { kind: RepetitionMandatory, prodType: 'RepetitionMandatory', method: 'AT_LEAST_ONE' },
  { kind: RepetitionWithSeparator, prodType: 'RepetitionWithSeparator', method: 'MANY_SEP' }
] as const

/** `src/language/decisions.ts` as it should be: what Chevrotain works out of the grammar. */
export function renderDecisions(): string {
  const rules = Object.values(new Grammar({ validate: true }).getGAstProductions())
  const rendered = rules.flatMap(rule => {
    const lines = decisionsOf(rule, rule.definition)
    return lines.length === 0 ? [] : [`  ${rule.name}: {\n${lines.join(',\n')}\n  }`]
  })
  return [
    '// Written by `npm run generate`.',
    '',
    '/**',
    ' * By rule and decision, what each alternative begins with: types of tokens, of which `>` joins two where one is too',
    ' * few to decide. Of what may be left out or end, only what leads into it.',
    ' */',
    'export const decisions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {',
    rendered.join(',\n'),
    '}',
    ''
  ].join('\n')
}

function decisionsOf(rule: Rule, productions: readonly IProduction[]): readonly string[] {
  return productions.flatMap(production => {
    if (production instanceof NonTerminal) return []
    const found = KINDS.find(({ kind }) => production instanceof kind)
    const { idx = 0, definition = [] } = production as { idx?: number; definition?: readonly IProduction[] }
    const inside = decisionsOf(rule, definition)
    return found === undefined ? inside : [renderDecision(rule, found, idx), ...inside]
  })
}

function renderDecision(
  rule: Rule,
  { prodType, method }: { readonly prodType: LookaheadProductionType; readonly method: string },
  occurrence: number
): string {
  const all = getLookaheadPaths({ occurrence, rule, prodType, maxLookahead: MAX_LOOKAHEAD })
  const alternatives = prodType === 'Alternation' ? all : all.slice(0, 1)
  const texts = alternatives.map(
    paths => `'${paths.map(path => path.map(type => type.name).join('>')).join(' ')}'`
  )
  const name = `    ${method}${occurrence || ''}: `
  // As the formatter would have it.
  const line = `${name}[${texts.join(', ')}]`
  return line.length < 110 ? line : `${name}[\n${texts.map(text => `      ${text}`).join(',\n')}\n    ]`
}
