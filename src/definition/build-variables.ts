import type { Diagnostic } from '../errors/diagnostic.ts'
import type { Location } from '../source/source-text.ts'
import type { VariableDefinition, VariablesDefinition } from './document.ts'
import { scalarAt, textAt, textsAt } from './fields.ts'
import { type MapNode, type ValueNode, valueAt } from './tree.ts'

/** What a test, a suite or the project file brings under `variables` and `variableSets`. */
export function variablesAt(node: MapNode): VariablesDefinition {
  return {
    variables: buildVariables(valueAt(node, 'variables')),
    variableSets: textsAt(node, 'variableSets')
  }
}

/** Both forms: a mapping of names to values, and a list of key, value and type. */
export function buildVariables(node: ValueNode | undefined): readonly VariableDefinition[] {
  if (node?.kind === 'map')
    return node.entries
      .filter(entry => !entry.key.startsWith('x-'))
      .flatMap(({ key, keyLocation, value }) => buildVariable(key, keyLocation, value, false))
  if (node?.kind !== 'list') return []
  return node.items.flatMap(item => {
    const name = scalarAt(item, 'key')
    const isSecret = textAt(item, 'type') === 'secret'
    return name ? buildVariable(name.text.text, name.location, valueAt(item, 'value'), isSecret) : []
  })
}

/** A variable that was written without a value is empty, as it is for Tracetest. */
function buildVariable(
  name: string,
  location: Location,
  value: ValueNode | undefined,
  isSecret: boolean
): readonly VariableDefinition[] {
  if (value === undefined || (value.kind === 'scalar' && value.value === null))
    return [{ name, value: '', isSecret, location }]
  if (value.kind !== 'scalar') return []
  const unset = value.isBroken ? { isUnset: true } : {}
  return [{ name, value: value.text.text, isSecret, location, ...unset }]
}

/** Names that stand in one place more than once: which value was meant would be chance. */
export function repeatedVariables(variables: readonly VariableDefinition[]): readonly Diagnostic[] {
  const seen = new Set<string>()
  return variables.flatMap(({ name, location }) => {
    if (!seen.has(name)) {
      seen.add(name)
      return []
    }
    const message = `the variable \`${name}\` stands here twice`
    return [
      { code: 'SCHEMA_VIOLATION', severity: 'error', message, ...(location ? { location } : {}) } as const
    ]
  })
}
