import { jsonText, kindOf, textOf } from '../language/values.ts'
import type { AttributeValue } from '../model/attributes.ts'

/** A value for reading, and its type. */
export interface ShownValue {
  readonly text: string
  readonly type: string
}

export function showAttribute(value: AttributeValue): ShownValue {
  const type = kindOf(value)
  if (value instanceof Uint8Array) return { type: `bytes, ${value.length}, as base64`, text: textOf(value) }
  if (type === 'array' || type === 'map') return { type, text: jsonText(value) }
  return { type, text: textOf(value) }
}

/** A selector that chooses the spans with this attribute; undefined for values that no selector compares. */
export function selectorFor(key: string, value: AttributeValue): string | undefined {
  if (!/^[A-Za-z_][\w.-]*$/.test(key)) return undefined
  switch (typeof value) {
    case 'string':
      return value.length > 200
        ? undefined
        : `span[${key}=${JSON.stringify(value.replaceAll('${', () => '$${'))}]`
    case 'boolean':
    case 'bigint':
      return `span[${key}=${value}]`
    default:
      return undefined
  }
}
