import type { Diagnostic } from '../errors/diagnostic.ts'
import { suggest } from '../errors/suggest.ts'
import type { Location, SourceText } from '../source/source-text.ts'
import { buildSuite, buildVariableSet } from './build-suite.ts'
import { buildTest } from './build-test.ts'
import { buildPollingProfile } from './build-wait.ts'
import { buildDataStore } from './data-store.ts'
import type { Definition } from './document.ts'
import type { ProcessVariables } from './environment.ts'
import { scalarAt, textAt } from './fields.ts'
import { COMING_KINDS, DOCUMENT_KINDS, SERVER_KINDS } from './known-names.ts'
import { checkValue } from './locate.ts'
import { moderniseTest } from './older-spellings.ts'
import { entryOf, type MapNode, type ValueNode, valueAt } from './tree.ts'
import type { Validate, Validators } from './validators.ts'
import { describe } from './value-words.ts'
import { parseYaml, type YamlDocument } from './yaml.ts'

/** What a file says. Definitions with mistakes are there as well, marked incomplete, so that more can be found. */
export interface ParsedFile {
  readonly definitions: readonly Definition[]
  readonly problems: readonly Diagnostic[]
  /** Nothing in it looks like a definition: some other program's YAML. */
  readonly isForeign: boolean
}

/** Reads the definitions of a YAML text. Never throws on any text, save for validators that were not loaded. */
export function parseDocuments(
  source: SourceText,
  validators: Validators,
  variables: ProcessVariables
): ParsedFile {
  return readDocuments(parseYaml(source, variables), source, validators)
}

/** What the documents of a file say. */
export function readDocuments(
  documents: readonly YamlDocument[],
  source: SourceText,
  validators: Validators
): ParsedFile {
  const parsed = documents.map(document => parseDocument(document, validators))
  const problems = parsed.flatMap(one => one.problems)
  if (documents.length === 0) problems.push(emptyFile(source))
  return {
    definitions: parsed.flatMap(one => one.definitions),
    problems,
    isForeign: !looksOurs(documents, source)
  }
}

type ParsedDocument = Omit<ParsedFile, 'isForeign'>

function emptyFile(source: SourceText): Diagnostic {
  return {
    code: 'SCHEMA_VIOLATION',
    severity: 'error',
    message: `${source.name} is empty`,
    location: { source, range: { start: 0, end: 0 } },
    hint: 'a definition starts with `type: Test`'
  }
}

function looksOurs(documents: readonly YamlDocument[], source: SourceText): boolean {
  // What is broken cannot be looked at; its first column can.
  return documents.some(({ root }) =>
    root === undefined ? /^(?:type|spec|testSpec)[ \t]*:/m.test(source.text) : isMeantForUs(root)
  )
}

function isMeantForUs(root: ValueNode): boolean {
  if (root.kind === 'list') return root.items.some(isMeantForUs)
  const type = textAt(root, 'type')
  const isKind = type !== undefined && ALL_KINDS.includes(type)
  const hasSpec = entryOf(root, 'spec') !== undefined && entryOf(root, 'apiVersion') === undefined
  return isKind || hasSpec || isBareTest(root)
}

const ALL_KINDS: readonly string[] = [...DOCUMENT_KINDS, ...COMING_KINDS.keys(), ...SERVER_KINDS]

/** A test without an envelope, as it was written once. */
function isBareTest(root: ValueNode): root is MapNode {
  const hasSpecs = ['testSpec', 'specs', 'testDefinition'].some(key => entryOf(root, key) !== undefined)
  return entryOf(root, 'type') === undefined && hasSpecs && entryOf(root, 'trigger') !== undefined
}

function parseDocument({ root, problems }: YamlDocument, validators: Validators): ParsedDocument {
  if (root === undefined) return { definitions: [], problems }
  const read = readKind(root, validators, isAnyError(problems))
  return { definitions: read.definitions, problems: [...problems, ...read.problems] }
}

function readKind(root: ValueNode, validators: Validators, hasErrors: boolean): ParsedDocument {
  if (root.kind !== 'map')
    return failure(
      `expected a mapping with \`type\` and \`spec\`, found ${describe(root)}`,
      root.location,
      'a definition starts with `type: Test`'
    )
  const start = root.entries[0]?.keyLocation ?? root.location
  if (isBareTest(root)) return readTest(root, start, validators.test, hasErrors)
  const type = scalarAt(root, 'type')
  if (type === undefined)
    return entryOf(root, 'spec')
      ? failure('`type` is missing', start, 'write `type: Test` above `spec`')
      : failure(
          'this is no definition: `type` and `spec` are missing',
          start,
          'a definition starts with `type: Test`'
        )
  const kind = type.text.text
  if (!DOCUMENT_KINDS.includes(kind)) return refuseKind(kind, type.location)

  const problems = envelopeProblems(root)
  const spec = valueAt(root, 'spec')
  const owner = entryOf(root, 'spec')?.keyLocation ?? type.location
  if (spec?.kind !== 'map') {
    const message = spec ? `\`spec\`: expected a mapping, found ${describe(spec)}` : '`spec` is missing'
    return { definitions: [], problems: [...problems, ...failure(message, owner).problems] }
  }
  const read = readSpec(kind, spec, owner, validators, hasErrors || problems.length > 0)
  return { definitions: read.definitions, problems: [...problems, ...read.problems] }
}

