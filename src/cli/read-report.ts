import { readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { validate as validateReport } from '../definition/generated/report.js'
import { reasonOf } from '../definition/read.ts'
import { UsageError } from '../errors/errors.ts'
import type { JsonReport } from '../report/json-report.ts'
import type { SourceReport } from '../report/merge.ts'
import { VERSION } from './version.ts'

/** A report that stands in a file. */
export interface StoredReport extends SourceReport {
  /** Where its saved traces are. */
  readonly folder: string
}

const SCHEMA_VERSION = 1
/** Where a folder has its report, the nearest first. */
const PLACES = ['report.json', 'last/report.json', '.tracerun/last/report.json']
const AGAIN = 'take it again from the run that wrote it'

/** Reads the report of a run: of a file, or of a folder that holds one. Every failure is a `UsageError` that names the file. */
export async function readReport(path: string, cwd: string): Promise<StoredReport> {
  const { file, shown } = await findReport(path, cwd)
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UsageError(`${shown}: ${reasonOf(cause)}`, { cause })
  })
  return { path: shown, folder: dirname(file), report: parseReport(text, shown) }
}

async function findReport(
  path: string,
  cwd: string
): Promise<{ readonly file: string; readonly shown: string }> {
  const given = resolve(cwd, path)
  const found = await stat(given).catch((cause: unknown) => {
    throw new UsageError(`${path}: ${reasonOf(cause)}`, {
      hint: 'name the folders of the runs, such as copies of .tracerun/last, or their JSON reports',
      cause
    })
  })
  if (!found.isDirectory()) return { file: given, shown: path }
  for (const place of PLACES) {
    const file = join(given, place)
    const isThere = await stat(file).then(
      one => one.isFile(),
      () => false
    )
    if (isThere) return { file, shown: join(path, place) }
  }
  throw new UsageError(`${path}: there is no report of a run in this folder`, {
    hint: 'a run leaves report.json in .tracerun/last; a step that uploads it must take hidden files too'
  })
}

function parseReport(text: string, shown: string): JsonReport {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (cause) {
    throw new UsageError(`${shown} is damaged: ${reasonOf(cause)}`, { hint: AGAIN, cause })
  }
  const version =
    typeof document === 'object' && document !== null && 'schemaVersion' in document
      ? document.schemaVersion
      : undefined
  if (typeof version === 'number' && version !== SCHEMA_VERSION)
    throw new UsageError(
      `${shown} has version ${version}, and tracerun ${VERSION} reads version ${SCHEMA_VERSION}`,
      { hint: 'use the same version of tracerun for the runs and for merge' }
    )
  if (validateReport(document)) return document as JsonReport
  const [first] = validateReport.errors ?? []
  const { instancePath = '', keyword = '', params } = first ?? {}
  const place = instancePath === '' ? 'the document' : instancePath
  const fault =
    params?.missingProperty === undefined
      ? `${place} is not as the schema of reports says (${keyword})`
      : `${place} has no "${params.missingProperty}"`
  throw new UsageError(`${shown} is no report of a run, or a damaged one: ${fault}`, { hint: AGAIN })
}
