import { dirname, resolve } from 'node:path'
import { type Diagnostic, inFileOrder, type Outcome } from '../errors/diagnostic.ts'
import { UsageError } from '../errors/errors.ts'
import type { SourceText } from '../source/source-text.ts'
import { fromFolder } from './data-store.ts'
import {
  type DataStoreDefinition,
  type Definition,
  isPlacedText,
  type NamedFile,
  type Placed,
  type PollingProfileDefinition,
  type TestDefinition
} from './document.ts'
import type { ProcessVariables } from './environment.ts'
import { type ParsedFile, parseDocuments } from './parse-document.ts'
import { displayName, type ReadEnvironment, readOptionFile, readSources, readText } from './read.ts'
import type { ValueNode } from './tree.ts'
import { validators } from './validators.ts'

/** What reading definitions needs of the world. */
export interface LoadEnvironment extends ReadEnvironment {
  /** The variables of the process, for `${NAME}`. */
  readonly variables: ProcessVariables
}

export interface LoadedDefinitions {
  readonly definitions: readonly Definition[]
  readonly sources: readonly SourceText[]
  /** Files found in a folder that are YAML, but not for tracerun. */
  readonly foreignFiles: readonly string[]
}

/**
 * Reads all definitions of files, folders, globs and `-`. There is a value even beside errors, so that what
 * compiling finds can be said together with them: nothing may be run while one of the problems is an error.
 */
export async function loadDefinitions(
  patterns: readonly string[],
  environment: LoadEnvironment
): Promise<Outcome<LoadedDefinitions> & { readonly ok: true }> {
  const definitions: Definition[] = []
  const sources: SourceText[] = []
  const foreignFiles: string[] = []
  const read = await readSources(patterns, environment)
  const problems: Diagnostic[] = [...read.problems]
  for (const { source, folder, isNamed } of read.sources) {
    const file = parseDocuments(source, validators, environment.variables)
    if (file.isForeign && !isNamed) {
      foreignFiles.push(source.name)
      continue
    }
    sources.push(source)
    problems.push(...file.problems)
    for (const definition of file.definitions) {
      if (definition.kind === 'data-store')
        definitions.push({ ...definition, dataStore: { ...definition.dataStore, folder } })
      else if (definition.kind !== 'test') definitions.push(definition)
      else definitions.push(await completeTest(definition, { folder, environment, problems }))
    }
  }
  return { ok: true, value: { definitions, sources, foreignFiles }, problems: inFileOrder(problems) }
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
  return {
    ...rest,
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

const PATH = /^(?:\.{1,2}[\\/]|\/)[^\n]*$/

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
    file = parseDocuments(source, validators, environment.variables)
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
