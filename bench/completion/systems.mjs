// Simulated systems: requests through three to seven services, each of which sends its spans by a timer of its own.

const EPOCH = 1_700_000_000_000_000_000n
export const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736'
export const TRIGGER_ID = '00f067aa0ba902b7'

/**
 * The kinds of system; times in milliseconds. `lagMs` is what a user would declare, `limits` what is promised:
 * the share of wrong verdicts, and how much longer than the truth a trace may take to count as complete.
 */
export const systems = [
  {
    name: 'batches 5 s, synchronous',
    flushMs: 5000,
    ingest: { medianMs: 150, sigma: 0.6 },
    asyncShare: 0,
    absentShare: 0,
    refreshMs: 0,
    lagMs: 500,
    limits: { wrong: 0.0015, ratio: 1.6 }
  },
  {
    name: 'batches 5 s, 15 % async, refresh 1 s',
    flushMs: 5000,
    ingest: { medianMs: 300, sigma: 0.8 },
    asyncShare: 0.15,
    absentShare: 0.04,
    refreshMs: 1000,
    lagMs: 2000,
    limits: { wrong: 0.0015, ratio: 1.6 }
  },
  {
    name: 'slow SaaS, median 4 s, 10 % async',
    flushMs: 5000,
    ingest: { medianMs: 4000, sigma: 0.7 },
    asyncShare: 0.1,
    absentShare: 0.04,
    refreshMs: 0,
    lagMs: 15_000,
    limits: { wrong: 0.05 }
  },
  {
    name: 'batches 1 s, 15 % async',
    flushMs: 1000,
    ingest: { medianMs: 150, sigma: 0.6 },
    asyncShare: 0.15,
    absentShare: 0.04,
    refreshMs: 0,
    lagMs: 500,
    limits: { wrong: 0.0015, ratio: 2 }
  },
  {
    name: 'batches 200 ms, as the documentation advises, 15 % async',
    flushMs: 200,
    ingest: { medianMs: 20, sigma: 0.4 },
    asyncShare: 0.15,
    absentShare: 0.04,
    refreshMs: 0,
    lagMs: 300,
    limits: { wrong: 0.0015 }
  }
]

const FAULTY_SHARE = 0.3
/** What may be wrong with a trace, each as likely. A late call begins after the answer: a timer, a retry. */
const FAULTS = ['extra call', 'late call', 'late error', 'missing call', 'error', 'slow', 'lost spans']
const LATE_CALL = { medianMs: 1000, sigma: 0.4 }
const SLOW_MS = 600

/** One request: what arrives and when, when it was answered, and what a test would know of the system. */
export function simulate(system, random) {
  const { uniform, logNormal } = random
  const planned = 3 + Math.floor(uniform() * 5)
  const nodes = Array.from({ length: planned }, (_, index) => ({
    index,
    service: index,
    operation: 'handle',
    caller: index === 0 ? -1 : Math.floor(uniform() * index),
    isAsync: index > 0 && uniform() < system.asyncShare,
    isAbsent: index > 0 && uniform() < system.absentShare
  }))
  const fault = uniform() < FAULTY_SHARE ? FAULTS[Math.floor(uniform() * FAULTS.length)] : 'none'
  const victim = nodes[1 + Math.floor(uniform() * (planned - 1))]
  if (fault === 'missing call') victim.isAbsent = true
  if (fault === 'lost spans') victim.isLost = true
  if (fault === 'error') victim.hasError = true
  if (fault === 'extra call' || fault.startsWith('late'))
    nodes.push({
      ...victim,
      index: planned,
      operation: uniform() < 0.5 ? 'handle' : 'refund',
      isAsync: false,
      isLate: fault !== 'extra call',
      hasError: fault === 'late error'
    })
  for (const node of nodes) node.isAbsent ||= nodes[node.caller]?.isAbsent === true

  const isAwaited = node => !node.isAsync && !node.isAbsent && node.isLate !== true
  for (const node of nodes) {
    const caller = nodes[node.caller]
    node.workMs = logNormal(30, 0.8) + (fault === 'slow' && node === victim ? SLOW_MS : 0)
    const delayMs = node.isAsync ? logNormal(800, 1) : 0
    node.startMs = caller === undefined ? 0 : caller.startMs + caller.workMs * uniform() * 0.8 + delayMs
  }
  // Callers end after what they wait for: from the innermost outwards.
  for (const node of nodes.toReversed()) {
    const awaited = nodes.filter(other => other.caller === node.index && isAwaited(other))
    node.endMs = Math.max(node.startMs + node.workMs, ...awaited.map(other => other.endMs))
  }
  const answerMs = nodes[0].endMs
  for (const node of nodes.filter(({ isLate }) => isLate)) {
    node.startMs = answerMs + logNormal(LATE_CALL.medianMs, LATE_CALL.sigma)
    node.endMs = node.startMs + node.workMs
  }

  const arrivals = sendAll(nodes, system, random)
  return { arrivals, doneMs: arrivals.at(-1).seenMs, answerMs, planned, fault, victim: victim.service }
}

