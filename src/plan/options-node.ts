import type { TriggerDefinition } from '../definition/document.ts'
import { type MapNode, type ScalarNode, valueAt } from '../definition/tree.ts'
import type { Trigger } from '../plugin/trigger.ts'
import type { Location } from '../source/source-text.ts'

/** The options that a test writes for its trigger; else its defaults, as if they stood at the type. */
export function optionsNodeOf(
  { defaults, optionsKey }: Trigger<unknown>,
  { node, type }: TriggerDefinition
): MapNode | undefined {
  const written = valueAt(node, optionsKey)
  if (written?.kind === 'map' && (defaults === undefined || written.entries.length > 0)) return written
  if (defaults === undefined || (written !== undefined && written.kind !== 'map')) return undefined
  const location = type.location ?? node.location
  return {
    kind: 'map',
    location,
    entries: Object.entries(defaults).map(([key, text]) => ({
      key,
      keyLocation: location,
      value: scalarOf(text, location)
    }))
  }
}

function scalarOf(text: string, location: Location): ScalarNode {
  const embedded = { text, locate: () => location }
  return {
    kind: 'scalar',
    location,
    value: text,
    text: embedded,
    template: embedded,
    isQuoted: true,
    isBroken: false,
    isCutByComment: false
  }
}
