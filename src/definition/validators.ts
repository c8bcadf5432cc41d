import { plugins } from './generated/plugins.js'
import * as generated from './generated/validators.js'

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

/** All complaints about a value; none if it is as it should be. Throws until {@link withPlugins} has loaded what it needs. */
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

/** The validator of the options of a plug-in. */
export interface CompiledPlugin {
  readonly validate: CompiledValidator
  readonly schemaText: string
}

/** Where the options of a plug-in stand: a path of keys, of which `*` is any. */
export interface PluginPlace {
  readonly path: readonly string[]
  readonly plugin: string
}

/** Options of plug-ins are to be checked whose validators were not loaded: nothing is known of the value yet. */
class UnloadedPlugins extends Error {
  readonly plugins: readonly string[]

  constructor(names: readonly string[]) {
    super(`not loaded: ${names.join(', ')}`)
    this.plugins = names
  }
}

const loadedPlugins = new Map<string, CompiledPlugin>()

/** Loads the validators of plug-ins, all of them if none is named. */
export async function loadPlugins(names: readonly string[] = Object.keys(plugins)): Promise<void> {
  await Promise.all(names.map(async name => loadedPlugins.set(name, await plugins[name]!())))
}

/** What `check` gives, the validators of plug-ins being loaded as it turns out to need them. */
export async function withPlugins<T>(check: () => T): Promise<T> {
  for (;;) {
    try {
      return check()
    } catch (error) {
      if (!(error instanceof UnloadedPlugins)) throw error
      await loadPlugins(error.plugins)
    }
  }
}

/** Code that passes schemas on with each error would be twice as large: they are looked up instead. */
function collect(compiled: CompiledValidator, name: string): Validate {
  return value => {
    const places: readonly PluginPlace[] = generated.places[name] ?? []
    const found = places.flatMap(({ path, plugin }) =>
      valuesAt(value, path, '').map(place => ({ ...place, plugin }))
    )
    const missing = found.filter(({ plugin }) => !loadedPlugins.has(plugin))
    if (missing.length > 0) throw new UnloadedPlugins([...new Set(missing.map(({ plugin }) => plugin))])
    return [
      ...complaints(
        compiled,
        value,
        schemaOf(name, () => ownSchemas()[name])
      ),
      ...found.flatMap(place => {
        const { validate, schemaText } = loadedPlugins.get(place.plugin)!
        const schema = schemaOf(place.plugin, () => JSON.parse(schemaText))
        return complaints(validate, place.value, schema).map(error => ({
          ...error,
          instancePath: place.instancePath + error.instancePath,
          schemaPath: `${place.plugin}${error.schemaPath.slice(1)}`
        }))
      })
    ]
  }
}

function complaints(
  compiled: CompiledValidator,
  value: unknown,
  schema: () => unknown
): readonly SchemaError[] {
  if (compiled(value)) return []
  return (compiled.errors ?? []).map(error => ({
    ...error,
    parentSchema: parentAt(schema(), error.schemaPath)
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

const parsedSchemas = new Map<string, unknown>()

/** The schema of a name, read on the first complaint. */
function schemaOf(name: string, read: () => unknown): () => unknown {
  return () => {
    if (!parsedSchemas.has(name)) parsedSchemas.set(name, read())
    return parsedSchemas.get(name)
  }
}

function ownSchemas(): Readonly<Record<string, unknown>> {
  own ??= JSON.parse(generated.schemaText) as Readonly<Record<string, unknown>>
  return own
}

let own: Readonly<Record<string, unknown>> | undefined

/** The validators of what may stand in a file, compiled from the schemas when tracerun was built. */
export const validators: Validators = {
  test: collect(generated.test, 'test'),
  suite: collect(generated.suite, 'suite'),
  variableSet: collect(generated.variableSet, 'variableSet'),
  dataStore: collect(generated.dataStore, 'dataStore'),
  pollingProfile: collect(generated.pollingProfile, 'pollingProfile'),
  project: collect(generated.project, 'project')
}
