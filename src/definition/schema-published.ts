import type { DefinitionSchemas } from './schema.ts'
import { type Schema, THEN } from './schema-words.ts'

/** A name, not an address: the files come with the package. */
const SCHEMA_BASE = 'urn:tracerun:schema:'

/** The keywords of ours that say how to speak of a mistake; `publishSchema` takes them out. */
const ANNOTATIONS: readonly string[] = ['x-fix', 'x-empty', 'x-names', 'x-silent', 'x-idle', 'x-home']

/** A test that checks nothing is none; tracerun itself says so in better words. */
const PURPOSES = ['specs', 'outputs'].map(key => ({
  required: [key],
  properties: { [key]: { minItems: 1 } }
}))

/** The schema of a definition file, for editors. */
export function publishDefinitionSchema(schemas: DefinitionSchemas): Schema {
  const { plugins } = schemas
  const kinds = {
    Test: { ...schemas.test, anyOf: PURPOSES },
    TestSuite: schemas.suite,
    Transaction: schemas.suite,
    VariableSet: schemas.variableSet,
    Environment: schemas.variableSet,
    DataStore: schemas.dataStore,
    PollingProfile: schemas.pollingProfile
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `${SCHEMA_BASE}definition`,
    title: 'A definition file of tracerun',
    type: 'object',
    required: ['type', 'spec'],
    properties: {
      type: { description: 'What the document defines.', enum: Object.keys(kinds) },
      spec: { description: 'The definition itself.', type: 'object' }
    },
    patternProperties: { '^x-': true },
    additionalProperties: false,
    allOf: Object.entries(kinds).map(([kind, schema]) => ({
      if: { properties: { type: { const: kind } }, required: ['type'] },
      [THEN]: { properties: { spec: publish(schema) } }
    })),
    $defs: publish(plugins)
  }
}

/** The schema of `tracerun.yaml`, for editors. */
export function publishProjectSchema(schemas: DefinitionSchemas): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `${SCHEMA_BASE}project`,
    ...(publish(schemas.project) as Schema),
    title: 'The project file of tracerun, tracerun.yaml',
    $defs: publish(schemas.plugins)
  }
}

interface Annotated {
  readonly properties?: object
  readonly 'x-silent'?: readonly string[]
  readonly 'x-idle'?: Readonly<Record<string, string>>
}

/** Without our annotations; keys that are read over become deprecated properties, references lead into the same file. */
function publish(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(publish)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([key]) => !ANNOTATIONS.includes(key))
  const published = Object.fromEntries(
    entries.map(([key, part]) => [key, key === '$ref' ? `#/$defs/${String(part)}` : publish(part)])
  )
  const { properties, 'x-silent': silent = [], 'x-idle': idle = {} }: Annotated = value
  const unused = [
    ...silent.map(key => [key, { deprecated: true, description: 'Written by Tracetest; read over.' }]),
    ...Object.entries(idle).map(([key, why]) => [
      key,
      { deprecated: true, description: `Has no effect: ${why}.` }
    ])
  ]
  if (unused.length === 0) return published
  return { ...published, properties: { ...(publish(properties) as object), ...Object.fromEntries(unused) } }
}
