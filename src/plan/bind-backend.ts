import { unknownName } from '../definition/complaint.ts'
import {
  type DataStoreDefinition,
  isPlacedText,
  type Placed,
  type TestDefinition
} from '../definition/document.ts'
import type { Settings } from '../definition/settings.ts'
import { plainValue } from '../definition/tree.ts'
import type { Diagnostic } from '../errors/diagnostic.ts'
import { suggest } from '../errors/suggest.ts'
import type { PluginContext } from '../plugin/context.ts'
import type { BoundBackend } from './plan.ts'
import type { Registry } from './registry.ts'

/** The data stores of the files, by id and by name. */
export type DataStores = ReadonlyMap<string, DataStoreDefinition>

/** Where spans are read from when nobody says: our own receiver. */
const DEFAULT_KIND = 'otlp'

export interface BackendChoice {
  readonly registry: Registry
  readonly settings: Settings
  readonly named: DataStores
  /** Of the files: used by tests that name none. */
  readonly common: DataStoreDefinition | undefined
}

/** The backend of a test, with options that were checked; undefined where a problem says why not. */
export function bindBackend(
  test: TestDefinition,
  choice: BackendChoice,
  problems: Diagnostic[]
): BoundBackend | undefined {
  const definition = chooseStore(test, choice, problems)
  if (definition === undefined) return undefined
  const { type, options } = definition
  const { registry, settings } = choice
  const backend = registry.backends.get(type.value)
  if (!backend) {
    // A file that names an unknown one was reported when it was read.
    if (type.location === undefined)
      problems.push({
        ...unknownName('backend', type.value, [...registry.backends.keys()]),
        severity: 'error'
      })
    return undefined
  }
  const given = options ? (plainValue(options) as Readonly<Record<string, unknown>>) : {}
  const [family = type.value] = backend.kinds
  const checked = family === DEFAULT_KIND ? withListen(given, settings) : given
  const { caps } = backend
  const traceUrl = backend.traceUrl?.bind(backend)
  return {
    kind: type.value,
    key: `${family} ${canonical(checked)}`,
    caps,
    open: (context: PluginContext) => backend.open(checked, context),
    ...(traceUrl ? { traceUrl: traceId => traceUrl(checked, traceId) } : {})
  }
}

function chooseStore(
  test: TestDefinition,
  { settings, named, common }: BackendChoice,
  problems: Diagnostic[]
): DataStoreDefinition | undefined {
  const { dataStore } = settings
  const isOverride = dataStore !== undefined && dataStore.type.location === undefined
  if (isOverride) return dataStore
  if (test.dataStore === undefined) return common ?? dataStore ?? { type: { value: DEFAULT_KIND } }
  if (!isPlacedText(test.dataStore)) return test.dataStore
  const found = named.get(test.dataStore.value)
  if (!found) problems.push(unknownStore(test.dataStore, named))
  return found
}

function unknownStore({ value, location }: Placed<string>, named: DataStores): Diagnostic {
  const near = suggest(value, named.keys())
  return {
    code: 'UNKNOWN_BACKEND',
    severity: 'error',
    message: `there is no data store \`${value}\` in the files that were read`,
    ...(location ? { location } : {}),
    hint: near ? `did you mean \`${near}\`?` : 'name its file as well, or give its path: `./data-store.yaml`'
  }
}

/** The addresses of the command line stand above those of a file, those of the project below. */
function withListen(options: Readonly<Record<string, unknown>>, { otlpListen = [] }: Settings): object {
  if (otlpListen.length === 0) return options
  const isOverride = otlpListen.some(address => address.location === undefined)
  const listen = otlpListen.map(address => address.value)
  return isOverride ? { ...options, listen } : { listen, ...options }
}

/** A text that two options share exactly when they mean the same. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part
  )
}
