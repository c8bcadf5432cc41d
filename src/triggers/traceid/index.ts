import { readTraceId, TRACE_ID_FORMS } from '../../model/written-trace-id.ts'
import type { JsonSchema } from '../../plugin/context.ts'
import type {
  ExamineContext,
  OptionProblem,
  Trigger,
  TriggerContext,
  TriggerResult
} from '../../plugin/trigger.ts'
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
  examine: (options, context) => Promise.resolve(examine(options, context)),
  run: (options: TraceIdOptions, _parent, context: TriggerContext): Promise<TriggerResult> =>
    nameTrace(options, context)
}

function examine({ id, traceFile }: TraceIdOptions, { isOpen }: ExamineContext): readonly OptionProblem[] {
  const hasId = id !== undefined || isOpen(['id'])
  if (id !== undefined && readTraceId(id) === undefined)
    return [{ path: ['id'], message: `\`${id}\` is no trace id`, hint: TRACE_ID_FORMS }]
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
