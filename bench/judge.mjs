// How long judging takes, and whether it grows linearly: traces of four sizes and three shapes, twenty checks each.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { loadSources } from '../scripts/load-sources.mjs'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc')

const SIZES = (process.env.SIZES ?? '1000,10000,100000,300000').split(',').map(Number)
const TARGETS = new Map([
  [10_000, 100],
  [100_000, 1500]
])
/** Growth of time with size; linear work with a logarithm here and there, and a cache that gets too small, stays below. */
const MOST_EXPONENT = 1.25
const EPOCH = 1_700_000_000_000_000_000n
const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736'

const language = await loadSources(`
  export { judge } from './src/judge/judge.ts'
  export { createCallMemo } from './src/judge/calls.ts'
  export { parseAssertion, parseSelector } from './src/language/parse.ts'
  export { loadPatterns } from './src/language/patterns.ts'
  export { printAssertion } from './src/language/print.ts'
  export { buildTrace } from './src/model/trace.ts'
  export { buildTriggerSpan } from './src/model/trigger-span.ts'
`)
await language.loadPatterns()

const LOCATION = { source: { name: 'bench.yaml', text: '' }, range: { start: 0, end: 0 } }

/** Twenty checks: selector, assertion. */
const CHECKS = [
  ['span', 'count() >= 1'],
  ['span[service.name="cart"]', 'attr:duration < 10s'],
  ['span[db.system="postgresql"]', 'sum(attr:duration) < 24h'],
  ['span[service.name="gateway"] span[db.system]', 'count() >= 0'],
  ['span[service.name="cart"] > span[kind="client"]', 'attr:db.system exists or attr:name exists'],
  ['span[kind="server"] span[db.system]:first', 'attr:db.system = "postgresql"'],
  ['span[kind="client"] ~ span:last', 'attr:duration >= 0ms'],
  ['span:has(span[db.system])', 'some attr:kind = "server"'],
  ['span:has(> span[kind="client"]):not(:has(span:error))', 'attr:name exists'],
  ['span[kind="server"]', 'count(:scope > span[db.system]) <= 1000000'],
  ['span[service.name="cart"]', 'count(:scope span[service.name="payment"] > span) >= 0'],
  ['span[db.system]', 'after span[name="GET /0"]'],
  ['span[db.system]', 'during span[kind="server"] or attr:name exists'],
  ['span[db.system]', 'descendant-of span[service.name="gateway"]'],
  ['span[kind="client"]', 'overlaps span[kind="server"] or attr:name exists'],
  ['span', 'p95(attr:duration) < 24h and p50(attr:duration) >= 0ms'],
  ['span', 'attr:duration <= max(attr:duration)'],
  ['span[name matches "^(GET|SELECT) "]', 'attr:self_time >= 0ms'],
  ['span:leaf', 'distinct(attr:service.name) <= 5'],
  ['span:entry:depth(>= 1)', 'exactly 0 attr:status = "error"']
]

const checks = {
  specs: CHECKS.map(([selector, assertion]) => {
    const node = parsed(language.parseAssertion(assertion), assertion)
    return {
      kind: 'selector',
      location: LOCATION,
      severity: 'error',
      selector: parsed(language.parseSelector(selector), selector),
      text: selector,
      assertions: [{ node, text: language.printAssertion(node), location: LOCATION }]
    }
  }),
  outputs: []
}

const shapes = {
  chain: place => place - 1,
  fan: place => (place === 0 ? -1 : 0),
  tree: place => (place === 0 ? -1 : Math.floor((place - 1) / 4))
}

let isGood = true
console.log(
  'twenty checks, milliseconds to build the trace and to judge it, and the memory that both leave\n'
)
for (const [shape, parentOf] of Object.entries(shapes)) {
  const points = []
  for (const size of SIZES) {
    const spans = makeSpans(size, parentOf)
    const { buildMs, judgeMs, cpuMs, heapMb, failures } = measure(spans)
    points.push({ size, judgeMs, heapMb })
    const target = TARGETS.get(size)
    const isMet = target === undefined || judgeMs <= target
    isGood &&= isMet && failures === ''
    console.log(
      `${shape.padEnd(6)} ${String(size).padStart(7)} spans   build ${buildMs.toFixed(0).padStart(5)}   ` +
        `judge ${judgeMs.toFixed(0).padStart(5)}${target === undefined ? '' : ` (target ${target}${isMet ? '' : ', MISSED'})`}` +
        `   cpu ${cpuMs.toFixed(0).padStart(5)}` +
        `   ${heapMb.toFixed(0)} MB${failures}`
    )
  }
  const large = points.filter(({ size }) => size >= 10_000)
  const time = fitExponent(large.map(({ size, judgeMs }) => [size, judgeMs]))
  const memory = fitExponent(large.map(({ size, heapMb }) => [size, Math.max(heapMb, 0.1)]))
  const isLinear = !(time > MOST_EXPONENT || memory > MOST_EXPONENT)
  isGood &&= isLinear
  console.log(
    `${shape.padEnd(6)} grows with size to the power of ${time.toFixed(2)} in time, ${memory.toFixed(2)} in memory` +
      `${isLinear ? '' : ': NOT LINEAR'}\n`
  )
}
if (!isGood) process.exitCode = 1

