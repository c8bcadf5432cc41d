import { resolve } from 'node:path'
import { ReporterError, UsageError } from '../errors/errors.ts'
import { suggest } from '../errors/suggest.ts'
import type { Reporter } from '../plugin/reporter.ts'
import { createEventReporter, type DocumentReporter } from '../report/document-reporter.ts'
import { createJsonReporter } from '../report/json.ts'
import { createMultiplexer } from '../report/multiplexer.ts'
import { createNdjsonReporter } from '../report/ndjson.ts'
import type { Screen } from '../report/screen.ts'
import { createPrettyReporter, type PrettyOptions } from '../report/terminal/pretty.ts'
import type { Write } from '../report/writer.ts'
import { disarmJson } from './disarm.ts'
import { type Environment, isOn } from './environment.ts'
import type { FileWriter } from './file-writer.ts'
import { openFileWriter } from './file-writer.ts'
import { outputScreen } from './screens.ts'

/** What was asked for as `name` or `name=path`. */
export interface ReporterRequest {
  readonly name: ReporterName
  /** Absent: standard output. */
  readonly path?: string
}

interface ReporterKind {
  /** Of a file for it. */
  readonly extension: string
  /** `output`: standard output or a file; `file`: a file alone; `beside`: neither, it has a place of its own. */
  readonly writesTo: 'output' | 'file' | 'beside'
}

export type ReporterName = 'pretty' | 'json' | 'ndjson' | 'junit' | 'html' | 'github'

const KINDS: Readonly<Record<ReporterName, ReporterKind>> = {
  pretty: { extension: 'txt', writesTo: 'output' },
  json: { extension: 'json', writesTo: 'output' },
  ndjson: { extension: 'ndjson', writesTo: 'output' },
  junit: { extension: 'xml', writesTo: 'file' },
  html: { extension: 'html', writesTo: 'file' },
  github: { extension: 'md', writesTo: 'beside' }
}
const NAMES = Object.keys(KINDS) as ReporterName[]
/** What may stand after `--reporter`: a name, with `=` where a file must follow. */
export const REPORTER_WORDS: readonly string[] = NAMES.map(name =>
  KINDS[name].writesTo === 'file' ? `${name}=` : name
)

/** As a path, what leaving it out means. */
const STANDARD_OUTPUT = '-'

/** Said bit by bit, for who reads along. */
const STREAMS: readonly ReporterName[] = ['pretty', 'ndjson']

/** What is told to a person beside the events. */
export type PrettyFacts = Pick<PrettyOptions, 'detail' | 'offlineCommand'>

/**
 * Which reporters write where. `output` decides what standard output shows, and `pretty` shows there
 * unless another does. A job of GitHub has annotations unasked.
 */
export function selectReporters(
  texts: readonly string[],
  output: 'pretty' | 'json' | undefined,
  { variables }: Pick<Environment, 'variables'>
): readonly ReporterRequest[] {
  const requests = texts.map(parseRequest)
  const toFiles = requests.filter(request => request.path !== undefined)
  const shown = requests.filter(({ name, path }) => path === undefined && KINDS[name].writesTo === 'output')
  const toOutput = output ? [{ name: output }] : shown
  if (toOutput.length > 1)
    throw new UsageError(
      `two reporters write to standard output: ${toOutput.map(r => r.name).join(' and ')}`,
      {
        hint: `give one of them a file: --reporter ${toOutput[1]!.name}=report.${KINDS[toOutput[1]!.name].extension}`
      }
    )
  const isAnnotated = requests.some(({ name }) => name === 'github') || isJobOfGithub(variables)
  const beside = isAnnotated ? [{ name: 'github' } as const] : []
  return [...(toOutput.length === 0 ? [{ name: 'pretty' } as const] : toOutput), ...toFiles, ...beside]
}

function isJobOfGithub(variables: Environment['variables']): boolean {
  return isOn(variables['GITHUB_ACTIONS']) && isOn(variables['TRACERUN_GITHUB'] ?? 'true')
}

/** What `-j` asks for, in the words of `--reporter`. */
export function withJunit(texts: readonly string[], junit: string | undefined): readonly string[] {
  return junit === undefined ? texts : [...texts, `junit=${junit}`]
}

