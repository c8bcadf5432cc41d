import type { Diagnostic } from '../errors/diagnostic.ts'
import { suggest } from '../errors/suggest.ts'
import type { Location } from '../source/source-text.ts'
import { annotationsOf, isRefused, unknownKey } from './annotations.ts'
import { complain } from './complaint.ts'
import { entryOf, isNothing, nodeAt, plainValue, type ValueNode } from './tree.ts'
import type { SchemaError, Validate } from './validators.ts'

/**
 * Checks a value against its schema and says everything that is wrong with it, each where it stands.
 * `owner` is the place of what the value belongs to: it is shown where something is missing.
 */
export function checkValue(node: ValueNode, validate: Validate, owner: Location): readonly Diagnostic[] {
  const errors = [...validate(checkable(plainValue(node)))]
  // A key without a value counts as absent; that it is known must be checked all the same.
  if (hasNothing(node))
    errors.push(...validate(checkable(plainValue(node, true))).filter(error => isNothingKey(error, node)))
  const found = relevantErrors(errors, node).flatMap(error => explain(error, node, owner))
  const isSaid =
    found.some(problem => problem.severity === 'error') || !errors.some(isRefused) || hasBroken(node)
  // Whatever was left out as beside the point: what breaks its schema never counts as sound.
  return isSaid ? found.toSorted((a, b) => startOf(a) - startOf(b)) : [...found, misfit(owner)]
}

/** JSON Schema knows no `bigint`: where a text is wanted, a number of many digits is one. */
function checkable(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return value.map(checkable)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, checkable(part)]))
}

function startOf({ location }: Diagnostic): number {
  return location?.range.start ?? 0
}

function misfit(location: Location): Diagnostic {
  return { code: 'SCHEMA_VIOLATION', severity: 'error', message: 'this does not fit its schema', location }
}

/** Whether a part was reported before, and what is said of it now would be noise. */
function hasBroken(node: ValueNode): boolean {
  if (node.kind === 'scalar') return node.isBroken
  return node.kind === 'list'
    ? node.items.some(hasBroken)
    : node.entries.some(entry => hasBroken(entry.value))
}

function hasNothing(node: ValueNode): boolean {
  if (node.kind === 'scalar') return node.value === null
  return node.kind === 'list'
    ? node.items.some(hasNothing)
    : node.entries.some(entry => hasNothing(entry.value))
}

function isNothingKey(error: SchemaError, root: ValueNode): boolean {
  const key = unknownKey(error)
  const value = key === undefined ? undefined : entryOf(nodeAt(root, pathOf(error)), key)?.value
  return value !== undefined && isNothing(value)
}

/** What ajv says beside the point: that an `if` led to a `then`, branches not meant, what hangs on an unknown kind. */
function relevantErrors(all: readonly SchemaError[], root: ValueNode): readonly SchemaError[] {
  const forms = all.filter(error => error.keyword === 'oneOf' || error.keyword === 'anyOf')
  const errors = all.filter(
    error => !forms.some(one => one !== error && isBelow(error.schemaPath, one.schemaPath))
  )
  const unknownKinds = errors.filter(
    error => error.keyword === 'enum' && annotationsOf(error)['x-names'] !== undefined
  )
  const misspelt = new Set(errors.flatMap(misspeltKey))
  const misplaced = new Set(errors.flatMap(misplacedKey))
  const mistyped = new Set(errors.filter(error => error.keyword === 'type').map(error => error.instancePath))
  return errors.filter(error => {
    const { keyword, instancePath, params } = error
    if (misspelt.has(`${instancePath}/${params.missingProperty}`)) return false
    if (params.missingProperty !== undefined && misplaced.has(params.missingProperty)) return false
    if (keyword !== 'type' && mistyped.has(instancePath)) return false
    if (keyword === 'if' || nodeAt(root, pathOf(error)) === undefined) return false
    return !unknownKinds.some(
      one => one !== error && isBelow(error.instancePath, parentOf(one.instancePath)) && isOfKind(error)
    )
  })
}

/** The path of the key that an unknown one was meant to be: that it is missing need not be said as well. */
function misspeltKey(error: SchemaError): readonly string[] {
  const key = isRefused(error) ? unknownKey(error) : undefined
  const near = key && suggest(key, Object.keys(annotationsOf(error).properties ?? {}))
  return near ? [`${error.instancePath}/${near}`] : []
}

/** A key that stands elsewhere than it belongs is not missing where it belongs as well. */
function misplacedKey(error: SchemaError): readonly string[] {
  const key = isRefused(error) ? unknownKey(error) : undefined
  return key !== undefined && annotationsOf(error)['x-home']?.[key] !== undefined ? [key] : []
}

/** Whether a complaint may be the consequence of a kind that is not known. */
function isOfKind(error: SchemaError): boolean {
  return unknownKey(error) !== undefined || error.keyword === 'required'
}

function isBelow(path: string, above: string): boolean {
  return path === above || path.startsWith(`${above}/`)
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'))
}

function pathOf(error: SchemaError): readonly string[] {
  if (error.instancePath === '') return []
  return error.instancePath
    .slice(1)
    .split('/')
    .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function explain(error: SchemaError, root: ValueNode, owner: Location): readonly Diagnostic[] {
  const path = pathOf(error)
  const node = nodeAt(root, path)
  if (node === undefined || (node.kind === 'scalar' && node.isBroken)) return []
  const schema = annotationsOf(error)
  const complaint = complain({ error, schema, node, path, place: keyLocation(root, path) ?? owner })
  if (complaint === undefined) return []
  const { code = 'SCHEMA_VIOLATION', severity = 'error', message, hint, location = node.location } = complaint
  return [{ code, severity, message, location, ...(hint === undefined ? {} : { hint }) }]
}

function keyLocation(root: ValueNode, path: readonly string[]): Location | undefined {
  for (let length = path.length; length > 0; length--) {
    const parent = nodeAt(root, path.slice(0, length - 1))
    if (parent?.kind === 'map') return entryOf(parent, path[length - 1]!)?.keyLocation
    // An entry of a list has no key: its own first one shows where it is.
    const item = nodeAt(root, path.slice(0, length))
    if (item?.kind === 'map' && item.entries[0]) return item.entries[0].keyLocation
    if (item && length === path.length) return item.location
  }
  return undefined
}
