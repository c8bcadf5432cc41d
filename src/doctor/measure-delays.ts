import { type TraceError, TriggerError } from '../errors/errors.ts'
import { createCallMemo } from '../judge/calls.ts'
import type { Finding } from '../model/finding.ts'
import { serviceName } from '../model/span.ts'
import type { PlannedTest } from '../plan/plan.ts'
import type { PluginContext } from '../plugin/context.ts'
import type { TraceSession } from '../plugin/trace-backend.ts'
import type { TraceParent, TriggerResult } from '../plugin/trigger.ts'
import type { Collector } from '../run/collector.ts'
import { diagnoseMissingTrace } from '../run/diagnosis.ts'
import { fireTrigger } from '../run/fire.ts'
import { functionSources } from '../run/function-sources.ts'
import { guardSession } from '../run/sessions.ts'
import { createShared } from '../run/shared.ts'
import { mintTraceParent, type RandomBytes } from '../run/trace-parent.ts'
import { type TraceWatch, watchTrace } from '../run/trace-watch.ts'
import { type Delay, judgeDelays } from './delay-findings.ts'

export interface DelayMeasurement {
  readonly test: PlannedTest
  readonly session: TraceSession
  readonly context: PluginContext
  readonly random: RandomBytes
}

/** Longer than the batches of an SDK that is told nothing. */
const QUIET_MS = 8000
const LOOK_PATIENCE_MS = 2000

/** Sends the request of a test once, and watches how long after their ends its spans come. */
export async function* measureDelays(measurement: DelayMeasurement): AsyncGenerator<Finding> {
  const { test, session, context, random } = measurement
  const parent = mintTraceParent({
    sampling: test.trigger.sampling,
    propagation: test.trigger.propagation,
    testName: test.name,
    runId: 'doctor',
    random,
    nowUnixNano: context.clock.now()
  })
  const backend = guardSession(session, test.backend.caps, context.clock)
  using watch = watchTrace(backend, parent.traceId, context.clock)
  const answered = new AbortController()
  const gathering = watch.gather(answered.signal)
  let result: TriggerResult
  try {
    result = await fire(measurement, parent)
  } catch (error) {
    if (!(error instanceof TriggerError)) throw error
    yield delayProblem(`the request of "${test.name}" got no answer: ${error.message}`, error.hint)
    return
  } finally {
    answered.abort(new Error('the request was answered'))
    await gathering
  }
  await watchUntilQuiet(watch, measurement)
  const delays = delaysOf(watch.collector)
  if (delays.length > 0) yield* judgeDelays(delays, session.subscribe !== undefined)
  else yield missing(measurement, parent, result)
}

async function fire(
  { test, context, random }: DelayMeasurement,
  parent: TraceParent
): Promise<TriggerResult> {
  await using shared = createShared(context.debug)
  const variables = new Map([...test.variables].map(([name, { value }]) => [name, value]))
  const calls = createCallMemo(functionSources({ clock: context.clock, random }), test.checks)
  return await fireTrigger(test, variables, calls, parent, { ...context, shared })
}

async function watchUntilQuiet(
  watch: TraceWatch,
  { test, context: { clock, signal } }: DelayMeasurement
): Promise<void> {
  const { stepMs } = test.backend.caps
  const startedUnixNano = clock.now()
  const elapsedMs = (sinceUnixNano: bigint): number => Number(clock.now() - sinceUnixNano) / 1e6
  for (;;) {
    await watch.look(signal, LOOK_PATIENCE_MS)
    const since = watch.collector.lastNewUnixNano ?? startedUnixNano
    const leftMs = QUIET_MS - Math.min(elapsedMs(since), elapsedMs(startedUnixNano))
    if (leftMs <= 0) return
    await watch.waitForMore(Math.max(1, Math.min(leftMs, stepMs.first)), signal)
  }
}

/** The longest delay of each service. */
function delaysOf(collector: Collector): readonly Delay[] {
  const longest = new Map<string, number>()
  const { sightings } = collector
  const trace = collector.buildTrace()
  for (const span of trace.spans) {
    const seen = sightings.get(trace.keyOf(span))
    if (seen === undefined || span.endUnixNano === undefined) continue
    const ms = Number(seen - span.endUnixNano) / 1e6
    const service = serviceName(span)
    longest.set(service, Math.max(longest.get(service) ?? Number.NEGATIVE_INFINITY, ms))
  }
  return [...longest].map(([service, ms]) => ({ service, ms }))
}

function missing(
  { test, session }: DelayMeasurement,
  { traceId }: TraceParent,
  { response, sentHeaders }: TriggerResult
): Finding {
  const traceUrl = test.backend.traceUrl?.(traceId)
  const error: TraceError = diagnoseMissingTrace({
    traceId,
    ...(traceUrl === undefined ? {} : { traceUrl }),
    waitedMs: QUIET_MS,
    sentHeaders,
    propagation: test.trigger.propagation,
    response,
    foreign: session.foreign?.() ?? [],
    backend: session.describe,
    isPushed: session.subscribe !== undefined,
    hasSeenSpans: false
  })
  const [text = '', ...details] = error.message.split('\n')
  return { ...delayProblem(text, error.hint), details }
}

function delayProblem(text: string, fix: string | undefined): Finding {
  return { topic: 'delays', status: 'problem', text, ...(fix === undefined ? {} : { fix }) }
}