function readSpec(
  kind: string,
  spec: MapNode,
  owner: Location,
  validators: Validators,
  hasErrors: boolean
): ParsedDocument {
  switch (kind) {
    case 'Test':
      return readTest(spec, owner, validators.test, hasErrors)
    case 'TestSuite':
    case 'Transaction':
      return readSuite(spec, owner, validators.suite, hasErrors)
    case 'VariableSet':
    case 'Environment': {
      const found = checkValue(spec, validators.variableSet, owner)
      const { definition, problems } = buildVariableSet(spec, owner)
      return { definitions: [definition], problems: [...found, ...problems] }
    }
    case 'DataStore': {
      const problems = checkValue(spec, validators.dataStore, owner)
      const dataStore = buildDataStore(spec)
      const facts = factsOf(spec, owner)
      return { definitions: dataStore ? [{ kind: 'data-store', ...facts, dataStore }] : [], problems }
    }
    default: {
      const problems = checkValue(spec, validators.pollingProfile, owner)
      const pollingProfile = buildPollingProfile(spec)
      return { definitions: [{ kind: 'polling-profile', ...factsOf(spec, owner), pollingProfile }], problems }
    }
  }
}

function factsOf(spec: MapNode, owner: Location): { location: Location; id?: string; name?: string } {
  const [id, name] = ['id', 'name'].map(key => textAt(spec, key))
  return {
    location: scalarAt(spec, 'name')?.location ?? owner,
    ...(id === undefined ? {} : { id }),
    ...(name === undefined ? {} : { name })
  }
}

function readTest(spec: MapNode, owner: Location, validate: Validate, hasErrors: boolean): ParsedDocument {
  const modern = moderniseTest(spec)
  const found = [...modern.problems, ...checkValue(modern.node, validate, owner)]
  const { test, problems } = buildTest(modern.node, owner, hasErrors || isAnyError(found))
  return { definitions: test ? [test] : [], problems: [...found, ...problems] }
}

function readSuite(spec: MapNode, owner: Location, validate: Validate, hasErrors: boolean): ParsedDocument {
  const found = checkValue(spec, validate, owner)
  const { definition, problems } = buildSuite(spec, owner, hasErrors || isAnyError(found))
  return { definitions: [definition], problems: [...found, ...problems] }
}

function isAnyError(problems: readonly Diagnostic[]): boolean {
  return problems.some(problem => problem.severity === 'error')
}

function envelopeProblems(root: MapNode): readonly Diagnostic[] {
  return root.entries
    .filter(({ key }) => key !== 'type' && key !== 'spec' && !key.startsWith('x-'))
    .map(({ key, keyLocation }) => {
      const near = suggest(key, ['type', 'spec'])
      const hint = near
        ? `did you mean \`${near}\`?`
        : `only \`type\` and \`spec\` stand at the top: is \`${key}\` meant to be under \`spec\`?`
      return {
        code: 'UNKNOWN_KEY',
        severity: 'error',
        message: `unknown key \`${key}\``,
        location: keyLocation,
        hint
      }
    })
}

function refuseKind(kind: string, location: Location): ParsedDocument {
  const coming = COMING_KINDS.get(kind)
  if (coming !== undefined)
    return failure(
      `documents of type \`${kind}\` (${coming}) are still to come`,
      location,
      'name only the files of tests until then',
      'NOT_SUPPORTED'
    )
  if (SERVER_KINDS.includes(kind)) {
    const message = `documents of type \`${kind}\` configure Tracetest's server: they have no effect`
    return { definitions: [], problems: [{ code: 'NO_EFFECT', severity: 'warning', message, location }] }
  }
  const near = suggest(kind, ALL_KINDS)
  return failure(
    `unknown type \`${kind}\``,
    location,
    near ? `did you mean \`${near}\`?` : `known: ${DOCUMENT_KINDS.join(', ')}`
  )
}

function failure(
  message: string,
  location: Location,
  hint?: string,
  code: Diagnostic['code'] = 'SCHEMA_VIOLATION'
): ParsedDocument {
  const problem: Diagnostic = {
    code,
    severity: 'error',
    message,
    location,
    ...(hint === undefined ? {} : { hint })
  }
  return { definitions: [], problems: [problem] }
}
