/** A value as OTLP carries it: `bigint` is an int, `number` a double. */
export type AttributeValue =
  | string
  | boolean
  | bigint
  | number
  | null
  | Uint8Array
  | readonly AttributeValue[]
  | { readonly [key: string]: AttributeValue }

export type Attributes = ReadonlyMap<string, AttributeValue>

export const NO_ATTRIBUTES: Attributes = new Map()
