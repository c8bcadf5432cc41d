import type { CallNode } from '../language/ast.ts'
import type { CompiledChecks } from '../language/check.ts'
import { type FunctionSources, functions } from '../language/functions.ts'
import { printExpression } from '../language/print.ts'
import { textOf, type Value } from '../language/values.ts'
import { walkNodes } from '../language/walk.ts'
import { nodesOfChecks } from './nodes.ts'

/**
 * What the functions of a test gave, each call once: a test that is judged many times, or again offline, sees the
 * same values. Keys are the print of a call and its place among its equals: `uuid()#1`.
 */
export interface CallMemo {
  /** What a call gives: for the same arguments what it gave before. Throws a `FilterError` for wrong arguments. */
  valueOf(node: CallNode, args: readonly Value[]): Value
  /** All that was generated so far: what a saved run keeps. */
  readonly generated: ReadonlyMap<string, string>
}

/** A memo for one attempt of a test, or for judging a saved run again with the values that it `recorded`. */
export function createCallMemo(
  sources: FunctionSources,
  checks: CompiledChecks,
  recorded: ReadonlyMap<string, string> = new Map()
): CallMemo {
  const generated = new Map(recorded)
  // Most tests call nothing, and a run keeps a memo for each.
  let known: { readonly names: Map<CallNode, string>; readonly equals: Map<string, number> } | undefined
  const nameCall = (node: CallNode, place: string): string => {
    known ??= { names: new Map(), equals: new Map() }
    const { names, equals } = known
    const text = `${place}${printExpression(node)}`
    const number = (equals.get(text) ?? 0) + 1
    equals.set(text, number)
    const name = `${text}#${number}`
    names.set(node, name)
    return name
  }
  // Before the first evaluation, so that a name depends on the definition alone.
  for (const node of nodesOfChecks(checks))
    walkNodes(node, inner => {
      if (inner.kind === 'call') nameCall(inner, '')
    })
  return {
    generated,
    valueOf(node, args) {
      const name = known?.names.get(node) ?? nameCall(node, 'request ')
      const key = args.length === 0 ? name : `${name} of ${args.map(textOf).join(', ')}`
      const before = generated.get(key)
      const called = functions.get(node.name)
      if (before !== undefined) return called?.returns === 'int' ? BigInt(before) : before
      const value = called?.call(sources, args) ?? null
      generated.set(key, textOf(value))
      return value
    }
  }
}
