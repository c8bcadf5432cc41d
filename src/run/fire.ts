import { TriggerError } from '../errors/errors.ts'
import type { CallMemo } from '../judge/calls.ts'
import { evaluateTemplate } from '../judge/evaluate.ts'
import type { TemplateNode } from '../language/ast.ts'
import type { VariableText } from '../model/variable.ts'
import type { PlannedTest } from '../plan/plan.ts'
import type { TraceParent, TriggerContext, TriggerResult } from '../plugin/trigger.ts'
import { renderSeconds } from './ground.ts'
import { abortWith, startNap } from './nap.ts'

/** A trigger that was told to stop may still say, in its own words, how far it came. */
const LAST_WORDS_MS = 1000
const OVER = new Error('the trigger has ended')

/** Runs the trigger of a test once, within its time. Rejects with a `TriggerError`, or with whatever a bug throws. */
export async function fireTrigger(
  test: PlannedTest,
  variables: ReadonlyMap<string, VariableText>,
  calls: CallMemo,
  parent: TraceParent,
  context: TriggerContext
): Promise<TriggerResult> {
  const { trigger } = test
  const stopping = new AbortController()
  using _ = abortWith(stopping, context.signal)
  const resolve = (template: TemplateNode): string => resolveTemplate(template, variables, calls)

  const limit = startNap(context.clock, trigger.timeoutMs, context.signal)
  const timer = limit.isOverdue.then(
    isOverdue => {
      if (isOverdue) stopping.abort(timeoutError(trigger.timeoutMs))
    },
    () => undefined
  )
  const over = new AbortController()
  const running = trigger.run(resolve, parent, { ...context, signal: stopping.signal })
  try {
    return await Promise.race([running, rejectSoonAfter(stopping.signal, context, over.signal)])
  } finally {
    over.abort(OVER)
    limit.end()
    await timer
    running.catch(() => undefined)
  }
}

function resolveTemplate(
  template: TemplateNode,
  variables: ReadonlyMap<string, VariableText>,
  calls: CallMemo
): string {
  const outcome = evaluateTemplate(template, { variables, calls })
  if (outcome.ok) return outcome.text
  throw new TriggerError({
    code: 'TRIGGER_CRASHED',
    message: `nothing was sent, since a text of the trigger cannot be evaluated: ${outcome.reason.text}`
  })
}

function timeoutError(timeoutMs: number): TriggerError {
  return new TriggerError({
    code: 'TRIGGER_TIMEOUT',
    message: `no answer within ${renderSeconds(timeoutMs)}`,
    hint: 'If the request may take longer, raise `timeout` of the trigger.'
  })
}

/** Never resolves: rejects for a trigger that does not heed its signal. */
async function rejectSoonAfter(
  signal: AbortSignal,
  context: TriggerContext,
  done: AbortSignal
): Promise<never> {
  await new Promise<void>(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
  await context.clock.sleep(LAST_WORDS_MS, done).catch(() => undefined)
  throw signal.reason
}
