import type { PlannedTest } from '../plan/plan.ts'
import type { TriggerResult } from '../plugin/trigger.ts'
import type { RunScope } from './attempt.ts'
import type { Decision, Evidence } from './decide.ts'
import { renderSeconds } from './ground.ts'
import type { Look, TraceWatch } from './trace-watch.ts'

/** The scope of a run, in which each line for those who look for a fault begins with the name of the test. */
export function scopeOf({ name, step }: PlannedTest, scope: RunScope): RunScope {
  const { context } = scope
  const title = step === undefined ? name : `${step.suite.name} / ${name}`
  return { ...scope, context: { ...context, debug: message => context.debug(`${title}: ${message}`) } }
}

/** What a trigger came to, for those who look for a fault. */
export function answerWords({ response, sentUnixNano, answeredUnixNano, traceId }: TriggerResult): string {
  const took = `${Math.round(Number(answeredUnixNano - sentUnixNano) / 1e6)} ms`
  const status = response.status === undefined ? '' : `, status ${response.status}`
  return `answered after ${took}${status}${traceId === undefined ? '' : `, of trace ${traceId}`}`
}

interface LookFacts {
  readonly look: Look
  readonly decision: Decision
  readonly evidence: Evidence | undefined
  readonly watch: Pick<TraceWatch, 'looks' | 'collector'>
  readonly begunMs: number
  readonly tookMs: number
}

/** What a look brought, and what was decided on it. */
export function lookWords({ look, decision, evidence, watch, begunMs, tookMs }: LookFacts): string {
  const { spanCount } = watch.collector
  const spans = `${spanCount} ${spanCount === 1 ? 'span' : 'spans'}`
  const brought =
    look.busy === undefined
      ? `${spans}, ${look.isNew ? 'some new' : 'none new'}`
      : `no answer: ${look.busy.reason}`
  return `look ${watch.looks}, ${renderSeconds(begunMs)} after the answer, took ${Math.round(tookMs)} ms: ${brought}; ${decisionWords(decision, evidence)}`
}

function decisionWords(decision: Decision, evidence: Evidence | undefined): string {
  if (decision.next === 'stop') return `stops: ${decision.ground}`
  const by = `until ${renderSeconds(decision.wakeAtMs)} at the latest`
  if (decision.phase === 'watching') return `complete, watched ${by} for what would speak against a check`
  return `waits ${by}: ${evidence === undefined ? 'nothing is known' : reasonToWait(evidence)}`
}

function reasonToWait({ spanCount, completeness, isConnected, missing }: Evidence): string {
  if (spanCount === 0) return 'no span has come'
  if (completeness === 'partial') return 'the backend says that more is to come'
  if (!isConnected) return 'the entry span or a parent is missing'
  const holes = missing.filter(({ isHole }) => isHole).length
  if (holes > 0) return `${holes} of the calls and messages lack the span of their other side`
  return 'nothing is known to be missing, and what was sent may still be on its way'
}
