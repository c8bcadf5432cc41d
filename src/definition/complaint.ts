import type { DiagnosticCode, Severity } from '../errors/diagnostic.ts'
import { suggest } from '../errors/suggest.ts'
import type { Location } from '../source/source-text.ts'
import type { Annotations } from './annotations.ts'
import { unknownKey } from './annotations.ts'
import { DECLINED_TRIGGERS, TRACETEST_BACKENDS, TRACETEST_TRIGGERS } from './known-names.ts'
import { entryOf, type ValueNode, valueAt } from './tree.ts'
import type { SchemaError } from './validators.ts'
import { describe, durationFix, listChoices, shapeFix, typeWords, unquotedColon } from './value-words.ts'

/** What to say of one error. */
export interface Complaint {
  readonly code?: DiagnosticCode
  readonly severity?: Severity
  readonly message: string
  readonly hint?: string | undefined
  readonly location?: Location
}

/** One error, and what it is about. */
export interface Case {
  readonly error: SchemaError
  readonly schema: Annotations
  readonly node: ValueNode
  readonly path: readonly string[]
  /** Of the key under which the value stands. */
  readonly place: Location
}

/** The words for an error; undefined where there is nothing to say. */
export function complain(one: Case): Complaint | undefined {
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
          shapeFix(node, schema),
        ...(node.kind === 'map' || node.kind === 'list' ? { location: place } : {})
      }
    case 'pattern':
    case 'minimum':
    case 'maximum':
    case 'const':
      return {
        message: `${nameOf(path)}: expected ${schema.title ?? 'something else'}, found ${describe(node)}`,
        hint: (schema.title === 'a duration' ? durationFix(node) : undefined) ?? fix
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
  const known = Object.keys(schema.properties ?? {})
  const home = schema['x-home']?.[key]
  const near = suggest(key, known)
  const hint = home
    ? `\`${key}\` belongs under \`${homeFor(node, home)}\``
    : near
      ? `did you mean \`${near}\`?`
      : `known here: ${known.map(name => `\`${name}\``).join(', ')}`
  return { code: 'UNKNOWN_KEY', message: `unknown key \`${key}\``, hint, location }
}

/** Of several homes, the one of the kind that is written beside: `httpRequest` for `type: http`. */
function homeFor(node: ValueNode, home: string): string {
  const homes = home.split(',')
  const type = valueAt(node, 'type')
  const kind = type?.kind === 'scalar' ? type.text.text : ''
  return homes.find(one => one === kind || one === `${kind}Request`) ?? homes.join('` or `')
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
    message: `${nameOf(path)}: expected ${listChoices(choices)}, found ${describe(node)}`,
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
  const declined = kind === 'trigger' ? DECLINED_TRIGGERS.get(written) : undefined
  if (declined) return { code, message: declined.reason, hint: declined.hint }
  const isComing = tracetest.includes(written)
  const near = suggest(written, known)
  const ready = `ready today: ${known.join(', ')}`
  return {
    code,
    message: isComing ? `the ${noun} \`${written}\` is still to come` : `unknown ${noun} \`${written}\``,
    hint: near && !isComing ? `did you mean \`${near}\`?` : ready
  }
}

/** The key of a value, or of the list it is in. */
function nameOf(path: readonly string[]): string {
  const key = path.findLast(step => !/^\d+$/.test(step))
  if (key === undefined) return 'this'
  return /^\d+$/.test(path.at(-1)!) ? `an entry of \`${key}\`` : `\`${key}\``
}
