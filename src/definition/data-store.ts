import type { DataStoreDefinition, Placed } from './document.ts'
import { mapAt, placedTextAt } from './fields.ts'
import { type MapNode, type ValueNode, valueAt } from './tree.ts'

/** A data store as it may be written: in full, as `type=ADDRESS`, or by the name of one or of a kind. */
export function dataStoreAt(node: MapNode, key: string): DataStoreDefinition | Placed<string> | undefined {
  const value = valueAt(node, key)
  if (value?.kind === 'map') return buildDataStore(value)
  const text = placedTextAt(node, key)
  return text && (parseShortStore(text) ?? text)
}

/** Undefined where no type was said. */
export function buildDataStore(node: MapNode): DataStoreDefinition | undefined {
  const type = placedTextAt(node, 'type')
  if (type === undefined) return undefined
  const options = mapAt(node, type.value)
  return options ? { type, options } : { type }
}

/** The data stores under their names. */
export function buildDataStores(
  node: ValueNode | undefined
): ReadonlyMap<string, DataStoreDefinition> | undefined {
  if (node?.kind !== 'map') return undefined
  const stores = new Map<string, DataStoreDefinition>()
  for (const { key } of node.entries) {
    const store = dataStoreAt(node, key)
    if (store !== undefined && 'type' in store) stores.set(key, store)
  }
  return stores
}

/** `jaeger=http://localhost:16686`; undefined for any other text. */
export function parseShortStore({ value, location }: Placed<string>): DataStoreDefinition | undefined {
  const [, kind, address] = /^([a-z0-9]+)=(.*)$/is.exec(value) ?? []
  if (kind === undefined || address === undefined) return undefined
  const place = location ? { location } : {}
  return { type: { value: kind, ...place }, address: { value: address, ...place } }
}

/** The same store, its relative paths starting in a folder. */
export function fromFolder(
  store: DataStoreDefinition | Placed<string>,
  folder: string
): DataStoreDefinition | Placed<string> {
  return 'type' in store ? { ...store, folder } : store
}
