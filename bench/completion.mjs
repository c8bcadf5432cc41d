// How soon waiting ends, and how often too soon, on simulated systems: the real policy beside simpler ones.
// A harness against regressions, not a promise: the systems are our own assumptions.
import { loadSources } from '../scripts/load-sources.mjs'

const TRACES = Number(process.env.TRACES ?? 3000)
const ANSWER_DEADLINE_MS = 60_000
const EPOCH = 1_700_000_000_000_000_000n
const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736'
const TRIGGER_ID = '00f067aa0ba902b7'

const { collector, evidence, decision, policy, triggerSpan } = await loadSources(`
  export * as collector from './src/run/collector.ts'
  export * as evidence from './src/run/evidence.ts'
  export * as decision from './src/run/decide.ts'
  export * as policy from './src/run/wait-policy.ts'
  export * as triggerSpan from './src/model/trigger-span.ts'
`)

/** The four kinds of system; times in milliseconds. `limit`: the share of premature ends that is still accepted. */
const systems = [
  {
    name: 'batches 5 s, synchronous',
    flushMs: 5000,
    ingest: { medianMs: 150, sigma: 0.6 },
    asyncShare: 0,
    absentShare: 0,
    refreshMs: 0,
    lagMs: 500,
    limit: 0
  },
  {
    name: 'batches 5 s, 15 % async, refresh 1 s',
    flushMs: 5000,
    ingest: { medianMs: 300, sigma: 0.8 },
    asyncShare: 0.15,
    absentShare: 0.04,
    refreshMs: 1000,
    lagMs: 2000,
    limit: 0.004
  },
  {
    name: 'slow SaaS, median 4 s, 10 % async',
    flushMs: 5000,
    ingest: { medianMs: 4000, sigma: 0.7 },
    asyncShare: 0.1,
    absentShare: 0.04,
    refreshMs: 0,
    lagMs: 15_000,
    limit: 0.08
  },
  {
    name: 'batches 1 s, 15 % async',
    flushMs: 1000,
    ingest: { medianMs: 150, sigma: 0.6 },
    asyncShare: 0.15,
    absentShare: 0.04,
    refreshMs: 0,
    lagMs: 500,
    limit: 0.004
  }
]

const rules = [
  { name: 'fixed 10 s', end: trace => ({ endMs: trace.answerMs + 10_000 }) },
  { name: 'every 5 s, unchanged once', end: trace => unchanged(trace, 5000, 1) },
  { name: 'every 1 s, unchanged twice', end: trace => unchanged(trace, 1000, 2) },
  {
    name: 'this policy, nothing declared',
    end: (trace, system) => decided(trace, { isDeclared: false, lagMs: system.lagMs })
  },
  {
    name: 'this policy, delays and lag declared',
    isGuarded: true,
    end: (trace, system) => decided(trace, { isDeclared: true, flushMs: system.flushMs, lagMs: system.lagMs })
  }
]

let hasRegressed = false
for (const system of systems) {
  const random = createRandom(1_234_567)
  const traces = Array.from({ length: TRACES }, () => simulate(system, random))
  const truth = traces.map(trace => (trace.doneMs - trace.answerMs) / 1000)
  console.log(`\n${system.name} (${TRACES} traces)`)
  console.log(`  ${'truth: the last span can be seen'.padEnd(40)}${' '.repeat(19)}${quantiles(truth)}`)
  for (const rule of rules) {
    const ends = traces.map(trace => rule.end(trace, system))
    const premature = ends.filter(({ endMs }, index) => endMs < traces[index].doneMs - 1e-6).length / TRACES
    const seconds = ends.map(({ endMs }, index) => (endMs - traces[index].answerMs) / 1000)
    const isBad = rule.isGuarded === true && premature > system.limit
    hasRegressed ||= isBad
    const share = `premature ${(premature * 100).toFixed(2).padStart(6)} %`
    const note = isBad ? `   REGRESSED: more than ${(system.limit * 100).toFixed(2)} %` : ''
    console.log(`  ${rule.name.padEnd(40)}${share}${quantiles(seconds)}${note}`)
  }
}
if (hasRegressed) process.exitCode = 1

/** Looks as the run does, in growing steps, and lets the real policy decide. */
function decided(trace, { isDeclared, flushMs, lagMs }) {
  const caps = { isPushed: false, stepMs: { first: 250, longest: 1500 }, deadlineMs: ANSWER_DEADLINE_MS }
  const wait = policy.buildWaitPolicy(
    { ...caps, losses: [], ...(isDeclared ? { lagMs } : {}) },
    { allowOrphans: false, externalHosts: [], ...(isDeclared ? { flushDelayMs: flushMs } : {}) }
  )
  const nano = ms => EPOCH + BigInt(Math.round(ms * 1e6))
  const times = { sentUnixNano: EPOCH, answeredUnixNano: nano(trace.answerMs) }
  const trigger = triggerSpan.buildTriggerSpan(TRACE_ID, TRIGGER_ID, times)
  const collected = collector.createCollector(TRACE_ID, false)
  const options = {
    policy: wait,
    externalHosts: [],
    provenPeers: new Set(),
    times,
    answeredUnixNano: times.answeredUnixNano,
    isOurs: true,
    allowsOrphans: false
  }
  let stepMs = wait.stepMs.first
  let tree = collected.buildTrace(trigger)
  for (let elapsedMs = stepMs; ; ) {
    const now = nano(trace.answerMs + elapsedMs)
    const spans = trace.arrivals
      .filter(({ seenMs }) => seenMs <= trace.answerMs + elapsedMs)
      .map(({ span }) => span)
    const result =
      spans.length === 0 ? { status: 'absent' } : { status: 'found', spans, completeness: 'unknown' }
    if (collected.absorb(result, { begunUnixNano: now, seenUnixNano: now })) {
      tree = collected.buildTrace(trigger)
      stepMs = wait.stepMs.first
    }
    const reading = evidence.readEvidence(tree, collected, options, elapsedMs)
    const next = decision.decide(
      { ...reading.evidence, isFinal: false, watch: 'none' },
      elapsedMs,
      reading.policy
    )
    if (next.next === 'stop') return { endMs: trace.answerMs + elapsedMs }
    elapsedMs = Math.min(elapsedMs + stepMs, next.wakeAtMs)
    stepMs = Math.min(stepMs * 1.5, wait.stepMs.longest)
  }
}

