import type { Diagnostic, Outcome } from '../errors/diagnostic.ts'
import { suggest } from '../errors/suggest.ts'
import { withoutUndefined } from './build-wait.ts'
import { parseShortStore } from './data-store.ts'
import type {
  DataStoreDefinition,
  Placed,
  PollingProfileDefinition,
  VariableDefinition,
  VariableSetReference,
  VariablesDefinition,
  WaitDefinition
} from './document.ts'
import { parseDurationMs } from './duration.ts'
import { PROPAGATORS } from './propagators.ts'
import {
  LISTEN_ADDRESS,
  ORIGIN,
  ORIGIN_TITLE,
  TRACE_URL_PATTERN,
  TRACE_URL_TITLE,
  WAIT_TARGET_PATTERN
} from './schema-words.ts'

/** The defaults of a project and what the command line says, in one shape. Absent: nothing was said. */
export interface Settings {
  /** Files, directories and globs run when none are named. */
  readonly tests?: readonly Placed<string>[]
  readonly dataStore?: DataStoreDefinition | Placed<string>
  /** Data stores that tests and `dataStore` name. */
  readonly dataStores?: ReadonlyMap<string, DataStoreDefinition>
  /** The link to a trace in the UI of the backend, with `{traceId}` in it. */
  readonly traceUrl?: Placed<string>
  /** `host:port` pairs on which the embedded receiver listens. */
  readonly otlpListen?: readonly Placed<string>[]
  /** Origins of web pages whose spans the embedded receiver takes, beside those of this machine. */
  readonly otlpCors?: readonly Placed<string>[]
  /** The URL to which the embedded receiver passes on what it takes in. */
  readonly otlpForward?: Placed<string>
  /** A text names a document by its id or name. */
  readonly pollingProfile?: PollingProfileDefinition | Placed<string>
  /** Of the project file: tests and the command line may say otherwise. */
  readonly defaults?: VariablesDefinition
  /** Of the command line, in its order. */
  readonly variables?: readonly VariableSource[]
  readonly wait?: WaitDefinition
  /** Names whose values a saved run gives: they need not be defined anywhere else. */
  readonly recorded?: ReadonlySet<string>
  /** Names of `--secret`: whatever has one of them is hidden. */
  readonly secretNames?: ReadonlySet<string>
  /** `name` or `name=path`, each. */
  readonly reporters?: readonly Placed<string>[]
  readonly jobs?: Placed<number>
  /** How often a test that does not pass is run again. */
  readonly retries?: Placed<number>
  /** What relative URLs are resolved against. */
  readonly endpoint?: Placed<string>
  /** Names of formats of the trace context. */
  readonly propagation?: Placed<readonly string[]>
  /** URLs that must answer before the first test. */
  readonly waitFor?: readonly Placed<string>[]
  /** How long they may take. */
  readonly waitTimeoutMs?: Placed<number>
}

/** A variable, or a set of them. */
export type VariableSource = VariableDefinition | VariableSetReference

/** The settings that a flag or a variable of the process may give, as they are written in the project file. */
export type SettingName =
  | 'tests'
  | 'dataStore'
  | 'otlpListen'
  | 'otlpForward'
  | 'otlpCors'
  | 'timeout'
  | 'flushDelay'
  | 'lag'
  | 'tailSampling'
  | 'absenceWindow'
  | 'async'
  | 'external'
  | 'orphans'
  | 'links'
  | 'pollingProfile'
  | 'reporters'
  | 'jobs'
  | 'retries'
  | 'endpoint'
  | 'propagation'
  | 'waitFor'
  | 'waitTimeout'
  | 'traceUrl'

/** The variable of the process that gives a setting: `TRACERUN_FLUSH_DELAY`. */
export function environmentName(name: SettingName): string {
  return `TRACERUN_${name.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()}`
}

/** One set of settings from several, the first to say something deciding each of them. */
export function mergeSettings(layers: readonly Settings[]): Settings {
  const lastFirst = layers.toReversed()
  const merged: Settings = Object.assign({}, ...lastFirst)
  const wait: WaitDefinition = Object.assign({}, ...lastFirst.map(layer => layer.wait))
  return { ...merged, wait }
}

/**
 * Reads settings given as texts: flags, or variables of the process. `describe` names the origin of one
 * in messages: `--timeout`, `TRACERUN_TIMEOUT`.
 */
