import type { Diagnostic, DiagnosticCode, Severity } from '../errors/diagnostic.ts'
import { suggest } from '../errors/suggest.ts'
import type { Location } from '../source/source-text.ts'
import { TRACETEST_BACKENDS, TRACETEST_TRIGGERS } from './known-names.ts'
import { entryOf, isNothing, nodeAt, plainValue, type ValueNode } from './tree.ts'
import type { SchemaError, Validate } from './validators.ts'

/**
 * Checks a value against its schema and says everything that is wrong with it, each where it stands.
 * `owner` is the place of what the value belongs to: it is shown where something is missing.
 */
export function checkValue(node: ValueNode, validate: Validate, owner: Location): readonly Diagnostic[] {
  const errors = [...validate(plainValue(node))]
  // A key without a value counts as absent; that it is known must be checked all the same.
  if (hasNothing(node))
    errors.push(...validate(plainValue(node, true)).filter(error => isNothingKey(error, node)))
  const found = relevantErrors(errors, node).flatMap(error => explain(error, node, owner))
  return found.sort((a, b) => startOf(a) - startOf(b))
}

function startOf({ location }: Diagnostic): number {
  return location?.range.start ?? 0
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
function relevantErrors(errors: readonly SchemaError[], root: ValueNode): readonly SchemaError[] {
  const alternatives = errors.filter(error => error.keyword === 'oneOf' || error.keyword === 'anyOf')
  const unknownKinds = errors.filter(
    error => error.keyword === 'enum' && annotationsOf(error)['x-names'] !== undefined
  )
  const misspelt = errors.flatMap(misspeltKey)
  const misplaced = errors.flatMap(misplacedKey)
  const mistyped = errors.filter(error => error.keyword === 'type').map(error => error.instancePath)
  return errors.filter(error => {
    const { keyword, instancePath, params } = error
    if (misspelt.includes(`${instancePath}/${params.missingProperty}`)) return false
    if (params.missingProperty !== undefined && misplaced.includes(params.missingProperty)) return false
    if (keyword !== 'type' && mistyped.includes(instancePath)) return false
    if (keyword === 'if' || nodeAt(root, pathOf(error)) === undefined) return false
    if (alternatives.some(one => one !== error && isBelow(error.schemaPath, one.schemaPath))) return false
    return !unknownKinds.some(
      one => one !== error && isBelow(error.instancePath, parentOf(one.instancePath)) && isOfKind(error)
    )
  })
}

/** The path of the key that an unknown one was meant to be: that it is missing need not be said as well. */
function misspeltKey(error: SchemaError): readonly string[] {
  const key = unknownKey(error)
  const near = key && suggest(key, Object.keys(annotationsOf(error).properties ?? {}))
  return near ? [`${error.instancePath}/${near}`] : []
}

/** A key that stands elsewhere than it belongs is not missing where it belongs as well. */
function misplacedKey(error: SchemaError): readonly string[] {
  const key = unknownKey(error)
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

function unknownKey(error: SchemaError): string | undefined {
  return error.params.additionalProperty ?? error.params.unevaluatedProperty
}

function pathOf(error: SchemaError): readonly string[] {
  if (error.instancePath === '') return []
  return error.instancePath
    .slice(1)
    .split('/')
    .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

interface Annotations {
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
  readonly 'x-coming'?: Readonly<Record<string, string>>
  readonly 'x-home'?: Readonly<Record<string, string>>
}

function annotationsOf({ parentSchema }: SchemaError): Annotations {
  return typeof parentSchema === 'object' ? parentSchema : {}
}

interface Complaint {
  readonly code?: DiagnosticCode
  readonly severity?: Severity
  readonly message: string
  readonly hint?: string | undefined
  readonly location?: Location
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

interface Case {
  readonly error: SchemaError
  readonly schema: Annotations
  readonly node: ValueNode
  readonly path: readonly string[]
  /** Of the key under which the value stands. */
  readonly place: Location
}

function complain(one: Case): Complaint | undefined {
  const { error, schema, node, path, place } = one
  const fix = schema['x-fix']
  switch (error.keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return complainOfKey(one)
    case 'required': {
      const key = String(error.params.missingProperty)
      const entry = entryOf(node, key)
      if (entry) return { message: `\`${key}\` has no value`, location: entry.keyLocation }
      return {
        message: `\`${key}\` is missing${path.length === 0 ? '' : ` in ${nameOf(path)}`}`,
        location: place
      }
    }
    case 'enum':
      return complainOfChoice(one)
    case 'false schema':
      return {
        message: `${nameOf(path)} has no place beside \`sequence\``,
        hint: 'a sequence is a spec of its own',
        location: place
      }
    case 'minItems':
    case 'minLength':
    case 'minProperties':
      return { message: `${nameOf(path)} ${schema['x-empty'] ?? 'is empty'}`, location: place }
    case 'type':
      return {
        message: `${nameOf(path)}: expected ${schema.title ?? typeWords(error.params.type)}, found ${describe(node)}`,
        hint:
          unquotedColon(node) ??
          (schema.title === 'a duration' ? durationFix(node) : undefined) ??
          fix ??
          fixOf(node, schema),
        ...(node.kind === 'map' || node.kind === 'list' ? { location: place } : {})
      }
    case 'pattern':
    case 'minimum':
    case 'maximum':
    case 'const':
      return {
        message: `${nameOf(path)}: expected ${schema.title ?? 'something else'}, found ${describe(node)}`,
        hint: durationFix(node) ?? fix
      }
    default:
      return { message: `${nameOf(path)}: found ${describe(node)}, which does not fit`, hint: fix }
  }
}

function complainOfKey({ error, schema, node }: Case): Complaint | undefined {
  const key = unknownKey(error)!
  const location = entryOf(node, key)?.keyLocation
  // A name of a variable of the process in a key was reported when it was read.
  if (location === undefined || key.includes('${') || schema['x-silent']?.includes(key)) return undefined
  const idle = schema['x-idle']?.[key]
  if (idle !== undefined)
    return { code: 'NO_EFFECT', severity: 'warning', message: `\`${key}\` has no effect: ${idle}`, location }
  const coming = schema['x-coming']?.[key]
  if (coming !== undefined)
    return {
      code: 'NOT_SUPPORTED',
      message: `\`${key}\` (${coming}) is still to come`,
      hint: 'remove the key until then',
      location
    }
  const known = Object.keys(schema.properties ?? {})
  const home = schema['x-home']?.[key]
  const near = suggest(key, [...known, ...Object.keys(schema['x-coming'] ?? {})])
  const hint = home
    ? `\`${key}\` belongs under \`${home}\``
    : near
      ? `did you mean \`${near}\`?`
      : `known here: ${known.map(name => `\`${name}\``).join(', ')}`
  return { code: 'UNKNOWN_KEY', message: `unknown key \`${key}\``, hint, location }
}

function complainOfChoice({ error, schema, node, path, place }: Case): Complaint {
  const choices = (error.params.allowedValues ?? []).map(String)
  const isScalar = node.kind === 'scalar'
  const written = isScalar ? node.text.text : ''
  const location = isScalar ? node.location : place
  const near = suggest(written, choices)
  const names = schema['x-names']
  if (names && isScalar) return { ...unknownName(names, written, choices), location }
  const hint = near ? `did you mean \`${near}\`?` : undefined
  return {
    message: `${nameOf(path)}: expected ${joinChoices(choices)}, found ${describe(node)}`,
    hint,
    location
  }
}

/** What to say of a trigger or data store that is not there. */
export function unknownName(
  kind: 'trigger' | 'backend',
  written: string,
  known: readonly string[]
): { readonly code: DiagnosticCode; readonly message: string; readonly hint: string } {
  const [code, noun, tracetest] =
    kind === 'trigger'
      ? (['UNKNOWN_TRIGGER', 'trigger', TRACETEST_TRIGGERS] as const)
      : (['UNKNOWN_BACKEND', 'data store', TRACETEST_BACKENDS] as const)
  const isComing = tracetest.includes(written)
  const near = suggest(written, known)
  const ready = `ready today: ${known.join(', ')}`
  return {
    code,
    message: isComing ? `the ${noun} \`${written}\` is still to come` : `unknown ${noun} \`${written}\``,
    hint: near && !isComing ? `did you mean \`${near}\`?` : ready
  }
}

function joinChoices(choices: readonly string[]): string {
  const quoted = choices.map(choice => `\`${choice}\``)
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`
}

/** The key of a value, or of the list it is in. */
function nameOf(path: readonly string[]): string {
  const key = path.findLast(step => !/^\d+$/.test(step))
  if (key === undefined) return 'this'
  return /^\d+$/.test(path.at(-1)!) ? `an entry of \`${key}\`` : `\`${key}\``
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

const LONGEST_SHOWN = 40

/** A value in the words of someone who writes YAML. */
export function describe(node: ValueNode): string {
  switch (node.kind) {
    case 'list':
      return 'a list'
    case 'map':
      return 'a mapping'
    case 'scalar': {
      const { text } = node.text
      const shown = text.length > LONGEST_SHOWN || text.includes('\n') ? undefined : text
      if (node.value === null) return 'nothing'
      if (typeof node.value === 'boolean') return `\`${String(node.value)}\``
      if (typeof node.value === 'string')
        return shown === undefined ? 'a long text' : text === '' ? 'an empty text' : `the text "${shown}"`
      return `\`${text}\``
    }
  }
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  null: 'nothing'
}

function typeWords(types: string | readonly string[] | undefined): string {
  const names = typeof types === 'string' ? types.split(',') : (types ?? [])
  // Where a text is fine, YAML's other scalars are as well: saying so would only confuse.
  const plain = names.includes('string')
    ? names.filter(name => name !== 'number' && name !== 'boolean')
    : names
  return plain.map(name => TYPE_WORDS[name] ?? name).join(' or ')
}

/** `5` where `5s` was meant. */
function durationFix(node: ValueNode): string | undefined {
  if (node.kind !== 'scalar') return undefined
  const number = /^(\d+(?:\.\d+)?)\s*(ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hours?)?$/.exec(
    node.text.text
  )
  if (!number) return undefined
  const [, amount, unit = ''] = number
  const short = unit.startsWith('ms') || unit.startsWith('milli') ? 'ms' : unit.charAt(0)
  return short ? `write it as \`${amount}${short}\`` : `say which unit: \`${amount}s\` or \`${amount}ms\``
}

/** YAML makes a mapping of an unquoted text with a colon and a space in it. */
function unquotedColon(node: ValueNode): string | undefined {
  const [first, second] = node.kind === 'map' ? node.entries : []
  const isSentence = first !== undefined && second === undefined && /[\s="'[\]()]/.test(first.key)
  return isSentence ? 'a text that holds a colon and a space must be in quotes' : undefined
}

/** What was written, in the form that is expected. */
function fixOf(node: ValueNode, schema: Annotations): string | undefined {
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? [])
  const { key, value } = schema.items?.properties ?? {}
  if (types.includes('array') && !types.includes('object')) {
    if (node.kind === 'map' && key && value)
      return 'write each as an entry of its own: `- { key: NAME, value: TEXT }`'
    return node.kind === 'scalar' && node.text.text.length < LONGEST_SHOWN
      ? `write it as a list: \`[${node.text.text}]\``
      : undefined
  }
  if (node.kind === 'scalar' || !types.includes('string') || types.includes('object')) return undefined
  const json = JSON.stringify(plainValue(node, true), (_key, part: unknown) =>
    typeof part === 'bigint' ? Number(part) : part
  )
  const isLong = json.length > 60 || json.includes("'")
  return `write it as a text: ${isLong ? 'put it in quotes, or in a block after `|`' : `\`'${json}'\``}`
}