function measure(spans) {
  const trigger = language.buildTriggerSpan(
    TRACE_ID,
    'f'.repeat(16),
    { sentUnixNano: EPOCH - 1000n, answeredUnixNano: EPOCH + 10n ** 12n },
    { status: 200, headers: [], body: '{}' }
  )
  const runs = spans.length <= 10_000 ? 7 : 2
  const best = { buildMs: Infinity, judgeMs: Infinity, cpuMs: Infinity }
  for (let run = 0; run < runs; run++) {
    const start = performance.now()
    const trace = language.buildTrace(TRACE_ID, spans, { trigger })
    const built = performance.now()
    const cpu = process.cpuUsage()
    language.judge(checks, trace, contextFor())
    best.buildMs = Math.min(best.buildMs, built - start)
    best.judgeMs = Math.min(best.judgeMs, performance.now() - built)
    best.cpuMs = Math.min(best.cpuMs, process.cpuUsage(cpu).user / 1000)
  }
  const before = heapMb()
  const kept = keepOne(spans, trigger)
  const after = heapMb()
  if (process.env.EACH !== undefined) timeEach(kept.trace)
  // Limits reached are no answers: none of these checks may come to one.
  const limited = kept.judgement.specs.filter(spec =>
    spec.checks.some(check => check.reason?.code === 'limit')
  )
  const failures =
    limited.length === 0 ? '' : `   LIMIT REACHED: ${limited.map(spec => spec.checks[0].text).join('; ')}`
  return { ...best, failures, heapMb: after - before }
}

/** In a function of its own, so that no variable of it keeps anything alive. */
function keepOne(spans, trigger) {
  const trace = language.buildTrace(TRACE_ID, spans, { trigger })
  return { trace, judgement: language.judge(checks, trace, contextFor()) }
}

function heapMb() {
  collectGarbage()
  return process.memoryUsage().heapUsed / 2 ** 20
}

/** What each check takes by itself: where to look when a target is missed. */
function timeEach(trace) {
  for (const spec of checks.specs) {
    const start = performance.now()
    const [result] = language.judge({ specs: [spec], outputs: [] }, trace, contextFor()).specs
    const ms = (performance.now() - start).toFixed(1)
    console.log(
      `  ${ms.padStart(7)}  ${result.checks[0].outcome.padEnd(12)} ${spec.text} { ${spec.assertions[0].text} }`
    )
  }
}

function contextFor() {
  return {
    variables: new Map(),
    isComplete: true,
    mayRevise: false,
    losses: [],
    holes: [],
    calls: language.createCallMemo({ random: () => 0.5, nowUnixNano: () => EPOCH }, checks)
  }
}

/** Spans that take turns at services and kinds; each starts a little after its parent. */
function makeSpans(size, parentOf) {
  const services = ['gateway', 'cart', 'payment'].map(name => new Map([['service.name', name]]))
  const scope = { name: 'bench', attributes: new Map() }
  const idOf = place => (place + 1).toString(16).padStart(16, '0')
  return Array.from({ length: size }, (_, place) => {
    const parent = parentOf(place)
    const isQuery = place % 5 === 4
    const startUnixNano = EPOCH + BigInt(place) * 1000n
    return {
      traceId: TRACE_ID,
      spanId: idOf(place),
      ...(parent < 0 ? {} : { parentSpanId: idOf(parent) }),
      name: isQuery ? `SELECT item ${place % 7}` : `GET /${place % 50}`,
      kind: isQuery ? 'client' : ['server', 'internal', 'client'][place % 3],
      startUnixNano,
      endUnixNano: startUnixNano + BigInt((size - place) * 1000 + (place % 97) * 10),
      status: { code: place % 1000 === 999 ? 'error' : 'unset' },
      attributes: new Map(
        isQuery
          ? [
              ['db.system', 'postgresql'],
              ['db.rows', BigInt(place % 10)]
            ]
          : [['http.route', `/${place % 50}`]]
      ),
      resource: services[Math.floor(place / 3) % 3],
      scope,
      events: [],
      links: []
    }
  })
}

/** The slope of a line through the logarithms. */
function fitExponent(points) {
  const logs = points.map(pair => pair.map(Math.log))
  const mean = at => logs.reduce((sum, pair) => sum + pair[at], 0) / logs.length
  const [meanX, meanY] = [mean(0), mean(1)]
  const covariance = logs.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0)
  const variance = logs.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
  return covariance / variance
}

function parsed(outcome, text) {
  if (!outcome.ok) throw new Error(`${text}: ${outcome.problems[0].message}`)
  return outcome.value
}
