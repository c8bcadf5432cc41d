import { loadDefinitions } from '../definition/load.ts'
import type { Project } from '../definition/project.ts'
import type { Settings } from '../definition/settings.ts'
import type { Diagnostic } from '../errors/diagnostic.ts'
import { DefinitionError, UsageError } from '../errors/errors.ts'
import { bindBackend } from '../plan/bind-backend.ts'
import type { BoundBackend } from '../plan/plan.ts'
import { givenVariables } from '../plan/variables.ts'
import { composeRegistry } from './compose.ts'
import type { Environment } from './environment.ts'
import { failOnErrors, secretValues } from './inputs.ts'
import type { StoreOptions } from './options.ts'
import { loadEnvironment, readSettings } from './read-settings.ts'

/** The data store of the project, for commands that need no test. */
export interface BoundStore {
  readonly backend: BoundBackend
  readonly settings: Settings
  readonly project: Project | undefined
  /** What chose it, for words: `--data-store`, `tracerun.yaml`; absent where nothing did. */
  readonly chosenBy: string | undefined
}

/** Binds the data store that flags, variables and the project file name. Mistakes are a `DefinitionError`. */
export async function bindStore(options: StoreOptions, environment: Environment): Promise<BoundStore> {
  const problems: Diagnostic[] = []
  const { dataStore, ...others } = options
  const isFile = dataStore !== undefined && FILE.test(dataStore)
  const load = loadEnvironment(environment)
  const { settings: read, project } = await readSettings(isFile ? others : options, {
    environment,
    load,
    problems
  })
  const settings = isFile ? { ...read, dataStore: await storeInFile(dataStore, environment, problems) } : read
  failOnErrors(problems, false)
  environment.mask.add(secretValues(givenVariables([], settings)))
  const named = settings.dataStores ?? new Map()
  const choice = { registry: composeRegistry(environment.mask), settings, named, common: undefined }
  const bound = bindBackend({}, choice, problems)
  environment.mask.add(bound?.secrets ?? [])
  if (bound === undefined) throw new DefinitionError(problems)
  failOnErrors(problems, false)
  return { backend: bound.backend, settings, project, chosenBy: chooserOf(settings, options, environment) }
}

/** A file rather than `KIND=ADDRESS` or a name. */
const FILE = /^[^=]*\.ya?ml$|^\.{0,2}[\\/]/i

async function storeInFile(
  path: string,
  environment: Environment,
  problems: Diagnostic[]
): Promise<NonNullable<Settings['dataStore']>> {
  const loaded = await loadDefinitions([path], loadEnvironment(environment))
  problems.push(...loaded.problems)
  const found = loaded.value.definitions.find(definition => definition.kind === 'data-store')
  failOnErrors(problems, false)
  if (found === undefined)
    throw new UsageError(`--data-store ${path}: the file holds no document of type \`DataStore\``, {
      hint: 'a data store is a document with "type: DataStore", or write it short: jaeger=http://localhost:16686'
    })
  // What a flag names stands above what a file says, and is known by having no place.
  return { ...found.dataStore, type: { value: found.dataStore.type.value } }
}

function chooserOf(
  { dataStore }: Settings,
  options: StoreOptions,
  { variables }: Environment
): string | undefined {
  if (dataStore === undefined) return undefined
  if (options.dataStore !== undefined) return '--data-store'
  if (variables['TRACERUN_DATA_STORE']) return 'TRACERUN_DATA_STORE'
  return ('type' in dataStore ? dataStore.type : dataStore).location?.source.name
}
