import type { EmbeddedText } from '../source/embedded.ts'
import type { Location } from '../source/source-text.ts'

/** A value of a YAML document: aliases and merge keys resolved, the environment filled in, places kept. */
export type ValueNode = ScalarNode | ListNode | MapNode

export interface ScalarNode {
  readonly kind: 'scalar'
  readonly location: Location
  /** As YAML understands it; what was written is in `text`. */
  readonly value: string | number | bigint | boolean | null
  /** The content, as a text. */
  readonly text: EmbeddedText
  /** The same for the language, which reads `$${` itself. */
  readonly template: EmbeddedText
  readonly isQuoted: boolean
  /** A part of it could not be filled in, and was reported: what is said of it further on would be noise. */
  readonly isBroken: boolean
  /** YAML took what follows ` #` for a comment: often the cause where the text looks cut off. */
  readonly isCutByComment: boolean
}

export interface ListNode {
  readonly kind: 'list'
  readonly location: Location
  readonly items: readonly ValueNode[]
}

export interface MapEntry {
  readonly key: string
  readonly keyLocation: Location
  readonly value: ValueNode
}

export interface MapNode {
  readonly kind: 'map'
  readonly location: Location
  readonly entries: readonly MapEntry[]
}

/** The entry of a key; undefined where the value is no mapping or has no such key. */
export function entryOf(node: ValueNode | undefined, key: string): MapEntry | undefined {
  return node?.kind === 'map' ? node.entries.find(entry => entry.key === key) : undefined
}

/** The value of a key; a key without a value counts as absent. */
export function valueAt(node: ValueNode | undefined, key: string): ValueNode | undefined {
  const value = entryOf(node, key)?.value
  return value && isNothing(value) ? undefined : value
}

/** Whether nothing was written, or `null`. */
export function isNothing(node: ValueNode): boolean {
  return node.kind === 'scalar' && node.value === null
}

/** The node at a path of keys and indices. */
export function nodeAt(node: ValueNode, path: readonly string[]): ValueNode | undefined {
  let current: ValueNode | undefined = node
  for (const step of path) {
    if (current === undefined) return undefined
    current = current.kind === 'list' ? current.items[Number(step)] : entryOf(current, step)?.value
  }
  return current
}

/**
 * The plain value, as a schema checks it and a plug-in takes it. Keys without a value are left out
 * unless `keepsNothing`; integers that a double cannot hold stay `bigint`.
 */
export function plainValue(node: ValueNode, keepsNothing = false): unknown {
  switch (node.kind) {
    case 'scalar':
      return typeof node.value === 'bigint' && Number.isSafeInteger(Number(node.value))
        ? Number(node.value)
        : node.value
    case 'list':
      return node.items.map(item => plainValue(item, keepsNothing))
    case 'map': {
      const entries = keepsNothing ? node.entries : node.entries.filter(entry => !isNothing(entry.value))
      return Object.fromEntries(entries.map(entry => [entry.key, plainValue(entry.value, keepsNothing)]))
    }
  }
}
