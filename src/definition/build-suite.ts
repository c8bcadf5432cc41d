import type { Diagnostic } from '../errors/diagnostic.ts'
import type { Location } from '../source/source-text.ts'
import { buildVariables, repeatedVariables, variablesAt } from './build-variables.ts'
import type { StepDefinition, StepVariable, SuiteDefinition, VariableSetDocument } from './document.ts'
import { itemsAt, languageText, mapAt, placed, placedTextAt, scalarAt, textAt, textsAt } from './fields.ts'
import { isNothing, type MapNode, type ValueNode, valueAt } from './tree.ts'

export interface Built<T> {
  readonly definition: T
  readonly problems: readonly Diagnostic[]
}

/** The suite that a document says, as far as it does; `hasErrors` tells that its schema was not met. */
export function buildSuite(node: MapNode, owner: Location, hasErrors: boolean): Built<SuiteDefinition> {
  const name = scalarAt(node, 'name')
  const [id, skip] = ['id', 'skip'].map(key => textAt(node, key))
  const steps = itemsAt(node, 'steps').map(buildStep)
  const variables = variablesAt(node)
  const problems = repeatedVariables(variables.variables)
  const definition: SuiteDefinition = {
    kind: 'suite',
    location: name?.location ?? owner,
    name: name?.text.text ?? 'a suite without a name',
    ...(id === undefined ? {} : { id }),
    ...(skip === undefined ? {} : { skip }),
    tags: textsAt(node, 'tags').map(tag => tag.value),
    steps: steps.filter(step => step !== undefined),
    ...variables,
    isIncomplete: hasErrors || problems.length > 0 || steps.includes(undefined)
  }
  return { definition, problems }
}

function buildStep(item: ValueNode): StepDefinition | undefined {
  if (item.kind === 'scalar')
    return item.isBroken || isNothing(item) ? undefined : { reference: placed(item), variables: [] }
  const reference = placedTextAt(item, 'test')
  return reference && { reference, variables: stepVariables(mapAt(item, 'variables')) }
}

function stepVariables(node: MapNode | undefined): readonly StepVariable[] {
  return (node?.entries ?? []).flatMap(({ key, keyLocation, value }) =>
    value.kind === 'scalar' && !value.isBroken
      ? [{ name: key, value: languageText(value), location: keyLocation }]
      : []
  )
}

/** The variables that a document of `type: VariableSet` says. */
export function buildVariableSet(node: MapNode, owner: Location): Built<VariableSetDocument> {
  const [id, name] = ['id', 'name'].map(key => textAt(node, key))
  const variables = buildVariables(valueAt(node, 'values'))
  const definition: VariableSetDocument = {
    kind: 'variable-set',
    location: scalarAt(node, 'name')?.location ?? owner,
    ...(id === undefined ? {} : { id }),
    ...(name === undefined ? {} : { name }),
    variables
  }
  return { definition, problems: repeatedVariables(variables) }
}
