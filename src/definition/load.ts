import { dirname, resolve } from 'node:path'
import { type Diagnostic, inFileOrder, type Outcome } from '../errors/diagnostic.ts'
import { UsageError } from '../errors/errors.ts'
import type { Location, SourceText } from '../source/source-text.ts'
import { fromFolder } from './data-store.ts'
import {
  type DataStoreDefinition,
  type Definition,
  isPlacedText,
  type NamedFile,
  type Placed,
  type PollingProfileDefinition,
  type StepDefinition,
  type SuiteDefinition,
  type TestDefinition
} from './document.ts'
import { PATH, withSets } from './load-sets.ts'
import { type ParsedFile, readDocuments } from './parse-document.ts'
import {
  displayName,
  type ReadEnvironment,
  type ReadSource,
  readOptionFile,
  readSources,
  readText,
  realPath
} from './read.ts'
import type { ValueNode } from './tree.ts'
import { validators, withValidators } from './validators.ts'
import { parseYaml, type YamlContext } from './yaml.ts'

/** What reading definitions needs of the world. */
export interface LoadEnvironment extends ReadEnvironment, YamlContext {}

export interface LoadedDefinitions {
  readonly definitions: readonly Definition[]
  readonly sources: readonly SourceText[]
  /** Those of the sources that were named, not led to, and which of their lines were; all of a file where there are none. */
  readonly named: readonly NamedSource[]
  /** Files found in a folder that are YAML, but not for tracerun. */
  readonly foreignFiles: readonly string[]
}

/** A file that was named on the command line, or found where it was looked for. */
export type NamedSource = Pick<ReadSource, 'source' | 'lines'>

/**
 * Reads all definitions of files, folders, globs and `-`, and of the files that steps of suites lead to. There is a
 * value even beside errors, so that what compiling finds can be said together with them: nothing may be run while
 * one of the problems is an error.
 */
export async function loadDefinitions(
  patterns: readonly string[],
  environment: LoadEnvironment
): Promise<Outcome<LoadedDefinitions> & { readonly ok: true }> {
  const read = await readSources(patterns, environment)
  const loaded: Loaded = {
    definitions: [],
    sources: [],
    files: new Map(),
    problems: [...read.problems],
    environment
  }
  const foreignFiles: string[] = []
  for (const file of read.sources) {
    const parsed = await parseFile(file.source, environment)
    if (parsed.isForeign && !file.isNamed) foreignFiles.push(file.source.name)
    else await takeFile(parsed, file, loaded)
  }
  const { definitions, sources, problems } = loaded
  // A step may lead to a file with a suite, whose steps lead on: the list grows on the way.
  for (let at = 0; at < definitions.length; at++) {
    const definition = definitions[at]!
    if (definition.kind === 'suite') definitions[at] = await completeSuite(definition, loaded)
  }
  const value = { definitions, sources, named: read.sources, foreignFiles }
  return { ok: true, value, problems: inFileOrder(problems) }
}

/** YAML is parsed once, whatever has to be loaded to check it. */
async function parseFile(source: SourceText, { variables, hide }: LoadEnvironment): Promise<ParsedFile> {
  const documents = parseYaml(source, variables, hide)
  return await withValidators(() => readDocuments(documents, source, validators))
}

interface Loaded {
  readonly definitions: Definition[]
  readonly sources: SourceText[]
  /** What stands in each file, by its path. */
  readonly files: Map<string, readonly Definition[]>
  readonly problems: Diagnostic[]
  readonly environment: LoadEnvironment
}

async function takeFile(
  parsed: ParsedFile,
  { source, path, folder }: Pick<ReadSource, 'source' | 'path' | 'folder'>,
  loaded: Loaded
): Promise<readonly Definition[]> {
  const { definitions, sources, files, problems, environment } = loaded
  const around = { folder, environment, problems }
  sources.push(source)
  problems.push(...parsed.problems)
  const taken: Definition[] = []
  for (const definition of parsed.definitions)
    if (definition.kind === 'data-store')
      taken.push({ ...definition, dataStore: { ...definition.dataStore, folder } })
    else if (definition.kind === 'test') taken.push(await completeTest(definition, around))
    else taken.push(definition.kind === 'suite' ? { ...definition, folder } : definition)
  definitions.push(...taken)
  if (path !== undefined) files.set(path, taken)
  return taken
}

/** Takes in the files that the steps and sets of a suite name. */
async function completeSuite(suite: SuiteDefinition, loaded: Loaded): Promise<SuiteDefinition> {
  const { environment, problems } = loaded
  const folder = suite.folder ?? environment.cwd
  const steps: StepDefinition[] = []
  let isIncomplete = suite.isIncomplete
  for (const step of suite.steps) {
    if (!PATH.test(step.reference.value)) {
      steps.push(step)
      continue
    }
    const target = await findTarget(step, folder, loaded)
    if (target) steps.push({ ...step, target })
    else isIncomplete = true
  }
  const sets = await withSets({ ...suite, steps, isIncomplete }, folder, environment)
  problems.push(...sets.problems)
  return sets.value
}

