import { resolve } from 'node:path'
import { ReporterError, UsageError } from '../errors/errors.ts'
import { suggest } from '../errors/suggest.ts'
import type { Reporter } from '../plugin/reporter.ts'
import { createEventReporter } from '../report/document-reporter.ts'
import { createJsonReporter } from '../report/json.ts'
import { createMultiplexer } from '../report/multiplexer.ts'
import { createNdjsonReporter } from '../report/ndjson.ts'
import type { Screen } from '../report/screen.ts'
import { createPrettyReporter, type PrettyOptions } from '../report/terminal/pretty.ts'
import type { Write } from '../report/writer.ts'
import type { Environment } from './environment.ts'
import { openFileWriter } from './file-writer.ts'
import { outputScreen } from './screens.ts'

/** What was asked for as `name` or `name=path`. */
export interface ReporterRequest {
  readonly name: ReporterName
  /** Absent: standard output. */
  readonly path?: string
}

const NAMES = ['pretty', 'json', 'ndjson', 'html'] as const
type ReporterName = (typeof NAMES)[number]
const COMING_NAMES = ['junit', 'github']
/** Nobody reads these on a screen. */
const FILES_ONLY: readonly ReporterName[] = ['html']

/** What is told to a person beside the events. */
export type PrettyFacts = Pick<PrettyOptions, 'detail' | 'offlineCommand'>

/**
 * Which reporters write where. `output` decides what standard output shows, and `pretty` shows there
 * unless another does.
 */
export function selectReporters(
  texts: readonly string[],
  output: 'pretty' | 'json' | undefined
): readonly ReporterRequest[] {
  const requests = texts.map(parseRequest)
  const toFiles = requests.filter(request => request.path !== undefined)
  const toOutput = output ? [{ name: output }] : requests.filter(request => request.path === undefined)
  if (toOutput.length > 1)
    throw new UsageError(
      `two reporters write to standard output: ${toOutput.map(r => r.name).join(' and ')}`,
      {
        hint: `give one of them a file: --reporter ${toOutput[1]!.name}=report.${extensionOf(toOutput[1]!.name)}`
      }
    )
  return [...(toOutput.length === 0 ? [{ name: 'pretty' } as const] : toOutput), ...toFiles]
}

function parseRequest(text: string): ReporterRequest {
  const [name = '', ...rest] = text.split('=')
  const known = NAMES.find(candidate => candidate === name)
  if (known === undefined) {
    if (COMING_NAMES.includes(name))
      throw new UsageError(`the reporter "${name}" is not in this version`, {
        hint: `there are ${NAMES.join(', ')}`
      })
    const near = suggest(name, NAMES)
    throw new UsageError(`there is no reporter "${name}"`, {
      hint: near ? `did you mean ${near}?` : `there are ${NAMES.join(', ')}`
    })
  }
  const path = rest.join('=')
  if (path === '' && FILES_ONLY.includes(known))
    throw new UsageError(`the reporter "${known}" writes a file, and needs its name`, {
      hint: `--reporter ${known}=report.${extensionOf(known)}`
    })
  return path === '' ? { name: known } : { name: known, path }
}

function extensionOf(name: ReporterName): string {
  return name === 'pretty' ? 'txt' : name
}

/** One reporter made of all those asked for. A file that cannot be opened is a `ReporterError`. */
export async function openReporters(
  requests: readonly ReporterRequest[],
  environment: Environment,
  facts: PrettyFacts = {}
): Promise<Reporter> {
  const reporters: Reporter[] = []
  for (const { name, path } of requests) {
    if (path === undefined) {
      const write: Write = text => environment.stdout.write(text)
      const { footHolder } = environment
      reporters.push(
        await createReporter(name, { screen: outputScreen(environment), write, footHolder, ...facts })
      )
      continue
    }
    const file = await openFileWriter(resolve(environment.cwd, path)).catch((cause: Error) => {
      throw new ReporterError(`the ${name} report cannot be written to ${path}: ${cause.message}`, { cause })
    })
    const inner = await createReporter(name, { screen: FILE_SCREEN, write: file.write, ...facts })
    reporters.push({
      name: `${name}=${path}`,
      onEvent: event => inner.onEvent(event),
      close: async report => {
        await inner.close(report)
        await file.close()
      }
    })
  }
  return createMultiplexer(reporters)
}

/** Whoever reads the file later has a screen of which nothing is known. */
const FILE_SCREEN: Screen = { width: 120, colorLevel: 0, isInteractive: false, isCi: false, hasUnicode: true }

async function createReporter(name: ReporterName, options: PrettyOptions): Promise<Reporter> {
  const { write } = options
  switch (name) {
    case 'pretty':
      return createPrettyReporter(options)
    case 'json':
      return createEventReporter(createJsonReporter(write))
    case 'ndjson':
      return createNdjsonReporter(write)
    case 'html': {
      const { createHtmlReporter } = await import('../report/html/reporter.ts')
      return createEventReporter(createHtmlReporter(write))
    }
  }
}
