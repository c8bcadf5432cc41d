import { duration, mapping, PROPAGATION, type Schema, THEN, text } from './schema-words.ts'

/** What a schema must know of the plug-ins there are. */
export interface SchemaParts {
  readonly triggers: readonly {
    readonly kind: string
    readonly optionsKey: string
    readonly schema: Schema
    readonly defaults?: object
  }[]
  readonly backends: readonly { readonly kinds: readonly string[]; readonly schema: Schema }[]
}

/** A data store of one of the kinds there are. */
export function dataStoreSchema(parts: SchemaParts, title: string): Schema {
  const kinds = parts.backends.flatMap(backend => backend.kinds)
  const blocks = parts.backends.map(({ kinds: [first = ''], schema }) => [first, referTo(first, schema)])
  // Kinds that share a backend share its schema.
  const others = parts.backends.flatMap(({ kinds: [first = '', ...rest], schema }) =>
    rest.length > 0 ? [[`^(?:${rest.join('|')})$`, referTo(first, schema)]] : []
  )
  return mapping(
    title,
    {
      type: {
        title: 'a kind of data store',
        description: 'Where traces come from.',
        enum: kinds,
        'x-names': 'backend'
      },
      ...Object.fromEntries(blocks)
    },
    {
      patternProperties: { '^x-': true, ...Object.fromEntries(others) },
      required: ['type'],
      hints: { silent: ['id', 'name', 'default', 'createdAt'] }
    }
  )
}

/** The options of each plug-in by the name that places for them refer to. */
export function pluginSchemas({ triggers, backends }: SchemaParts): Readonly<Record<string, Schema>> {
  return Object.fromEntries([
    ...backends.map(({ kinds: [first = ''], schema }) => [first, adapt(schema)]),
    ...triggers.map(({ optionsKey, schema }) => [optionsKey, adapt(schema)])
  ])
}

function referTo(name: string, schema: Schema): Schema {
  return { $ref: name, description: schema['description'] }
}

/** A trigger of one of the kinds there are. */
export function triggerSchema(parts: SchemaParts): Schema {
  const { triggers } = parts
  return mapping(
    'a trigger (a mapping)',
    {
      type: {
        title: 'a kind of trigger',
        description: 'What sets the system in motion.',
        enum: triggers.map(one => one.kind),
        'x-names': 'trigger'
      },
      timeout: duration('How long to wait for the answer.', ['30s']),
      sampling: {
        title: 'friendly or random',
        description: 'friendly: a trace id that services which sample by ratio keep.',
        enum: ['friendly', 'random'],
        default: 'friendly'
      },
      propagation: PROPAGATION,
      traceId: mapping(
        'a mapping with the key header',
        {
          header: text('the name of a header', 'The header of the answer that holds the id of the trace.', {
            minLength: 1,
            examples: ['X-Trace-Id']
          })
        },
        { description: 'For a system that makes its own trace id and answers with it.', required: ['header'] }
      ),
      ...Object.fromEntries(
        triggers.map(({ optionsKey, schema }) => [optionsKey, referTo(optionsKey, schema)])
      )
    },
    {
      description: 'What the test does to the system.',
      required: ['type'],
      allOf: triggers
        .filter(({ defaults }) => defaults === undefined)
        .map(({ kind, optionsKey }) => ({
          if: { properties: { type: { const: kind } }, required: ['type'] },
          [THEN]: { required: [optionsKey] }
        })),
      hints: { home: homesWithin(triggers), silent: ['triggerType'] }
    }
  )
}

/** `url` written beside `httpRequest` belongs below it, or below the options of another kind: with commas between them. */
function homesWithin(triggers: SchemaParts['triggers']): Readonly<Record<string, string>> {
  const homes: Record<string, string> = {}
  for (const { optionsKey, schema } of triggers)
    for (const key of Object.keys((schema as { readonly properties?: object }).properties ?? {}))
      homes[key] = homes[key] === undefined ? optionsKey : `${homes[key]},${optionsKey}`
  return homes
}

/** A plug-in's schema in our terms: `x-…` keys are free, and what YAML takes for a number may be meant as a text. */
function adapt(schema: Schema): Schema {
  return adaptValue(schema) as Schema
}

interface Keywords {
  readonly type?: unknown
  readonly enum?: unknown
  readonly additionalProperties?: unknown
  readonly patternProperties?: object
}

function adaptValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(adaptValue)
  if (typeof value !== 'object' || value === null) return value
  const { type, enum: choices, additionalProperties, patternProperties }: Keywords = value
  return {
    ...Object.fromEntries(Object.entries(value).map(([key, part]) => [key, adaptValue(part)])),
    ...(type === 'string' && choices === undefined ? { type: ['string', 'number', 'boolean'] } : {}),
    ...(additionalProperties === false ? { patternProperties: { ...patternProperties, '^x-': true } } : {})
  }
}
