import { parseDurationMs } from '../../definition/duration.ts'
import { UsageError } from '../../errors/errors.ts'
import type { ExitCode } from '../../errors/exit-code.ts'
import type { Trace } from '../../model/trace.ts'
import { readTraceId, TRACE_ID_FORMS } from '../../model/written-trace-id.ts'
import { encodeOtlpJson } from '../../otlp/encode.ts'
import { renderTrace } from '../../report/trace-drawing.ts'
import type { Environment } from '../environment.ts'
import { fetchTrace } from '../fetch-trace.ts'
import { isThere } from '../is-there.ts'
import type { TraceOptions } from '../options.ts'
import { readTrace } from '../read-trace.ts'
import { outputScreen } from '../screens.ts'

/** `tracerun trace`: draws a trace of the data store, or of a file. */
export async function showTrace(
  wanted: string,
  options: TraceOptions,
  environment: Environment
): Promise<ExitCode> {
  const { stdout, mask } = environment
  const shown = await findTrace(wanted, options, environment)
  const trace = mask.value(shown.trace)
  if (options.json) stdout.write(`${JSON.stringify(encodeOtlpJson(trace.spans), undefined, 2)}\n`)
  else stdout.write(mask.text(renderTrace(trace, outputScreen(environment), shown)))
  return 0
}

interface ShownTrace {
  readonly trace: Trace
  readonly url?: string | undefined
  readonly notes: readonly string[]
}

/** A file that is there is meant before anything else that its name may look like. */
async function findTrace(
  wanted: string,
  options: TraceOptions,
  environment: Environment
): Promise<ShownTrace> {
  const quietMs = readWait(options.wait)
  if (await isThere(wanted, environment)) {
    const { trace, record, format } = await readTrace(wanted, {
      ...options,
      cwd: environment.cwd,
      label: wanted
    })
    return { trace, notes: record?.ground ? [`${format}: ${record.ground.text}`] : [] }
  }
  const traceId = readTraceId(wanted)
  if (traceId === undefined)
    throw new UsageError(`"${wanted}" is neither a trace id nor a file that is there`, {
      hint: TRACE_ID_FORMS
    })
  const { trace, url, completeness, note } = await fetchTrace(traceId, { ...options, quietMs }, environment)
  return { trace, url, notes: notesOf(completeness, note) }
}

function notesOf(completeness: string, note: string | undefined): readonly string[] {
  if (completeness === 'truncated') return [`cut off${note === undefined ? ' by the store' : `: ${note}`}`]
  if (completeness === 'partial')
    return [`more is coming${note === undefined ? '' : `: ${note}`}; look again with --wait 10s`]
  return note === undefined ? [] : [note]
}

function readWait(text: string | undefined): number {
  if (text === undefined) return 0
  const ms = parseDurationMs(text)
  if (ms === undefined)
    throw new UsageError(`--wait: expected a duration such as 10s or 500ms, found "${text}"`)
  return ms
}