export function parseSettings(
  texts: ReadonlyMap<SettingName, string>,
  describe: (name: SettingName) => string
): Outcome<Settings> {
  const problems: Diagnostic[] = []
  const read = <T>(
    name: SettingName,
    parse: (text: string) => T | undefined,
    expected: string
  ): Placed<T> | undefined => {
    const text = texts.get(name)?.trim()
    if (text === undefined) return undefined
    const value = parse(text)
    if (value !== undefined) return { value }
    problems.push({
      code: 'SCHEMA_VIOLATION',
      severity: 'error',
      message: `${describe(name)}: expected ${expected}, found "${text}"`
    })
    return undefined
  }
  const duration = (name: SettingName): Placed<number> | undefined =>
    read(name, parseDurationMs, 'a duration such as 5s or 200ms')
  const list = (
    name: SettingName,
    pattern: RegExp,
    expected: string
  ): readonly Placed<string>[] | undefined => read(name, text => splitList(text, pattern), expected)?.value

  const wait = withoutUndefined<WaitDefinition>({
    timeoutMs: duration('timeout'),
    flushDelayMs: duration('flushDelay'),
    lagMs: duration('lag'),
    tailSamplingMs: duration('tailSampling'),
    absenceWindowMs: duration('absenceWindow'),
    asyncMs: duration('async'),
    followsLinks: read('links', parseLinks, 'follow or ignore'),
    allowOrphans: read('orphans', text => (text === 'allow' ? true : undefined), 'allow'),
    externalHosts: list('external', ANY, 'hosts, with commas between them')
  })
  const store = read(
    'dataStore',
    parseStoreText,
    'KIND=ADDRESS such as jaeger=http://localhost:16686, or a name'
  )
  const value = withoutUndefined<Settings>({
    tests: list('tests', ANY, 'files, folders or globs, with commas between them'),
    dataStore: store && (parseShortStore(store) ?? store),
    traceUrl: read('traceUrl', parseTraceUrl, TRACE_URL_TITLE),
    otlpListen: list('otlpListen', ADDRESS, 'HOST:PORT such as 127.0.0.1:4318, with commas between several'),
    otlpCors: list('otlpCors', new RegExp(ORIGIN), `${ORIGIN_TITLE}, with commas between several`),
    otlpForward: read('otlpForward', parseEndpoint, 'a URL with its scheme, such as http://localhost:14318'),
    reporters: list('reporters', ANY, 'NAME or NAME=PATH, with commas between several'),
    jobs: read('jobs', parseCount, 'a whole number from 1'),
    pollingProfile: read(
      'pollingProfile',
      text => (text === '' || text === ',' ? undefined : text),
      'the name of a polling profile'
    ),
    retries: read('retries', parseRetries, 'a whole number from 0 to 10'),
    propagation: readPropagation(texts.get('propagation'), describe('propagation'), problems),
    endpoint: read('endpoint', parseEndpoint, 'a URL with its scheme, such as http://localhost:8080'),
    waitFor: list(
      'waitFor',
      WAIT_TARGET,
      'URLs such as http://localhost:8080/health or tcp://localhost:5432'
    ),
    waitTimeoutMs: duration('waitTimeout'),
    wait: Object.keys(wait).length > 0 ? wait : undefined
  })
  return problems.length === 0 ? { ok: true, value, problems } : { ok: false, problems }
}

/** A list as in OTEL_PROPAGATORS; `none` stands for none of them. */
function readPropagation(
  text: string | undefined,
  origin: string,
  problems: Diagnostic[]
): Placed<readonly string[]> | undefined {
  if (text === undefined) return undefined
  const names = text.split(',').map(name => name.trim())
  if (names.length === 1 && names[0] === 'none') return { value: [] }
  const unknown = names.filter(name => !PROPAGATORS.some(known => known === name))
  for (const name of unknown) {
    const near = suggest(name, PROPAGATORS)
    problems.push({
      code: 'SCHEMA_VIOLATION',
      severity: 'error',
      message: `${origin}: expected formats of the trace context, with commas between them, found "${name}"`,
      hint: near === undefined ? `there are ${PROPAGATORS.join(', ')}, and none` : `did you mean ${near}?`
    })
  }
  return unknown.length === 0 ? { value: names } : undefined
}

const ANY = /\S/

const ADDRESS = new RegExp(LISTEN_ADDRESS)
const WAIT_TARGET = new RegExp(WAIT_TARGET_PATTERN)

function splitList(text: string, pattern: RegExp): readonly Placed<string>[] | undefined {
  const entries = text.split(',').map(entry => entry.trim())
  return entries.every(entry => pattern.test(entry)) ? entries.map(value => ({ value })) : undefined
}

/** A name has a letter or a digit, and an equals sign only behind a kind. */
function parseStoreText(text: string): string | undefined {
  return /^([a-z0-9]+=.*|[^=]*[\p{L}\p{N}][^=]*)$/isu.test(text) ? text : undefined
}

const TRACE_URL = new RegExp(TRACE_URL_PATTERN)

function parseTraceUrl(text: string): string | undefined {
  return TRACE_URL.test(text) ? text : undefined
}

const LINKS: ReadonlyMap<string, boolean> = new Map([
  ['follow', true],
  ['ignore', false]
])

function parseLinks(text: string): boolean | undefined {
  return LINKS.get(text)
}

function parseCount(text: string): number | undefined {
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : undefined
}

function parseRetries(text: string): number | undefined {
  return /^(?:\d|10)$/.test(text) ? Number(text) : undefined
}

function parseEndpoint(text: string): string | undefined {
  return /^https?:\/\/[^/\s]/i.test(text) ? text : undefined
}
