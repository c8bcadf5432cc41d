import type {
  CompareFilterNode,
  ComplexNode,
  CompoundNode,
  FilterNode,
  KeyNode,
  StepNode
} from '../language/ast.ts'
import { printSelector } from '../language/print.ts'

/** One item of a selector, in its canonical print. */
export function printComplex(complex: ComplexNode): string {
  return printSelector({ kind: 'selector', start: 0, end: 0, items: [complex] })
}

/** What stands behind the brackets of a compound: `:entry`. */
export function printPseudos({ pseudos }: CompoundNode): string {
  return printCompound({ kind: 'compound', start: 0, end: 0, pseudos }).replace(/^span/, '')
}

/** What stands between the brackets: `name="x"`. */
export function printFilter(filter: FilterNode): string {
  return printCompound({ kind: 'compound', start: 0, end: 0, filter, pseudos: [] }).replace(
    /^span\[|\]$/g,
    ''
  )
}

/** The right side of a comparison, as it is written. */
export function printWanted(filter: CompareFilterNode): string {
  const key: KeyNode = { kind: 'key', start: 0, end: 0, name: 'k' }
  return printFilter({ ...filter, key })
    .slice(1)
    .trim()
    .slice(filter.operator.length)
    .trim()
}

function printCompound(compound: CompoundNode): string {
  const step: StepNode = { kind: 'step', start: 0, end: 0, compound }
  return printComplex({ kind: 'complex', start: 0, end: 0, steps: [step] })
}
