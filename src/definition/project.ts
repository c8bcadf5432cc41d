import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { Diagnostic, Outcome } from '../errors/diagnostic.ts'
import type { SourceText } from '../source/source-text.ts'
import { repeatedVariables, variablesAt } from './build-variables.ts'
import { buildPollingProfile, buildWait, withoutUndefined } from './build-wait.ts'
import type { Hide } from './conceal.ts'
import { buildDataStores, dataStoreAt, fromFolder as storeFromFolder } from './data-store.ts'
import type { DataStoreDefinition, Placed } from './document.ts'
import type { ProcessVariables } from './environment.ts'
import { durationAt, mapAt, numberAt, placedTextAt, placedTextsAt, textsAt } from './fields.ts'
import type { LoadEnvironment } from './load.ts'
import { withSets } from './load-sets.ts'
import { checkValue } from './locate.ts'
import { displayName, findUpwards, PROJECT_FILE, readText } from './read.ts'
import type { Settings } from './settings.ts'
import { type MapNode, valueAt } from './tree.ts'
import { validators, withValidators } from './validators.ts'
import { describe } from './value-words.ts'
import { parseYaml } from './yaml.ts'

/** The project file, `tracerun.yaml`. */
export interface Project {
  readonly source: SourceText
  /** The folder it stands in: its relative paths start there. */
  readonly folder: string
  readonly settings: Settings
}

/**
 * Reads the project file: the one named, or the nearest `tracerun.yaml` upwards from the working directory.
 * The value is undefined where there is none; rejects with `UsageError` where it cannot be read.
 */
export async function loadProject(
  environment: LoadEnvironment,
  path?: string
): Promise<Outcome<Project | undefined>> {
  const { cwd, variables, hide } = environment
  const found = path === undefined ? await findUpwards(cwd, PROJECT_FILE) : resolve(cwd, path)
  if (found === undefined) return { ok: true, value: undefined, problems: [] }
  const source = await readText(found, displayName(found, cwd))
  const parsed = await withValidators(() => parseProject(source, variables, hide))
  const folder = dirname(found)
  const defaults = parsed.settings.defaults && (await withSets(parsed.settings.defaults, folder, environment))
  const problems = [...parsed.problems, ...(defaults?.problems ?? [])]
  if (problems.some(problem => problem.severity === 'error')) return { ok: false, problems }
  const settings = { ...parsed.settings, ...(defaults ? { defaults: defaults.value } : {}) }
  return { ok: true, value: { source, folder, settings: fromFolder(settings, folder) }, problems }
}

/** Paths of the project file start where it stands, wherever it is read from. */
function fromFolder(settings: Settings, folder: string): Settings {
  const { tests, reporters, dataStore, dataStores } = settings
  const named = [...(dataStores ?? [])].map(([name, store]) => [name, { ...store, folder }] as const)
  return withoutUndefined<Settings>({
    ...settings,
    dataStore: dataStore && storeFromFolder(dataStore, folder),
    dataStores: dataStores && new Map<string, DataStoreDefinition>(named),
    tests: tests?.map(test => ({ ...test, value: absolutePath(test.value, folder) })),
    reporters: reporters?.map(reporter => ({ ...reporter, value: withPathFrom(reporter.value, folder) }))
  })
}

function absolutePath(path: string, folder: string): string {
  return isAbsolute(path) ? path : join(folder, path)
}

/** `json=report.json`; a reporter without a file, or with `-` for standard output, stays as it is. */
function withPathFrom(reporter: string, folder: string): string {
  const [, name, path] = /^([^=]*=)(.+)$/s.exec(reporter) ?? []
  return name === undefined || path === undefined || path === '-'
    ? reporter
    : `${name}${absolutePath(path, folder)}`
}

/** The settings that the text of a project file says, and what is wrong with it. */
export function parseProject(
  source: SourceText,
  variables: ProcessVariables,
  hide?: Hide
): { readonly settings: Settings; readonly problems: readonly Diagnostic[] } {
  const [document, second] = parseYaml(source, variables, hide)
  if (document === undefined) return { settings: {}, problems: [] }
  const { root, problems } = document
  const start = { source, range: { start: 0, end: 0 } }
  const refuse = (message: string): readonly Diagnostic[] => [
    ...problems,
    {
      code: 'SCHEMA_VIOLATION',
      severity: 'error',
      message,
      location: second?.root?.location ?? root?.location ?? start
    }
  ]
  if (second) return { settings: {}, problems: refuse('a project file holds one document only') }
  if (root === undefined) return { settings: {}, problems }
  if (root.kind !== 'map')
    return { settings: {}, problems: refuse(`expected a mapping, found ${describe(root)}`) }
  const settings = buildSettings(root)
  const repeated = repeatedVariables(settings.defaults?.variables ?? [])
  return { settings, problems: [...problems, ...checkValue(root, validators.project, start), ...repeated] }
}

function buildSettings(root: MapNode): Settings {
  const wait = buildWait(root)
  const profile = mapAt(root, 'pollingProfile')
  const profileName = placedTextAt(root, 'pollingProfile')
  const list = (key: string): readonly Placed<string>[] | undefined =>
    valueAt(root, key) === undefined ? undefined : textsAt(root, key)
  return withoutUndefined<Settings>({
    tests: list('tests'),
    dataStore: dataStoreAt(root, 'dataStore'),
    dataStores: buildDataStores(valueAt(root, 'dataStores')),
    traceUrl: placedTextAt(root, 'traceUrl'),
    otlpListen: list('otlpListen'),
    otlpCors: list('otlpCors'),
    otlpForward: placedTextAt(root, 'otlpForward'),
    pollingProfile: profile ? buildPollingProfile(profile) : profileName,
    defaults: variablesAt(root),
    wait: Object.keys(wait).length > 0 ? wait : undefined,
    reporters: list('reporters'),
    jobs: numberAt(root, 'jobs'),
    retries: numberAt(root, 'retries'),
    endpoint: placedTextAt(root, 'endpoint'),
    propagation: placedTextsAt(root, 'propagation'),
    waitFor: list('waitFor'),
    waitTimeoutMs: durationAt(root, 'waitTimeout')
  })
}
