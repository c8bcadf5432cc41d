import { readTraceId, TRACE_ID_FORMS } from '../../model/written-trace-id.ts'
import type { JsonSchema } from '../../plugin/context.ts'
import type { OptionProblem, Trigger, TriggerContext, TriggerResult } from '../../plugin/trigger.ts'
import { nameTrace } from './name-trace.ts'

export interface TraceIdOptions {
  readonly id?: string
  /** The path of a file that holds the id. */
  readonly traceFile?: string
}

const SCHEMA: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  description: 'Which trace is judged: nothing is sent.',
  properties: {
    id: {
      type: 'string',
      minLength: 1,
      description: 'The id of the trace, in any spelling.',
      examples: ['${var:TRACE_ID}']
    },
    traceFile: {
      type: 'string',
      minLength: 1,
      description: 'Instead: the path of a file whose last line is the id, read when the test runs.',
      examples: ['./trace-id.txt']
    }
  }
}

/** Judges a trace that something else began, and sends nothing. */
export const traceIdTrigger: Trigger<TraceIdOptions> = {
  kind: 'traceid',
  optionsKey: 'traceid',
  sendsNothing: true,
  schema: SCHEMA,
  templates: [['id']],
  secrets: [],
  paths: [['traceFile']],
  refuseText: (path, text) =>
    path[0] === 'id' && readTraceId(text) === undefined
      ? `\`${text}\` is no trace id: ${TRACE_ID_FORMS}`
      : undefined,
  examine: ({ id, traceFile }, { isOpen }) =>
    Promise.resolve(examine(id !== undefined || isOpen(['id']), traceFile)),
  run: (options: TraceIdOptions, _parent, context: TriggerContext): Promise<TriggerResult> =>
    nameTrace(options, context)
}

function examine(hasId: boolean, traceFile: string | undefined): readonly OptionProblem[] {
  if (hasId === (traceFile === undefined)) return []
  const message = hasId ? '`id` and `traceFile` both name the trace' : 'nothing names the trace'
  const hint = hasId
    ? 'keep one of them'
    : "write `id: '${var:TRACE_ID}'`, or `traceFile: ./trace-id.txt` for a file that holds the id"
  return [{ path: hasId ? ['traceFile'] : [], message, hint }]
}

/** Programs that begin traces, and say their id to whoever runs the tests: they send no span of their own. */
const STARTERS = ['cypress', 'playwright', 'k6', 'artillery']

/** The trace that another program began and whose id it gives as TRACE_ID. */
export const starterTriggers: readonly Trigger<TraceIdOptions>[] = STARTERS.map(kind => ({
  ...traceIdTrigger,
  kind,
  optionsKey: kind,
  hasSilentOrigin: true,
  defaults: { id: '${env:TRACE_ID}' }
}))
