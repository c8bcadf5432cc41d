import type { JsonSchema } from '../plugin/context.ts'

export const text: JsonSchema = { type: 'string' }
export const count: JsonSchema = { type: 'integer', minimum: 0 }
/** From 1. */
export const ordinal: JsonSchema = { type: 'integer', minimum: 1 }
export const milliseconds: JsonSchema = { type: 'number', minimum: 0 }
export const spanId: JsonSchema = { type: 'string', pattern: '^[0-9a-f]{16}$' }
export const traceId: JsonSchema = { type: 'string', pattern: '^[0-9a-f]{32}$' }
export const texts: JsonSchema = { type: 'array', items: text }

/** An object; keys that end in `?` may be absent. Others may come in later versions. */
export function objectOf(description: string, keys: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const names = Object.keys(keys)
  return {
    type: 'object',
    description,
    required: names.filter(name => !name.endsWith('?')),
    properties: Object.fromEntries(names.map(name => [name.replace('?', ''), keys[name]]))
  }
}

export function arrayOf(name: string): JsonSchema {
  return { type: 'array', items: { $ref: `#/$defs/${name}` } }
}

export function oneOf(...values: readonly string[]): JsonSchema {
  return { enum: values }
}
