import { resolve } from 'node:path'
import { unknownName } from '../definition/complaint.ts'
import {
  type DataStoreDefinition,
  isPlacedText,
  type Placed,
  type TestDefinition
} from '../definition/document.ts'
import type { Settings } from '../definition/settings.ts'
import type { Diagnostic } from '../errors/diagnostic.ts'
import { suggest } from '../errors/suggest.ts'
import type { PluginContext } from '../plugin/context.ts'
import type { TraceBackend } from '../plugin/trace-backend.ts'
import type { BoundBackend } from './plan.ts'
import { optionsOf } from './plugin-options.ts'
import type { Registry } from './registry.ts'
import { expandTraceUrl } from './trace-url.ts'

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

export interface BoundBackendOutcome {
  readonly backend: BoundBackend
  readonly secrets: readonly string[]
}

/** The backend of a test, with options that were checked; undefined where a problem says why not. */
export function bindBackend(
  test: Pick<TestDefinition, 'dataStore'>,
  choice: BackendChoice,
  problems: Diagnostic[]
): BoundBackendOutcome | undefined {
  const definition = chooseStore(test, choice, problems)
  if (definition === undefined) return undefined
  const { type } = definition
  const { registry, settings } = choice
  const backend = registry.backends.get(type.value)
  if (!backend) {
    // A file that names an unknown one was reported when it was read.
    if (type.location === undefined || definition.address !== undefined)
      problems.push({
        ...unknownName('backend', type.value, [...registry.backends.keys()]),
        severity: 'error',
        ...(type.location ? { location: type.location } : {})
      })
    return undefined
  }
  const given = readOptions(definition, backend, problems)
  if (given === undefined) return undefined
  const [family = type.value] = backend.kinds
  const options = family === DEFAULT_KIND ? withReceiver(given, settings) : given
  const traceUrl = backend.traceUrl?.bind(backend)
  const template = settings.traceUrl?.value
  return {
    secrets: backend.secretsOf(options),
    backend: {
      kind: type.value,
      key: `${family} ${canonical(options)}`,
      caps: backend.caps(options),
      open: (context: PluginContext, elsewhere?: readonly string[]) =>
        backend.open(
          elsewhere && !('listen' in options) ? { ...options, listen: elsewhere } : options,
          context
        ),
      ...(template === undefined
        ? traceUrl && { traceUrl: traceId => traceUrl(options, traceId) }
        : { traceUrl: traceId => expandTraceUrl(template, traceId) })
    }
  }
}

/** The options as the backend takes them: paths resolved, a short form spelt out. */
function readOptions(
  { options, address, folder, type }: DataStoreDefinition,
  backend: TraceBackend<unknown>,
  problems: Diagnostic[]
): object | undefined {
  if (address === undefined) {
    const written = options ? (optionsOf(options, backend.schema) as object) : {}
    return resolvePaths(written, backend, folder)
  }
  if (address.value === '' && backend.parseAddress === undefined) return {}
  const parsed = backend.parseAddress?.(address.value) ?? `the data store \`${type.value}\` takes no address`
  if (typeof parsed === 'object') return resolvePaths(parsed, backend, folder)
  problems.push({
    code: 'SCHEMA_VIOLATION',
    severity: 'error',
    message: `\`${type.value}=${address.value}\`: ${String(parsed)}`,
    ...(address.location ? { location: address.location } : {})
  })
  return undefined
}

function resolvePaths(options: object, { files }: TraceBackend<unknown>, folder: string | undefined): object {
  return files.reduce<object>((all, path) => withAbsolutePaths(all, path, folder) as object, options)
}

/** The same options with the path of a file resolved; `*` stands for every element. */
function withAbsolutePaths(value: unknown, path: readonly string[], folder = '.'): unknown {
  const [step, ...rest] = path
  // Tracetest writes settings that are not set as empty texts.
  if (step === undefined)
    return typeof value === 'string' && value !== '-' && value !== '' ? resolve(folder, value) : value
  if (Array.isArray(value))
    return step === '*' ? value.map(item => withAbsolutePaths(item, rest, folder)) : value
  if (typeof value !== 'object' || value === null || !(step in value)) return value
  const { [step]: part, ...others } = value as Record<string, unknown>
  return { ...others, [step]: withAbsolutePaths(part, rest, folder) }
}

function chooseStore(
  test: Pick<TestDefinition, 'dataStore'>,
  { registry, settings, named, common }: BackendChoice,
  problems: Diagnostic[]
): DataStoreDefinition | undefined {
  const byName = (written: DataStoreDefinition | Placed<string>): DataStoreDefinition | undefined => {
    if (!isPlacedText(written)) return written
    const found = named.get(written.value)
    if (found !== undefined) return found
    if (registry.backends.has(written.value)) return { type: written, address: { ...written, value: '' } }
    problems.push(unknownStore(written, named, registry))
    return undefined
  }
  const general = settings.dataStore
  if (general !== undefined && isOverride(general)) return byName(general)
  if (test.dataStore !== undefined) return byName(test.dataStore)
  if (common !== undefined) return common
  return general === undefined ? { type: { value: DEFAULT_KIND } } : byName(general)
}

/** What a flag or a variable of the process gave has no place, and stands above what a file says. */
function isOverride(store: DataStoreDefinition | Placed<string>): boolean {
  return (isPlacedText(store) ? store.location : store.type.location) === undefined
}

function unknownStore(
  { value, location }: Placed<string>,
  named: DataStores,
  { backends, comingBackends }: Registry
): Diagnostic {
  const place = location ? { location } : {}
  const near = suggest(value, [...named.keys(), ...backends.keys()])
  if (comingBackends.includes(value))
    return { ...unknownName('backend', value, [...backends.keys()]), severity: 'error', ...place }
  return {
    code: 'UNKNOWN_BACKEND',
    severity: 'error',
    message: `there is no data store \`${value}\` in the files that were read`,
    ...place,
    hint: hintFor(value, near)
  }
}

function hintFor(value: string, near: string | undefined): string {
  if (near !== undefined) return `did you mean \`${near}\`?`
  if (/^\w+:\/\//.test(value)) return `say what answers there: \`jaeger=${value}\`, \`tempo=…\`, \`zipkin=…\``
  if (/\.ya?ml$/.test(value)) return 'is there such a file? A path starts at the working directory'
  return 'name its file as well, give its path (`./data-store.yaml`), put it under `dataStores` of tracerun.yaml, or write `jaeger=http://localhost:16686`'
}

/** The addresses of the command line stand above those of a file, those of the project below. */
function withReceiver(options: object, { otlpListen = [], otlpCors = [], otlpForward }: Settings): object {
  const flags: { listen?: readonly string[]; cors?: readonly string[]; forward?: string } = {}
  const defaults: typeof flags = {}
  const [listen] = otlpListen
  if (listen !== undefined)
    (listen.location ? defaults : flags).listen = otlpListen.map(address => address.value)
  const [origin] = otlpCors
  if (origin !== undefined) (origin.location ? defaults : flags).cors = otlpCors.map(one => one.value)
  if (otlpForward !== undefined) (otlpForward.location ? defaults : flags).forward = otlpForward.value
  return { ...defaults, ...options, ...flags }
}

/** A text that two options share exactly when they mean the same. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part
  )
}