/** The suite of the file that a step leads to, or its test; undefined follows a problem. */
async function findTarget(
  { reference: { value, location } }: StepDefinition,
  folder: string,
  loaded: Loaded
): Promise<Location | undefined> {
  const { environment, problems, files } = loaded
  const report = (message: string, hint?: string): undefined => {
    const place = { ...(location ? { location } : {}), ...(hint ? { hint } : {}) }
    problems.push({ code: 'SCHEMA_VIOLATION', severity: 'error', message, ...place })
  }
  let definitions: readonly Definition[] | undefined
  try {
    const written = resolve(folder, value)
    const name = displayName(written, environment.cwd)
    const path = await realPath(written, name)
    definitions = files.get(path)
    if (definitions === undefined) {
      const source = await readText(written, name)
      const parsed = await parseFile(source, environment)
      definitions = await takeFile(parsed, { source, path, folder: dirname(written) }, loaded)
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    return report(error.message)
  }
  const suites = definitions.filter(one => one.kind === 'suite')
  const runnable = suites.length > 0 ? suites : definitions.filter(one => one.kind === 'test')
  const [only] = runnable
  if (only && runnable.length === 1) return only.location
  if (only === undefined) return report(`\`${value}\` holds no test`)
  const names = runnable.map(one => `"${one.name}"`).join(', ')
  return report(
    `\`${value}\` holds ${runnable.length} ${suites.length > 0 ? 'suites' : 'tests'}`,
    `name one of them instead of the file, and the file on the command line: ${names}`
  )
}

interface Surroundings {
  /** Of the file that the test stands in. */
  readonly folder: string
  readonly environment: LoadEnvironment
  readonly problems: Diagnostic[]
}

/** Takes in what a test names by its path. */
async function completeTest(test: TestDefinition, around: Surroundings): Promise<TestDefinition> {
  const { dataStore, pollingProfile, ...rest } = test
  const store = dataStore && (await resolveReference(dataStore, around, 'DataStore', storeOf))
  const profile =
    pollingProfile && (await resolveReference(pollingProfile, around, 'PollingProfile', profileOf))
  const isUnresolved = (dataStore && !store) || (pollingProfile && !profile)
  const sets = await withSets(rest, around.folder, around.environment)
  around.problems.push(...sets.problems)
  return {
    ...sets.value,
    ...(store ? { dataStore: fromFolder(store, folderOf(dataStore, around.folder)) } : {}),
    ...(profile ? { pollingProfile: profile } : {}),
    folder: around.folder,
    files: await readNamedFiles(test.trigger.node, around),
    isIncomplete: test.isIncomplete || isUnresolved === true
  }
}

function storeOf(definition: Definition): DataStoreDefinition | undefined {
  return definition.kind === 'data-store' ? definition.dataStore : undefined
}

/** Paths within a data store start where it is written: in a file of its own, if a path leads there. */
function folderOf(written: object, folder: string): string {
  return isPlacedText(written) && PATH.test(written.value) ? dirname(resolve(folder, written.value)) : folder
}

function profileOf(definition: Definition): PollingProfileDefinition | undefined {
  return definition.kind === 'polling-profile' ? definition.pollingProfile : undefined
}

/** What stands in the file that a path leads to; what is no path stays as it is, and undefined follows a problem. */
async function resolveReference<T extends object>(
  written: T | Placed<string>,
  { folder, environment, problems }: Surroundings,
  type: string,
  pick: (definition: Definition) => T | undefined
): Promise<T | Placed<string> | undefined> {
  if (!isPlacedText(written) || !PATH.test(written.value)) return written
  const report = (message: string): void => {
    const { location } = written
    problems.push({ code: 'SCHEMA_VIOLATION', severity: 'error', message, ...(location ? { location } : {}) })
  }
  let file: ParsedFile
  try {
    const path = resolve(folder, written.value)
    const source = await readText(path, displayName(path, environment.cwd))
    file = await parseFile(source, environment)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    report(error.message)
    return undefined
  }
  problems.push(...file.problems)
  const found = file.definitions.map(pick).find(one => one !== undefined)
  if (!found && file.problems.length === 0)
    report(`\`${written.value}\` holds no document of type \`${type}\``)
  return found
}

/** Every file that the options of a trigger may mean, by the path as it is written. */
async function readNamedFiles(
  options: ValueNode,
  { folder, environment }: Surroundings
): Promise<ReadonlyMap<string, NamedFile>> {
  const files = new Map<string, NamedFile>()
  for (const written of pathsIn(options)) {
    if (files.has(written)) continue
    const path = resolve(folder, written)
    const name = displayName(path, environment.cwd)
    files.set(written, { path, name, ...(await readOptionFile(path, name)) })
  }
  return files
}

function pathsIn(node: ValueNode): readonly string[] {
  if (node.kind === 'scalar')
    return typeof node.value === 'string' && PATH.test(node.value) ? [node.value] : []
  const parts = node.kind === 'list' ? node.items : node.entries.map(entry => entry.value)
  return parts.flatMap(pathsIn)
}
