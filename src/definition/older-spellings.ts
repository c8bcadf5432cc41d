import type { Diagnostic } from '../errors/diagnostic.ts'
import { entryOf, type MapEntry, type MapNode, type ValueNode } from './tree.ts'

/** What `specs` was called before. */
const SPEC_KEYS: readonly string[] = ['testSpec', 'testSpecs', 'definition', 'testDefinition']

export interface Modernised {
  readonly node: MapNode
  readonly problems: readonly Diagnostic[]
}

/** The spec of a Test with older spellings put into today's: `testSpec`, `{Key, Value}` entries, object selectors, `http`. */
export function moderniseTest(node: MapNode): Modernised {
  const problems: Diagnostic[] = []
  const entries: MapEntry[] = []
  const hasSpecs = entryOf(node, 'specs') !== undefined
  for (const entry of node.entries) {
    const isOlder = SPEC_KEYS.includes(entry.key)
    if (isOlder && hasSpecs)
      problems.push({
        code: 'SCHEMA_VIOLATION',
        severity: 'error',
        message: `\`${entry.key}\` is an older spelling of \`specs\`, which stands here as well`,
        location: entry.keyLocation,
        hint: 'move its entries to `specs`'
      })
    else if (isOlder || entry.key === 'specs')
      entries.push({ ...entry, key: 'specs', value: moderniseSpecs(entry.value) })
    else if (entry.key === 'outputs')
      entries.push({ ...entry, value: mapItems(entry.value, moderniseSelector) })
    else if (entry.key === 'trigger') entries.push({ ...entry, value: moderniseTrigger(entry.value) })
    else entries.push(entry)
  }
  return { node: { ...node, entries }, problems }
}

/** `http`, as the server of Tracetest keeps it, for `httpRequest`; `protobuf_file` for `protobufFile`. */
function moderniseTrigger(value: ValueNode): ValueNode {
  if (value.kind !== 'map') return value
  const entries = renameKey(value, 'http', 'httpRequest').entries.map(entry =>
    entry.key === 'grpc' && entry.value.kind === 'map'
      ? { ...entry, value: renameKey(entry.value, 'protobuf_file', 'protobufFile') }
      : entry
  )
  return { ...value, entries }
}

/** Leaves both where today's spelling stands there as well. */
function renameKey(node: MapNode, older: string, key: string): MapNode {
  if (entryOf(node, key)) return node
  return { ...node, entries: node.entries.map(entry => (entry.key === older ? { ...entry, key } : entry)) }
}

function moderniseSpecs(value: ValueNode): ValueNode {
  const nested = entryOf(value, 'definitions') ?? entryOf(value, 'specs')
  return mapItems(nested?.value ?? value, moderniseSpec)
}

function mapItems(value: ValueNode, change: (item: ValueNode) => ValueNode): ValueNode {
  return value.kind === 'list' ? { ...value, items: value.items.map(change) } : value
}

function moderniseSpec(item: ValueNode): ValueNode {
  if (item.kind !== 'map') return item
  const key = entryOf(item, 'key') ?? entryOf(item, 'Key')
  const value = entryOf(item, 'value') ?? entryOf(item, 'Value')
  if (!key || !value || item.entries.length !== 2) return moderniseSelector(lowerKeys(item))
  const selector = { ...key, key: 'selector' }
  const rest = value.value.kind === 'map' ? lowerKeys(value.value).entries : [{ ...value, key: 'assertions' }]
  return moderniseSelector({ ...item, entries: [selector, ...rest] })
}

function lowerKeys(node: MapNode): MapNode {
  const lowered = node.entries.map(entry =>
    ['Name', 'Assertions', 'Selector'].includes(entry.key)
      ? { ...entry, key: entry.key.toLowerCase() }
      : entry
  )
  return { ...node, entries: lowered }
}

/** `selector: {query: …}`, as Tracetest's server writes it. */
function moderniseSelector(node: ValueNode): ValueNode {
  if (node.kind !== 'map') return node
  const entries = node.entries.map(entry => {
    const query = entry.key === 'selector' ? entryOf(entry.value, 'query') : undefined
    return query ? { ...entry, value: query.value } : entry
  })
  return { ...node, entries }
}
