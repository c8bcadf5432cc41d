import type { SchemaError } from './validators.ts'

/** What a schema says of itself, keywords of ours among it. */
export interface Annotations {
  readonly title?: string
  readonly type?: string | readonly string[]
  readonly items?: { readonly properties?: { readonly key?: unknown; readonly value?: unknown } }
  readonly properties?: Readonly<Record<string, unknown>>
  readonly required?: readonly string[]
  readonly enum?: readonly unknown[]
  readonly 'x-fix'?: string
  readonly 'x-empty'?: string
  readonly 'x-names'?: 'trigger' | 'backend'
  readonly 'x-silent'?: readonly string[]
  readonly 'x-idle'?: Readonly<Record<string, string>>
  readonly 'x-home'?: Readonly<Record<string, string>>
}

/** The schema that a value was checked against. */
export function annotationsOf({ parentSchema }: SchemaError): Annotations {
  return typeof parentSchema === 'object' ? parentSchema : {}
}

/** The key that a schema does not know, where that is the complaint. */
export function unknownKey(error: SchemaError): string | undefined {
  return error.params.additionalProperty ?? error.params.unevaluatedProperty
}

/** Whether a complaint is more than a remark on a key that is read over. */
export function isRefused(error: SchemaError): boolean {
  const key = unknownKey(error)
  const { 'x-silent': silent = [], 'x-idle': idle = {} } = annotationsOf(error)
  return key === undefined || (!silent.includes(key) && !(key in idle))
}
