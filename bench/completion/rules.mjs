// When each rule stops waiting for a simulated trace, and what the real judge says of what has come by then.
import { createRandom, nanoOf, TRACE_ID, TRIGGER_ID } from './systems.mjs'

const ANSWER_DEADLINE_MS = 60_000
/** One trace in so many is looked at without leaving out the looks that cannot matter, and must come to the same. */
const EXACT_EVERY = 64
const NO_CHECK = { specs: [], outputs: [], isFinal: false, isWatched: false, hasFailure: false }

export const RIVALS = [
  { name: 'fixed 5 s', end: fixed(5000) },
  { name: 'fixed 10 s', end: fixed(10_000) },
  { name: 'fixed 30 s', end: fixed(30_000) },
  { name: 'every 5 s, unchanged once', end: unchanged(5000, 1) },
  { name: 'every 1 s, unchanged twice', end: unchanged(1000, 2) }
]
export const POLICIES = [
  { name: 'this policy, nothing declared', isDeclared: false },
  { name: 'this policy, delays and lag declared', isDeclared: true, isPromised: true }
]

/** What every rule makes of one trace and one check. */
export function createRules(sources) {
  const { buildTrace, buildTriggerSpan, createCollector, createJudging, createCallMemo, judge } = sources
  const { buildWaitPolicy, settleJudgement } = sources

  return (simulated, checks, system, number) => {
    const { arrivals, answerMs } = simulated
    const times = { sentUnixNano: nanoOf(0), answeredUnixNano: nanoOf(answerMs) }
    const trigger = buildTriggerSpan(TRACE_ID, TRIGGER_ID, times)
    const calls = createCallMemo({ random: () => 0.5, nowUnixNano: () => times.answeredUnixNano }, checks)
    const judgeView = (trace, view) =>
      judge(checks, trace, {
        ...view,
        variables: new Map(),
        responseDurationNanos: times.answeredUnixNano - times.sentUnixNano,
        losses: [],
        calls
      })
    const judgeAsWhole = some => {
      const spans = some.map(({ span }) => span)
      const trace = buildTrace(TRACE_ID, spans, { trigger })
      return settleJudgement(judgeView(trace, { isComplete: true, mayRevise: false, holes: [] })).outcome
    }
    const whole = new Map()
    /** What a tool says that takes the first so many spans for the trace. */
    const verdictOn = count => {
      if (count === 0) return 'failed'
      if (!whole.has(count)) whole.set(count, judgeAsWhole(arrivals.slice(0, count)))
      return whole.get(count)
    }

    /** Looks as the run does, in growing steps, and lets the real policy decide. */
    const follow = (policy, judgeTrace, isExact) => {
      const collector = createCollector(TRACE_ID, false)
      const judging = createJudging(collector, {
        policy,
        externalHosts: [],
        provenPeers: new Set(),
        times,
        answeredUnixNano: times.answeredUnixNano,
        isOurs: true,
        allowsOrphans: false,
        trigger,
        judge: judgeTrace
      })
      const { uniform } = createRandom(number)
      let seen = 0
      let spans = []
      let stepMs = policy.stepMs.first
      let wakeAtMs = 0
      for (let elapsedMs = stepMs; ; ) {
        const now = nanoOf(answerMs + elapsedMs)
        const before = seen
        while (seen < arrivals.length && arrivals[seen].seenMs <= answerMs + elapsedMs) seen++
        if (seen > before) spans = arrivals.slice(0, seen).map(({ span }) => span)
        collector.absorb(
          seen === 0 ? { status: 'absent' } : { status: 'found', spans, completeness: 'unknown' },
          { begunUnixNano: now, seenUnixNano: now }
        )
        if (seen > before) stepMs = policy.stepMs.first
        // Time alone changes nothing before: the policy says so.
        if (isExact || seen > before || elapsedMs >= wakeAtMs) {
          const decision = judging.decide(elapsedMs)
          if (decision.next === 'stop') return { stop: decision, endMs: elapsedMs, judging }
          wakeAtMs = decision.wakeAtMs
        }
        const nextMs = Math.min(stepMs * (0.9 + 0.2 * uniform()), wakeAtMs - elapsedMs)
        elapsedMs = Math.min(elapsedMs + Math.ceil(Math.max(0, nextMs)), ANSWER_DEADLINE_MS)
        stepMs = Math.min(stepMs * 1.5, policy.stepMs.longest)
      }
    }
    const followTwice = (policy, judgeTrace) => {
      const run = follow(policy, judgeTrace, false)
      if (number % EXACT_EVERY === 0) {
        const exact = follow(policy, judgeTrace, true)
        if (exact.endMs !== run.endMs || exact.stop.ground !== run.stop.ground)
          throw new Error(
            `trace ${number}: ${exact.stop.ground} at ${exact.endMs} ms, by wakeAtMs ${run.stop.ground} at ${run.endMs} ms`
          )
      }
      return run
    }

    const decided = ({ isDeclared }) => {
      const policy = waitPolicy(buildWaitPolicy, system, isDeclared)
      const { endMs: completeMs } = followTwice(policy, () => NO_CHECK)
      const { stop, endMs, judging } = followTwice(policy, judgeView)
      const { judgement, isWatched, reading } = judging.close(stop, endMs)
      const isEarly = stop.ground === 'asserted'
      const isUndetermined = judgement.specs[0].checks.some(({ outcome }) => outcome === 'undetermined')
      const verdict = stop.ground === 'nothing' ? 'failed' : settleJudgement(judgement).outcome
      return {
        completeMs,
        endMs,
        verdict,
        ground: stop.ground,
        isEarly,
        isUndetermined: verdict === 'failed' && isUndetermined,
        isWindowed: stop.completeAtMs !== undefined && isWatched && reading.policy.absenceWindowMs > 0
      }
    }

    const truth = verdictOn(arrivals.length)
    const outcomes = RIVALS.map(({ end }) => {
      const endMs = end(simulated)
      const seen = arrivals.findLastIndex(({ seenMs }) => seenMs <= answerMs + endMs) + 1
      return { completeMs: endMs, endMs, verdict: verdictOn(seen) }
    })
    const inTime = arrivals.filter(({ isLate }) => !isLate)
    const breaksLate =
      inTime.length < arrivals.length && truth !== 'passed' && judgeAsWhole(inTime) === 'passed'
    return { truth, breaksLate, outcomes: [...outcomes, ...POLICIES.map(decided)] }
  }
}

function waitPolicy(buildWaitPolicy, system, isDeclared) {
  const caps = { isPushed: false, stepMs: { first: 250, longest: 1500 }, deadlineMs: ANSWER_DEADLINE_MS }
  return buildWaitPolicy(
    { ...caps, lookTimeoutMs: 5000, losses: [], ...(isDeclared ? { lagMs: system.lagMs } : {}) },
    { allowOrphans: false, externalHosts: [], ...(isDeclared ? { flushDelayMs: system.flushMs } : {}) }
  )
}

function fixed(ms) {
  return () => ms
}

/** Ends when so many looks in a row show as many spans as the one before. */
function unchanged(stepMs, wanted) {
  return ({ arrivals, answerMs }) => {
    let before = -1
    let same = 0
    for (let atMs = 0; atMs < ANSWER_DEADLINE_MS; atMs += stepMs) {
      const seen = arrivals.findLastIndex(({ seenMs }) => seenMs <= answerMs + atMs) + 1
      same = seen > 1 && seen === before ? same + 1 : 0
      if (same >= wanted) return atMs
      before = seen
    }
    return ANSWER_DEADLINE_MS
  }
}
