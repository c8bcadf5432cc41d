import { TriggerError } from '../../errors/errors.ts'
import { readTraceId, TRACE_ID_FORMS } from '../../model/written-trace-id.ts'
import type { TriggerContext, TriggerResult } from '../../plugin/trigger.ts'
import { abortedError } from '../outcome.ts'
import type { TraceIdOptions } from './index.ts'

const LONGEST_SHOWN = 80

/** Finds out which trace is meant. Rejects with `TriggerError` where no id is written. */
export async function nameTrace(
  { id, traceFile }: TraceIdOptions,
  context: TriggerContext
): Promise<TriggerResult> {
  if (context.signal.aborted) throw abortedError('naming the trace', context.signal.reason)
  const written = traceFile === undefined ? (id ?? '') : await readLastLine(traceFile, context)
  // A line may say what it is: `TRACE_ID=…`, `trace id: …`.
  const traceId = readTraceId(written) ?? readTraceId(written.replace(/^[\w .-]+[=:]\s*/, ''))
  if (traceId === undefined) {
    const shown = written.length > LONGEST_SHOWN ? `${written.slice(0, LONGEST_SHOWN)}…` : written
    const place = traceFile === undefined ? '' : `, the last line of ${traceFile},`
    throw refusal(`"${shown}"${place} is no trace id`, TRACE_ID_FORMS)
  }
  const now = context.clock.now()
  return {
    traceId,
    isUnanswered: true,
    response: { headers: [] },
    sentUnixNano: now,
    answeredUnixNano: now,
    sentHeaders: []
  }
}

async function readLastLine(path: string, context: TriggerContext): Promise<string> {
  let bytes: Uint8Array
  try {
    bytes = await context.readFile(path)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw refusal(`the file that names the trace cannot be read: ${reason}`, WHEN_READ, error)
  }
  const lines = new TextDecoder().decode(bytes).split(/\r?\n/)
  const last = lines.findLast(line => line.trim() !== '')
  if (last === undefined) throw refusal(`${path}, which is to name the trace, is empty`, WHEN_READ)
  return last.trim()
}

const WHEN_READ =
  'It is read when the test runs: what begins the trace must have written its id there by then, alone or as the last line.'

function refusal(message: string, hint: string, cause?: unknown): TriggerError {
  return new TriggerError({
    code: 'TRIGGER_CRASHED',
    message,
    hint,
    ...(cause === undefined ? {} : { cause })
  })
}