/** Ends when so many looks in a row show as many spans as the one before. */
function unchanged(trace, stepMs, wanted) {
  let before = -1
  let same = 0
  for (let atMs = trace.answerMs; atMs < trace.answerMs + ANSWER_DEADLINE_MS; atMs += stepMs) {
    const seen = trace.arrivals.filter(({ seenMs }) => seenMs <= atMs).length
    same = seen > 1 && seen === before ? same + 1 : 0
    if (same >= wanted) return { endMs: atMs }
    before = seen
  }
  return { endMs: trace.answerMs + ANSWER_DEADLINE_MS }
}

/** One request through three to seven services, each of which sends its spans by a timer of its own. */
function simulate(system, random) {
  const { uniform, logNormal } = random
  const arrivals = []
  const services = Array.from({ length: 3 + Math.floor(uniform() * 5) }, (_, index) => {
    const caller = index === 0 ? -1 : Math.floor(uniform() * index)
    const isAsync = index > 0 && uniform() < system.asyncShare
    return { index, caller, isAsync, isAbsent: index > 0 && uniform() < system.absentShare }
  })
  for (const service of services) {
    const caller = services[service.caller]
    service.isAbsent ||= caller?.isAbsent === true
    service.workMs = logNormal(30, 0.8)
    service.phaseMs = uniform() * system.flushMs
    const delayMs = service.isAsync ? logNormal(800, 1) : 0
    service.startMs = caller === undefined ? 0 : caller.startMs + caller.workMs * uniform() * 0.8 + delayMs
  }
  // Callers end after what they wait for: from the innermost outwards.
  for (const service of services.toReversed()) {
    const waits = services.filter(
      other => other.caller === service.index && !other.isAsync && !other.isAbsent
    )
    service.endMs = Math.max(service.startMs + service.workMs, ...waits.map(other => other.endMs))
  }
  for (const service of services.filter(({ isAbsent }) => !isAbsent)) {
    const delays = new Map()
    const send = (id, parent, kind, startMs, endMs, peer) => {
      const flushMs = service.phaseMs + Math.ceil((endMs - service.phaseMs) / system.flushMs) * system.flushMs
      if (!delays.has(flushMs))
        delays.set(flushMs, 200 * uniform() + logNormal(system.ingest.medianMs, system.ingest.sigma))
      const shownMs = flushMs + delays.get(flushMs)
      const seenMs =
        system.refreshMs === 0 ? shownMs : Math.ceil(shownMs / system.refreshMs) * system.refreshMs
      arrivals.push({ seenMs, span: spanOf(service.index, id, parent, kind, startMs, endMs, peer) })
    }
    const rootId = idOf(service.index, 0)
    const parent = service.caller < 0 ? TRIGGER_ID : idOf(service.caller, 100 + service.index)
    const kind = service.isAsync ? 'consumer' : 'server'
    send(rootId, parent, kind, service.startMs, service.endMs)
    for (let step = 1; step <= 2 + Math.floor(uniform() * 5); step++) {
      const endMs = service.startMs + service.workMs * uniform()
      send(idOf(service.index, step), rootId, 'internal', service.startMs, endMs)
    }
    for (const callee of services) {
      if (callee.caller !== service.index || callee.isAbsent) continue
      const id = idOf(service.index, 100 + callee.index)
      const sentMs = Math.min(callee.startMs, service.startMs + service.workMs)
      if (callee.isAsync) send(id, rootId, 'producer', sentMs, sentMs)
      else send(id, rootId, 'client', callee.startMs, callee.endMs, `service-${callee.index}`)
    }
  }
  const doneMs = Math.max(...arrivals.map(({ seenMs }) => seenMs))
  return { arrivals, doneMs, answerMs: services[0].endMs }
}

function spanOf(service, spanId, parentSpanId, kind, startMs, endMs, peer) {
  const nano = ms => EPOCH + BigInt(Math.round(ms * 1e6))
  return {
    traceId: TRACE_ID,
    spanId,
    parentSpanId,
    name: spanId,
    kind,
    startUnixNano: nano(startMs),
    endUnixNano: nano(endMs),
    status: { code: 'unset' },
    attributes: new Map(peer === undefined ? [] : [['server.address', peer]]),
    resource: new Map([['service.name', `service-${service}`]]),
    scope: { name: 'bench', attributes: new Map() },
    events: [],
    links: []
  }
}

function idOf(service, place) {
  return ((service + 1) * 1000 + place).toString(16).padStart(16, '0')
}

/** The same systems every time, so that two runs of the bench can be compared. */
function createRandom(seed) {
  let state = seed
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
  return { uniform, logNormal: (median, sigma) => median * Math.exp(sigma * normal()) }
}

function quantiles(seconds) {
  const sorted = seconds.toSorted((a, b) => a - b)
  const at = share => sorted[Math.floor(sorted.length * share)].toFixed(1).padStart(5)
  return `   p50 ${at(0.5)} s   p95 ${at(0.95)} s`
}
