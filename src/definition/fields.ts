import type { EmbeddedText } from '../source/embedded.ts'
import type { Placed } from './document.ts'
import { parseDurationMs } from './duration.ts'
import { type ListNode, type MapNode, type ScalarNode, type ValueNode, valueAt } from './tree.ts'

// A schema has spoken by the time these read: what does not fit was reported, and is left out here.

/** The scalar of a key, if it is one and all of it could be filled in. */
export function scalarAt(node: ValueNode | undefined, key: string): ScalarNode | undefined {
  const value = valueAt(node, key)
  return value?.kind === 'scalar' && !value.isBroken ? value : undefined
}

export function mapAt(node: ValueNode | undefined, key: string): MapNode | undefined {
  const value = valueAt(node, key)
  return value?.kind === 'map' ? value : undefined
}

/** The entries of a list; a single value where there is no list. */
export function itemsAt(node: ValueNode | undefined, key: string): readonly ValueNode[] {
  const value = valueAt(node, key)
  if (value === undefined) return []
  return isList(value) ? value.items : [value]
}

function isList(node: ValueNode): node is ListNode {
  return node.kind === 'list'
}

/** A text for people and tables. */
export function textAt(node: ValueNode | undefined, key: string): string | undefined {
  return scalarAt(node, key)?.text.text
}

/** A text for the language. */
export function templateAt(node: ValueNode | undefined, key: string): EmbeddedText | undefined {
  const scalar = scalarAt(node, key)
  return scalar && languageText(scalar)
}

/** A text that a YAML comment may have cut off. */
export interface LanguageText extends EmbeddedText {
  readonly isCutByComment: boolean
}

export function languageText(scalar: ScalarNode): LanguageText {
  const { template, isCutByComment } = scalar
  return { text: template.text, locate: range => template.locate(range), isCutByComment }
}

export function placedTextAt(node: ValueNode | undefined, key: string): Placed<string> | undefined {
  const scalar = scalarAt(node, key)
  return scalar && placed(scalar)
}

/** The texts of a list, as one value. */
export function placedTextsAt(
  node: ValueNode | undefined,
  key: string
): Placed<readonly string[]> | undefined {
  const list = valueAt(node, key)
  return list && { value: textsAt(node, key).map(({ value }) => value), location: list.location }
}

export function placed(scalar: ScalarNode): Placed<string> {
  return { value: scalar.text.text, location: scalar.location }
}

export function durationAt(node: ValueNode | undefined, key: string): Placed<number> | undefined {
  const scalar = scalarAt(node, key)
  const value = scalar && parseDurationMs(scalar.text.text)
  return scalar && value !== undefined ? { value, location: scalar.location } : undefined
}

export function numberAt(node: ValueNode | undefined, key: string): Placed<number> | undefined {
  const scalar = scalarAt(node, key)
  return scalar && { value: Number(scalar.value), location: scalar.location }
}

/** The texts of a list. */
export function textsAt(node: ValueNode | undefined, key: string): readonly Placed<string>[] {
  return itemsAt(node, key).flatMap(item => (item.kind === 'scalar' && !item.isBroken ? [placed(item)] : []))
}
