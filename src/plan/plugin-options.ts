import { isNothing, type ScalarNode, type ValueNode } from '../definition/tree.ts'

interface OptionsSchema {
  readonly type?: unknown
  readonly properties?: Readonly<Record<string, OptionsSchema>>
  readonly additionalProperties?: unknown
  readonly items?: OptionsSchema
}

/** Options as a plug-in takes them: texts where it wants texts, whatever YAML took them for. */
export function optionsOf(node: ValueNode, schema: OptionsSchema | undefined): unknown {
  // Data of the user: keys that start with `x-` and those without a value belong to it.
  if (schema?.additionalProperties === true) return dataOf(node)
  switch (node.kind) {
    case 'scalar':
      return schema?.type === 'string' && node.value !== null ? node.text.text : numberOf(node)
    case 'list':
      return node.items.map(item => optionsOf(item, schema?.items))
    case 'map':
      return Object.fromEntries(
        node.entries
          .filter(({ key, value }) => !isNothing(value) && !key.startsWith('x-'))
          .map(({ key, value }) => [key, optionsOf(value, schemaOf(schema, key))])
      )
  }
}

function schemaOf(schema: OptionsSchema | undefined, key: string): OptionsSchema | undefined {
  const others = schema?.additionalProperties
  return schema?.properties?.[key] ?? (typeof others === 'object' && others !== null ? others : undefined)
}

function numberOf({ value }: ScalarNode): unknown {
  return typeof value === 'bigint' ? Number(value) : value
}

/** All of it, as YAML takes it; integers that a double cannot hold keep their digits. */
function dataOf(node: ValueNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return typeof node.value === 'bigint' && !Number.isSafeInteger(Number(node.value))
        ? node.value
        : numberOf(node)
    case 'list':
      return node.items.map(dataOf)
    case 'map':
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, dataOf(value)]))
  }
}

/** The same value with something else at a path; `undefined` takes it out. */
export function withValue(value: unknown, path: readonly (string | number)[], replacement: unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined) return replacement
  if (Array.isArray(value))
    return value.map((item, index) => (index === step ? withValue(item, rest, replacement) : item))
  const entries = (value ?? {}) as Readonly<Record<string | number, unknown>>
  const changed = withValue(entries[step], rest, replacement)
  // In its place: what is sent keeps the order in which it was written.
  const all = { ...entries, [step]: changed }
  if (changed === undefined) delete all[step]
  return all
}
