import type { Diagnostic } from '../errors/diagnostic.ts'
import type { Location } from '../source/source-text.ts'
import { repeatedVariables, variablesAt } from './build-variables.ts'
import { buildPollingProfile, buildWait } from './build-wait.ts'
import { dataStoreAt } from './data-store.ts'
import type { OutputDefinition, SpecDefinition, TestDefinition, TriggerDefinition } from './document.ts'
import {
  durationAt,
  itemsAt,
  languageText,
  mapAt,
  numberAt,
  placed,
  placedTextAt,
  placedTextsAt,
  scalarAt,
  templateAt,
  textAt,
  textsAt
} from './fields.ts'
import { entryOf, type MapNode, type ScalarNode, type ValueNode, valueAt } from './tree.ts'

export interface BuiltTest {
  readonly test?: TestDefinition
  readonly problems: readonly Diagnostic[]
}

/** The test that a document says, as far as it does; `hasErrors` tells that its schema was not met. */
export function buildTest(node: MapNode, owner: Location, hasErrors: boolean): BuiltTest {
  const name = scalarAt(node, 'name')
  const trigger = buildTrigger(node)
  const specs = itemsAt(node, 'specs').map(item => buildSpec(item))
  const outputs = itemsAt(node, 'outputs').map(item => buildOutput(item))
  const variables = variablesAt(node)
  const problems = [...purposeProblems(node, owner), ...repeatedVariables(variables.variables)]
  if (trigger === undefined) return { problems }

  const [id, description, skip, serial] = ['id', 'description', 'skip', 'serial'].map(key =>
    textAt(node, key)
  )
  const only = scalarAt(node, 'only')
  const retries = numberAt(node, 'retries')
  const pollingProfile = valueAt(node, 'pollingProfile')
  const store = dataStoreAt(node, 'dataStore')
  const profile =
    pollingProfile?.kind === 'map' ? buildPollingProfile(pollingProfile) : reference(pollingProfile)
  const isIncomplete = hasErrors || problems.length > 0 || [...specs, ...outputs].includes(undefined)
  const test: TestDefinition = {
    kind: 'test',
    location: name?.location ?? owner,
    name: name?.text.text ?? 'a test without a name',
    ...(id === undefined ? {} : { id }),
    ...(description === undefined ? {} : { description }),
    ...(skip === undefined ? {} : { skip }),
    ...(only?.value === true ? { only: only.location } : {}),
    ...(serial === undefined ? {} : { serial }),
    ...(retries ? { retries } : {}),
    tags: textsAt(node, 'tags').map(tag => tag.value),
    trigger,
    collectsTrace: scalarAt(node, 'skipTraceCollection')?.value !== true,
    specs: specs.filter(spec => spec !== undefined),
    outputs: outputs.filter(output => output !== undefined),
    ...variables,
    wait: buildWait(node),
    ...(store ? { dataStore: store } : {}),
    ...(profile ? { pollingProfile: profile } : {}),
    files: new Map(),
    isIncomplete
  }
  return { test, problems }
}

function reference(node: ValueNode | undefined): { value: string; location: Location } | undefined {
  return node?.kind === 'scalar' && !node.isBroken
    ? { value: node.text.text, location: node.location }
    : undefined
}

function buildTrigger(node: MapNode): TriggerDefinition | undefined {
  const entry = entryOf(node, 'trigger')
  const trigger = mapAt(node, 'trigger')
  const type = placedTextAt(trigger, 'type')
  if (!entry || !trigger || !type) return undefined
  const timeoutMs = durationAt(trigger, 'timeout')
  const sampling = textAt(trigger, 'sampling')
  const propagation = placedTextsAt(trigger, 'propagation')
  const traceIdHeader = placedTextAt(mapAt(trigger, 'traceId'), 'header')
  return {
    type,
    location: entry.keyLocation,
    node: trigger,
    ...(timeoutMs ? { timeoutMs } : {}),
    ...(sampling === 'friendly' || sampling === 'random' ? { sampling } : {}),
    ...(propagation ? { propagation } : {}),
    ...(traceIdHeader ? { traceIdHeader } : {})
  }
}

function buildSpec(item: ValueNode): SpecDefinition | undefined {
  if (item.kind !== 'map') return undefined
  const name = scalarAt(item, 'name')
  const when = templateAt(item, 'when')
  const facts = {
    ...(name && name.text.text !== '' ? { name: languageText(name) } : {}),
    ...(when ? { when } : {}),
    severity: textAt(item, 'severity') === 'warning' ? 'warning' : 'error'
  } as const
  const sequence = valueAt(item, 'sequence')
  if (sequence) {
    const steps = sequence.kind === 'map' ? itemsAt(sequence, 'steps') : itemsAt(item, 'sequence')
    const scalars = steps.filter(isUsable)
    if (scalars.length < steps.length) return undefined
    return {
      kind: 'sequence',
      location: entryOf(item, 'sequence')!.keyLocation,
      by: textAt(sequence, 'by') === 'start' ? 'start' : 'end',
      steps: scalars.map(languageText),
      ...facts
    }
  }
  const selector = valueAt(item, 'selector')
  const assertions = itemsAt(item, 'assertions').filter(isUsable)
  if ((selector && !isUsable(selector)) || assertions.length === 0) return undefined
  // Without a selector all spans are meant, as with an empty one.
  const nothing = { text: '', locate: () => item.location }
  return {
    kind: 'selector',
    location: selector?.location ?? item.location,
    selector: selector ? languageText(selector) : nothing,
    assertions: assertions.map(languageText),
    ...facts
  }
}

function isUsable(node: ValueNode): node is ScalarNode {
  return node.kind === 'scalar' && !node.isBroken && node.value !== null
}

function buildOutput(item: ValueNode): OutputDefinition | undefined {
  const name = scalarAt(item, 'name')
  const selector = valueAt(item, 'selector')
  const value = templateAt(item, 'value')
  if (!name || !value || (selector && !isUsable(selector))) return undefined
  const { value: text, location } = placed(name)
  const isList = scalarAt(item, 'all')?.value === true
  return {
    name: text,
    location: location!,
    value,
    isList,
    ...(selector ? { selector: languageText(selector) } : {})
  }
}

/** A test that asserts nothing would pass whatever happens. */
function purposeProblems(node: MapNode, owner: Location): readonly Diagnostic[] {
  const hasPurpose = [...itemsAt(node, 'specs'), ...itemsAt(node, 'outputs')].length > 0
  const isMistyped = ['specs', 'outputs'].some(key => (valueAt(node, key)?.kind ?? 'list') !== 'list')
  if (hasPurpose || isMistyped) return []
  const entry = entryOf(node, 'specs')
  return [
    {
      code: 'SCHEMA_VIOLATION',
      severity: 'error',
      message: entry
        ? '`specs` is empty: the test would check nothing'
        : '`specs` is missing: the test would check nothing',
      location: entry?.keyLocation ?? scalarAt(node, 'name')?.location ?? owner,
      hint: 'say what must hold: `specs: [{ selector: "span[…]", assertions: ["count() = 1"] }]`'
    }
  ]
}
