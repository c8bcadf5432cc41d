import type { Problem } from '../errors/diagnostic.ts'
import { suggest } from '../errors/suggest.ts'
import type { Combinator, ComplexNode, NodeRange, Ordering, PseudoNode, SelectorNode } from './ast.ts'
import { numberNode } from './literals.ts'

/** What stands in the parentheses of a pseudo-class. */
export type PseudoArgument =
  | { readonly kind: 'none' }
  | { readonly kind: 'empty' }
  | (NodeRange & { readonly kind: 'value' })
  | (NodeRange & { readonly kind: 'number'; readonly text: string })
  | (NodeRange & { readonly kind: 'comparison'; readonly operator: string; readonly text: string })
  | (NodeRange & {
      readonly kind: 'selector'
      readonly combinator: Combinator
      readonly selector: SelectorNode
    })

export interface BuiltPseudo {
  /** Absent where a problem says why. */
  readonly node?: PseudoNode
  readonly problems: readonly Problem[]
}

export interface PseudoName {
  readonly image: string
  readonly range: NodeRange
}

const PLAIN = ['first', 'last', 'root', 'leaf', 'entry', 'error', 'orphan', 'scope'] as const
type PlainName = (typeof PLAIN)[number]

/** Every pseudo-class, as it is written. */
const pseudoNames: readonly string[] = [...PLAIN, 'nth_child', 'depth', 'children', 'has', 'not']

const FORMS: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    nth_child: ':nth_child(2)',
    depth: ':depth(>= 2)',
    children: ':children(= 0)',
    has: ':has(> span[db.system exists])',
    not: ':not(span:error)'
  })
)

/** Checks a pseudo-class against what its name asks for. */
export function buildPseudo(name: PseudoName, argument: PseudoArgument, range: NodeRange): BuiltPseudo {
  const plain = PLAIN.find(known => known === name.image)
  if (plain !== undefined) return buildPlain(plain, argument, range)
  switch (name.image) {
    case 'nth_child':
    case 'depth':
    case 'children':
      return buildCounted(name.image, argument, range)
    case 'has':
      return buildHas(argument, range)
    case 'not':
      if (argument.kind !== 'selector' || argument.combinator !== 'descendant')
        return wrongArgument(name.image, range)
      return built({ kind: 'pseudo', name: 'not', selector: argument.selector, ...range })
    default:
      return unknown(name, range)
  }
}

function buildPlain(name: PlainName, argument: PseudoArgument, range: NodeRange): BuiltPseudo {
  const node: PseudoNode = { kind: 'pseudo', name, ...range }
  if (argument.kind === 'none') return { node, problems: [] }
  const hint = `write \`:${name}\`${name === 'first' || name === 'last' ? ', or `:nth_child(2)` for another than these' : ''}`
  const message = `\`:${name}\` takes no argument`
  // Tracetest reads an argument here, and ignores it.
  const isHarmless = (name === 'first' || name === 'last') && argument.kind !== 'selector'
  if (isHarmless) return { node, problems: [problem(range, message, hint, 'warning')] }
  return { problems: [problem(range, message, hint)] }
}

function buildCounted(
  name: 'nth_child' | 'depth' | 'children',
  argument: PseudoArgument,
  range: NodeRange
): BuiltPseudo {
  if (argument.kind !== 'number' && argument.kind !== 'comparison') return wrongArgument(name, range)
  if (name === 'nth_child' && argument.kind === 'comparison') return wrongArgument(name, range)
  const { node: number, mistake } = numberNode(argument.text, argument, 'selector')
  if (mistake) return { problems: [problem(argument, mistake.message, mistake.hint)] }
  if (typeof number.value !== 'bigint') return wrongArgument(name, range)
  if (name === 'nth_child') {
    const node: PseudoNode = { kind: 'pseudo', name, index: number.value, ...range }
    if (number.value > 0n) return built(node)
    const hint = 'the first is `:nth_child(1)`, or `:first`'
    return {
      node,
      problems: [problem(range, '`:nth_child(0)` is no span: they count from 1', hint, 'warning')]
    }
  }
  const operator = argument.kind === 'comparison' ? (argument.operator as Ordering) : '='
  return built({ kind: 'pseudo', name, operator, count: number.value, ...range })
}

function buildHas(argument: PseudoArgument, range: NodeRange): BuiltPseudo {
  if (argument.kind !== 'selector' || argument.combinator === 'sibling') return wrongArgument('has', range)
  const [complex, ...others] = argument.selector.items
  if (complex === undefined) return wrongArgument('has', range)
  if (others.length > 0)
    return {
      problems: [
        problem(
          argument,
          '`:has` takes one selector',
          'write `:has(…):has(…)`, or a union of two whole selectors'
        )
      ]
    }
  return built({
    kind: 'pseudo',
    name: 'has',
    selector: argument.combinator === 'child' ? asChild(complex, argument.start) : complex,
    ...range
  })
}

function asChild(complex: ComplexNode, start: number): ComplexNode {
  const [first, ...rest] = complex.steps
  if (first === undefined) return complex
  return { ...complex, start, steps: [{ ...first, start, combinator: 'child' }, ...rest] }
}

function wrongArgument(name: string, range: NodeRange): BuiltPseudo {
  const what =
    name === 'has' || name === 'not'
      ? 'takes a selector'
      : name === 'nth_child'
        ? 'takes a whole number'
        : 'takes a comparison with a whole number'
  return { problems: [problem(range, `\`:${name}\` ${what}`, `write it as in \`span${FORMS.get(name)}\``)] }
}

// Of CSS and of the language of assertions, as they are found in selectors.
const KNOWN_MISTAKES: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    nth: ':nth_child(2)',
    only: ':children(= 1) on the parent',
    empty: ':leaf',
    parent: ':has(> span[…]) on the parent',
    count: ':children(>= 2), or `count()` in an assertion',
    is: 'a union: `span[…], span[…]`',
    where: 'a union: `span[…], span[…]`',
    contains: 'an operator in brackets: span[name contains "checkout"]',
    matches: 'an operator in brackets: span[name matches "^GET"]'
  })
)
const RELATIONS = ['before', 'after', 'during', 'overlaps']

function unknown(name: PseudoName, range: NodeRange): BuiltPseudo {
  const near = suggest(name.image, pseudoNames)
  const known = KNOWN_MISTAKES.get(name.image)
  const hint = RELATIONS.includes(name.image)
    ? `order in time is for assertions: \`${name.image} span[…]\``
    : known !== undefined
      ? `write ${known.startsWith(':') ? `\`${known}\`` : known}`
      : near !== undefined
        ? `did you mean \`${FORMS.get(near) ?? `:${near}`}\`?`
        : `there are ${pseudoNames.map(each => `:${each}`).join(' ')}`
  const at = { start: range.start, end: name.range.end }
  return { problems: [problem(at, `there is no pseudo-class \`:${name.image}\``, hint)] }
}

function built(node: PseudoNode): BuiltPseudo {
  return { node, problems: [] }
}

function problem(
  { start, end }: NodeRange,
  message: string,
  hint: string,
  severity: Problem['severity'] = 'error'
): Problem {
  return {
    code: severity === 'warning' ? 'NO_EFFECT' : 'SELECTOR_SYNTAX',
    severity,
    message,
    range: { start, end },
    hint
  }
}