function sendAll(nodes, system, { uniform, logNormal }) {
  const arrivals = []
  const phases = nodes.map(() => uniform() * system.flushMs)
  const delays = new Map()
  for (const node of nodes.filter(({ isAbsent }) => !isAbsent)) {
    const phaseMs = phases[node.service]
    const send = (id, parent, span, isLate = node.isLate === true) => {
      const flushMs = phaseMs + Math.ceil((span.endMs - phaseMs) / system.flushMs) * system.flushMs
      // What one process sends at one time arrives at one time.
      const batch = `${node.service} ${flushMs}`
      if (!delays.has(batch))
        delays.set(batch, 200 * uniform() + logNormal(system.ingest.medianMs, system.ingest.sigma))
      const shownMs = flushMs + delays.get(batch)
      const seenMs =
        system.refreshMs === 0 ? shownMs : Math.ceil(shownMs / system.refreshMs) * system.refreshMs
      arrivals.push({ seenMs, isLate, span: spanOf(node.service, id, parent, span) })
    }
    if (node.isLost !== true) {
      const rootId = idOf(node.index, 0)
      const { startMs, endMs, operation: name, hasError } = node
      const parent = node.caller < 0 ? TRIGGER_ID : idOf(node.caller, 100 + node.index)
      send(rootId, parent, { name, kind: node.isAsync ? 'consumer' : 'server', startMs, endMs })
      const steps = 2 + Math.floor(uniform() * 5)
      for (let step = 1; step <= steps; step++) {
        const stepEndMs = startMs + node.workMs * uniform()
        const isError = hasError === true && step === 1
        send(idOf(node.index, step), rootId, { name: 'step', step, startMs, endMs: stepEndMs, isError })
      }
    }
    for (const callee of nodes) {
      if (callee.caller !== node.index || callee.isAbsent || node.isLost) continue
      const id = idOf(node.index, 100 + callee.index)
      const sentMs = Math.min(callee.startMs, node.startMs + node.workMs)
      const span = callee.isAsync
        ? { name: 'publish', kind: 'producer', startMs: sentMs, endMs: sentMs }
        : { name: 'call', kind: 'client', startMs: callee.startMs, endMs: callee.endMs }
      const peer = callee.isAsync ? undefined : `service-${callee.service}`
      send(id, idOf(node.index, 0), { ...span, peer }, callee.isLate)
    }
  }
  return arrivals.sort((a, b) => a.seenMs - b.seenMs)
}

export function nanoOf(ms) {
  return EPOCH + BigInt(Math.round(ms * 1e6))
}

function spanOf(service, spanId, parentSpanId, span) {
  const { name, kind = 'internal', startMs, endMs, peer, step, isError = false } = span
  const attributes = new Map()
  if (peer !== undefined) attributes.set('server.address', peer)
  if (step !== undefined) attributes.set('step', BigInt(step))
  return {
    traceId: TRACE_ID,
    spanId,
    parentSpanId,
    name,
    kind,
    startUnixNano: nanoOf(startMs),
    endUnixNano: nanoOf(endMs),
    status: { code: isError ? 'error' : 'unset' },
    attributes,
    resource: new Map([['service.name', `service-${service}`]]),
    scope: { name: 'bench', attributes: new Map() },
    events: [],
    links: []
  }
}

function idOf(node, place) {
  return ((node + 1) * 1000 + place).toString(16).padStart(16, '0')
}

/** The same numbers for the same seed, so that two runs of the bench can be compared. */
export function createRandom(seed) {
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
