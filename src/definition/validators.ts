import { loaders, places } from './generated/validators.js'

/** One complaint of a validator; `parentSchema` is what it was checked against. */
export interface SchemaError {
  readonly instancePath: string
  readonly schemaPath: string
  readonly keyword: string
  readonly params: {
    readonly additionalProperty?: string
    readonly unevaluatedProperty?: string
    readonly missingProperty?: string
    readonly allowedValues?: readonly unknown[]
    readonly type?: string | readonly string[]
  }
  readonly parentSchema?: object | boolean
}

/** All complaints about a value; none if it is as it should be. Throws until {@link withValidators} has loaded what it needs. */
export type Validate = (value: unknown) => readonly SchemaError[]

export interface Validators {
  readonly test: Validate
  readonly suite: Validate
  readonly variableSet: Validate
  readonly dataStore: Validate
  readonly pollingProfile: Validate
  readonly project: Validate
}

/** A validator as it is compiled: the errors of the last call hang on it. */
export interface CompiledValidator {
  (value: unknown): boolean
  errors?: readonly Omit<SchemaError, 'parentSchema'>[] | null
}

/** The code of one validator: of a kind of document, or of the options of a plug-in. */
export interface ValidatorCode {
  readonly validate: CompiledValidator
  readonly schema: unknown
}

/** Where the options of a plug-in stand: a path of keys, of which `*` is any. */
export interface PluginPlace {
  readonly path: readonly string[]
  readonly plugin: string
}

/** Something is to be checked by validators that were not loaded: nothing is known of it yet. */
class UnloadedValidators extends Error {
  readonly names: readonly string[]

  constructor(names: readonly string[]) {
    super(`not loaded: ${names.join(', ')}`)
    this.names = names
  }
}

const loaded = new Map<string, ValidatorCode>()

/** Loads validators, all of them if none is named. */
export async function loadValidators(names: readonly string[] = Object.keys(loaders)): Promise<void> {
  await Promise.all(names.map(async name => loaded.set(name, await loaders[name]!())))
}

/** What `check` gives, validators being loaded as it turns out to need them. */
export async function withValidators<T>(check: () => T): Promise<T> {
  for (;;) {
    try {
      return check()
    } catch (error) {
      if (!(error instanceof UnloadedValidators)) throw error
      await loadValidators(error.names)
    }
  }
}

/** The validator of a kind of document, options of plug-ins included. */
function validatorOf(kind: string): Validate {
  return value => {
    const known: readonly PluginPlace[] = places[kind] ?? []
    const found = known.flatMap(({ path, plugin }) =>
      valuesAt(value, path, '').map(place => ({ ...place, plugin }))
    )
    const needed = new Set([kind, ...found.map(({ plugin }) => plugin)])
    const missing = [...needed].filter(name => !loaded.has(name))
    if (missing.length > 0) throw new UnloadedValidators(missing)
    return [
      ...complaints(kind, value),
      ...found.flatMap(place =>
        complaints(place.plugin, place.value).map(error => ({
          ...error,
          instancePath: place.instancePath + error.instancePath,
          schemaPath: `${place.plugin}${error.schemaPath.slice(1)}`
        }))
      )
    ]
  }
}

/** Code that passes schemas on with each error would be twice as large: they are looked up instead. */
function complaints(name: string, value: unknown): readonly SchemaError[] {
  const { validate, schema } = loaded.get(name)!
  if (validate(value)) return []
  return (validate.errors ?? []).map(error => ({
    ...error,
    parentSchema: parentAt(schema, error.schemaPath)
  }))
}

interface PlacedValue {
  readonly instancePath: string
  readonly value: unknown
}

function valuesAt(
  value: unknown,
  [key, ...rest]: readonly string[],
  instancePath: string
): readonly PlacedValue[] {
  if (key === undefined) return [{ instancePath, value }]
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  const keys = key === '*' ? Object.keys(value) : Object.hasOwn(value, key) ? [key] : []
  return keys.flatMap(one => {
    const step = one.replaceAll('~', '~0').replaceAll('/', '~1')
    return valuesAt((value as Readonly<Record<string, unknown>>)[one], rest, `${instancePath}/${step}`)
  })
}

/** What a path such as `#/properties/name/type` leads to, without its last step. */
function parentAt(schema: unknown, path: string): object | boolean {
  let found = schema
  for (const step of path.split('/').slice(1, -1)) {
    const key = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')
    found = (found as Readonly<Record<string, unknown>> | undefined)?.[key]
  }
  return typeof found === 'boolean' || (typeof found === 'object' && found !== null) ? found : {}
}

/** The validators of what may stand in a file, compiled from the schemas when tracerun was built. */
export const validators: Validators = {
  test: validatorOf('test'),
  suite: validatorOf('suite'),
  variableSet: validatorOf('variableSet'),
  dataStore: validatorOf('dataStore'),
  pollingProfile: validatorOf('pollingProfile'),
  project: validatorOf('project')
}