function parseRequest(text: string): ReporterRequest {
  const [name = '', ...rest] = text.split('=')
  const known = NAMES.find(candidate => candidate === name)
  if (known === undefined) {
    const near = suggest(name, NAMES)
    throw new UsageError(`there is no reporter "${name}"`, {
      hint: near ? `did you mean ${near}?` : `there are ${NAMES.join(', ')}`
    })
  }
  const named = rest.join('=')
  const path = named === STANDARD_OUTPUT ? '' : named
  const { writesTo, extension } = KINDS[known]
  if (writesTo === 'file' && path === '')
    throw new UsageError(`the reporter "${known}" writes to a file, and none is named`, {
      hint: `--reporter ${known}=report.${extension}`
    })
  if (writesTo === 'beside' && path !== '')
    throw new UsageError(`the reporter "${known}" takes no file`, {
      hint: `--reporter ${known}: it writes commands for the runner, and the page of the job`
    })
  return path === '' ? { name: known } : { name: known, path }
}

/** One reporter made of all those asked for. A file that cannot be opened is a `ReporterError`. */
export async function openReporters(
  requests: readonly ReporterRequest[],
  environment: Environment,
  facts: PrettyFacts = {}
): Promise<Reporter> {
  const place = { requests, environment }
  return createMultiplexer(
    await openEach(place, async ({ name, path }, write, screen) => {
      const foot = path === undefined ? { footHolder: environment.footHolder } : {}
      if (name === 'pretty') return createPrettyReporter({ screen, write, ...foot, ...facts })
      if (name === 'ndjson') return createNdjsonReporter(write)
      return createEventReporter(await createDocumentReporter(name, write, place))
    }),
    environment.clock
  )
}

/** The requests of a run, and the world that they are opened in. */
export interface ReporterPlace {
  readonly requests: readonly ReporterRequest[]
  readonly environment: Environment
}

interface Closing<Report> {
  readonly name: string
  close(report: Report): Promise<void>
}

/** Opens the files of reporters; each is closed with its reporter. */
export async function openEach<Report, R extends Closing<Report>>(
  { requests, environment }: ReporterPlace,
  create: (request: ReporterRequest, write: Write, screen: Screen) => Promise<R & Closing<Report>>
): Promise<readonly R[]> {
  const reporters: R[] = []
  const files: FileWriter[] = []
  for (const request of requests) {
    const { name, path } = request
    if (path === undefined) {
      reporters.push(await create(request, outputWriter(name, environment), outputScreen(environment)))
      continue
    }
    const isStream = STREAMS.includes(name)
    const options = { isStream, clock: environment.clock }
    const file = await openFileWriter(resolve(environment.cwd, path), options).catch(async (cause: Error) => {
      for (const other of files) await other.abandon()
      throw new ReporterError(`the ${name} report cannot be written to ${path}: ${cause.message}`, { cause })
    })
    files.push(file)
    const inner = await create(request, file.write, FILE_SCREEN)
    const close = async (report: Report): Promise<void> => {
      await inner.close(report).catch(async (error: unknown) => {
        await file.abandon()
        throw error
      })
      await file.close()
    }
    reporters.push({ ...inner, name: `${name}=${path}`, close })
  }
  return reporters
}

function outputWriter(name: ReporterName, { stdout, variables }: Environment): Write {
  const isData = KINDS[name].extension.endsWith('json') && isOn(variables['GITHUB_ACTIONS'])
  return isData ? text => stdout.write(disarmJson(text)) : text => stdout.write(text)
}

/** Whoever reads the file later has a screen of which nothing is known. */
const FILE_SCREEN: Screen = { width: 120, colorLevel: 0, isInteractive: false, isCi: false, hasUnicode: true }

/** A reporter that needs no more than the documents of a run; each is loaded when it is asked for. */
export async function createDocumentReporter(
  name: Exclude<ReporterName, 'pretty' | 'ndjson'>,
  write: Write,
  { requests, environment }: ReporterPlace
): Promise<DocumentReporter> {
  switch (name) {
    case 'json':
      return createJsonReporter(write)
    case 'junit': {
      const { createJunitReporter } = await import('../report/junit.ts')
      return createJunitReporter(write)
    }
    case 'html': {
      const { createHtmlReporter } = await import('../report/html/reporter.ts')
      return createHtmlReporter(write)
    }
    case 'github': {
      const { openGithubReporter } = await import('./github-job.ts')
      const isDataShown = requests.some(
        request => request.path === undefined && ['json', 'ndjson'].includes(request.name)
      )
      return openGithubReporter(environment, isDataShown ? environment.stderr : environment.stdout)
    }
  }
}
