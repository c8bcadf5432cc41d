import type {
  ComplexNode,
  CompoundNode,
  FilterNode,
  FilterValueNode,
  KeyNode,
  PseudoNode,
  SelectorNode,
  StepNode
} from './ast.ts'
import { expressionFor, unicode } from './letter-patterns.ts'
import {
  type ForbiddenQuotes,
  type PrintCode,
  printLiteral,
  printQuotedName,
  printString
} from './print-literals.ts'

interface Surroundings {
  readonly forbidden: ForbiddenQuotes
  readonly printCode: PrintCode
}

/** The complex selectors of a union. */
export function printUnion(node: SelectorNode, forbidden: ForbiddenQuotes, printCode: PrintCode): string {
  return union(node, { forbidden, printCode })
}

export function printComplex(node: ComplexNode, forbidden: ForbiddenQuotes, printCode: PrintCode): string {
  return complex(node, { forbidden, printCode })
}

function union(node: SelectorNode, around: Surroundings): string {
  return node.items.map(item => complex(item, around)).join(', ')
}

function complex(node: ComplexNode, around: Surroundings): string {
  return node.steps.map((step, index) => printStep(step, index === 0, around)).join('')
}

const COMBINATORS = { descendant: ' ', child: ' > ', sibling: ' ~ ' } as const

function printStep({ combinator, compound }: StepNode, isFirst: boolean, around: Surroundings): string {
  // Only in `:has(> …)` does the first step have one.
  const before = combinator === undefined ? '' : isFirst ? '> ' : COMBINATORS[combinator]
  return `${before}${printCompound(compound, isFirst && combinator === undefined, around)}`
}

function printCompound({ filter, pseudos }: CompoundNode, isOpening: boolean, around: Surroundings): string {
  const after = pseudos.map(pseudo => printPseudo(pseudo, around)).join('')
  const [first] = pseudos
  const standsAlone = isOpening && filter === undefined && (first?.name === 'root' || first?.name === 'scope')
  if (standsAlone) return after
  return `span${filter === undefined ? '' : `[${printFilter(filter, ANY, around)}]`}${after}`
}

function printPseudo(node: PseudoNode, around: Surroundings): string {
  switch (node.name) {
    case 'nth_child':
      return `:nth_child(${node.index})`
    case 'depth':
    case 'children':
      return `:${node.name}(${node.operator} ${node.count})`
    case 'has':
      return `:has(${complex(node.selector, around)})`
    case 'not':
      return `:not(${union(node.selector, around)})`
    default:
      return `:${node.name}`
  }
}

const ANY = 0
const ALL = 1
const ONE = 2

function printFilter(node: FilterNode, level: number, around: Surroundings): string {
  const inner = (filter: FilterNode, at: number): string => printFilter(filter, at, around)
  switch (node.kind) {
    case 'or-filter':
      return grouped(node.filters.map(each => inner(each, ALL)).join(' or '), level > ANY)
    case 'and-filter':
      return grouped(node.filters.map(each => inner(each, ONE)).join(' '), level > ALL)
    case 'not-filter':
      return `not ${inner(node.filter, ONE)}`
    case 'exists-filter':
      return `${node.negated ? 'not ' : ''}${printKey(node.key, around)} exists`
    case 'compare-filter': {
      const isSign = !/[a-z]/.test(node.operator)
      const operator = isSign ? node.operator : ` ${node.operator} `
      const isPattern = node.operator === 'matches'
      return `${printKey(node.key, around)}${operator}${printValue(node.value, isPattern, around)}`
    }
  }
}

const plainKey = expressionFor(
  unicode(String.raw`^[\p{L}_](?:[\p{L}\p{N}_-]|\/(?![/*])|\.(?=[\p{L}\p{N}_]))*$`)
)
const RESERVED = new Set([
  'not',
  'and',
  'or',
  'in',
  'exists',
  'not-exists',
  'contains',
  'not-contains',
  'starts-with',
  'ends-with',
  'matches',
  'true',
  'false',
  'null'
])

function printKey({ namespace, name }: KeyNode, { forbidden }: Surroundings): string {
  const isPlain = plainKey(name).test(name) && !RESERVED.has(name)
  const written = isPlain ? name : printQuotedName(name, 'json', forbidden)
  return namespace === undefined ? written : `${namespace}:${written}`
}

function printValue(node: FilterValueNode, isPattern: boolean, around: Surroundings): string {
  switch (node.kind) {
    case 'string':
      return printString(node, isPattern ? 'raw' : 'json', around.forbidden, around.printCode)
    case 'list':
      return `[${node.items.map(item => printValue(item, false, around)).join(', ')}]`
    case 'interval':
      return `${printLiteral(node.low)}..${printLiteral(node.high)}`
    default:
      return printLiteral(node)
  }
}

function grouped(text: string, isLooser: boolean): string {
  return isLooser ? `(${text})` : text
}
