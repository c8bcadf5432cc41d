import type { OptionPath, Trigger, TriggerResult } from '../plugin/trigger.ts'
import { readTraceId } from './answered-id.ts'
import { fillingOf, type PlacedTemplate } from './fill-options.ts'
import type { BoundTrigger } from './plan.ts'
import { withValue } from './plugin-options.ts'

/** What a trigger is run with; a run keeps it for each of its tests. */
export interface TriggerRun {
  readonly trigger: Trigger<unknown>
  /** All that is known before the run. */
  readonly options: unknown
  readonly templates: readonly PlacedTemplate[]
  readonly timeoutMs: number
  readonly traceIdHeader: string | undefined
}

/** Fills in the templates and runs the trigger. */
export function runnerOf({
  trigger,
  options,
  templates,
  timeoutMs,
  traceIdHeader
}: TriggerRun): BoundTrigger['run'] {
  return async (resolve, parent, context) => {
    let filled = options
    for (const { path, template } of templates) filled = withValue(filled, path, resolve(template))
    const fillingAt = (path: OptionPath) => fillingOf(templates, path)
    const result = await trigger.run(filled, parent, { ...context, timeoutMs, fillingAt })
    return withLearntTrace(result, traceIdHeader)
  }
}

/** A system that makes its own trace id says it in a header. */
function withLearntTrace(result: TriggerResult, header: string | undefined): TriggerResult {
  if (header === undefined || result.traceId !== undefined) return result
  const traceId = readTraceId(result.response.headers, header)
  if (traceId !== undefined) return { ...result, traceId }
  const warning = `the answer has no trace id in ${header}, which \`traceId\` names: the trace that was sent is awaited`
  return { ...result, warnings: [...(result.warnings ?? []), warning] }
}
