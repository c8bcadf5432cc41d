import type { TracerunError } from '../../src/errors/errors.ts'
import type { ExitCode } from '../../src/errors/exit-code.ts'
import type { RunReport, TestReport } from '../../src/model/run-event.ts'
import { summarizeTests } from '../../src/model/summary.ts'
import type { Trace } from '../../src/model/trace.ts'
import type {
  AnatomyPart,
  CheckResult,
  Ground,
  NearestMisses,
  Observation,
  OutputResult,
  Reason,
  SpecResult
} from '../../src/model/verdict.ts'
import type { Location, SourceText } from '../../src/source/source-text.ts'
import { EPOCH, type SpanSketch, spanIdOf, TRACE_ID, triggeredTraceOf } from './trace-builder.ts'

const CHECKOUT_YAML: SourceText = {
  name: 'checkout.yaml',
  text: `type: Test
spec:
  name: checkout reserves stock, then charges
  trigger:
    type: http
    httpRequest: { method: POST, url: http://localhost:8080/checkout }
  specs:
    - selector: span[service.name="payment"]:entry
      assertions:
        - count() = 1
        - attr:payment.amount = 99.99
        - after span[service.name='inventory']
    - name: no N+1
      selector: span[db.system.name="postgresql"]
      assertions: [ "count() <= 3", "sum(attr:duration) < 200ms" ]
    - name: nothing failed
      selector: span:error
      assertions: [ "count() = 0" ]
  outputs: [ { name: ORDER_ID, selector: 'span[name="create order"]', value: attr:order.id } ]
`
}

/** The first place in a source where a text stands. */
export function placeOf(text: string, source: SourceText = CHECKOUT_YAML): Location {
  const start = source.text.indexOf(text)
  if (start < 0) throw new Error(`the fixture has no ${text}`)
  return { source, range: { start, end: start + text.length } }
}

const PRICE_QUERY = {
  'db.system.name': 'postgresql',
  'db.query.text': 'SELECT price FROM item WHERE sku = ?'
}

/** A checkout that asks for the price of each item on its own. */
export function shopTrace(prices = 6): Trace {
  return triggeredTraceOf(
    { id: 'checkout', parent: 'trigger', service: 'gateway', name: 'POST /checkout', at: 0, ms: 118 },
    { id: 'reserve', parent: 'checkout', service: 'inventory', at: 4, ms: 31 },
    {
      id: 'update',
      parent: 'reserve',
      service: 'inventory',
      name: 'UPDATE stock',
      at: 10,
      ms: 12,
      attributes: {
        'db.system.name': 'postgresql',
        'db.query.text': 'UPDATE stock SET reserved = ? WHERE sku = ?'
      }
    },
    { id: 'quote', parent: 'checkout', service: 'pricing', name: 'GET /quote', at: 50, ms: 49 },
    ...priceIds(prices).map(
      (id, at): SpanSketch => ({
        id,
        parent: 'quote',
        service: 'pricing',
        name: 'SELECT price',
        at: 52 + at * 7,
        ms: 5,
        attributes: PRICE_QUERY
      })
    ),
    { id: 'charge', parent: 'checkout', service: 'payment', name: 'POST /charge', at: 102, ms: 11 }
  )
}

/** The sketch ids of the queries for prices in {@link shopTrace}. */
export function priceIds(prices = 6): readonly string[] {
  return Array.from({ length: prices }, (_, at) => `price-${at + 1}`)
}

export const COMPLETE: Ground = {
  kind: 'structural',
  waitedMs: 2400,
  settledMs: 400,
  watchedMs: 2000,
  text: 'complete: all parents and callees present, 0.4 s after the last span ended, watched 2.0 s more'
}

type CheckFacts = Partial<Pick<CheckResult, 'warnings' | 'location' | 'isFinal'>>

function checkFacts(
  text: string,
  facts: CheckFacts
): Pick<CheckResult, 'text' | 'location' | 'warnings' | 'isFinal'> {
  const location = facts.location ?? placeOf(CHECKOUT_YAML.text.includes(text) ? text : 'selector:')
  return { text, location, warnings: facts.warnings ?? [], isFinal: facts.isFinal ?? true }
}

export function held(text: string, facts: CheckFacts = {}): CheckResult {
  return { ...checkFacts(text, facts), outcome: 'held', spans: [] }
}

export function violated(
  text: string,
  observed: readonly Observation[],
  parts: readonly AnatomyPart[] = [],
  facts: CheckFacts = {}
): CheckResult {
  return { ...checkFacts(text, facts), outcome: 'violated', observed, anatomy: { parts } }
}

export function undetermined(
  text: string,
  reason: Reason,
  observed: readonly Observation[] = [],
  facts: CheckFacts = {}
): CheckResult {
  return { ...checkFacts(text, facts), outcome: 'undetermined', reason, observed }
}

export function unmatched(text: string, nearest: NearestMisses, facts: CheckFacts = {}): CheckResult {
  return { ...checkFacts(text, facts), outcome: 'unmatched', nearest }
}

export function buildSpec(
  selector: string,
  checks: readonly CheckResult[],
  facts: Partial<SpecResult> = {}
): SpecResult {
  const location = placeOf(CHECKOUT_YAML.text.includes(selector) ? selector : 'selector:')
  return { selector, location, severity: 'error', selected: [], checks, ...facts }
}

export interface TestSketch extends Partial<Omit<TestReport, 'verdict'>> {
  readonly outcome?: 'passed' | 'failed'
  readonly specs?: readonly SpecResult[]
  readonly outputs?: readonly OutputResult[]
  readonly error?: TracerunError
  readonly skipped?: string
}

export function buildTest(sketch: TestSketch = {}): TestReport {
  const { outcome = 'passed', specs = [], outputs = [], error, skipped, ...facts } = sketch
  const facts0: TestReport = {
    id: 'checkout',
    name: 'checkout reserves stock, then charges',
    location: placeOf('type: Test'),
    tags: ['smoke'],
    attempt: 1,
    verdict: { outcome: 'passed', specs: [], outputs: [] },
    warnings: [],
    runWarnings: [],
    startedUnixNano: EPOCH,
    durationMs: 2600,
    traceId: TRACE_ID,
    variables: new Map(),
    holes: [],
    losses: []
  }
  const verdict: TestReport['verdict'] =
    skipped !== undefined
      ? { outcome: 'skipped', reason: skipped }
      : error !== undefined
        ? { outcome: 'errored', error, specs, outputs }
        : { outcome, specs, outputs }
  return { ...facts0, ...facts, verdict }
}

const EXIT_CODES: Readonly<Record<RunReport['outcome'], ExitCode>> = {
  passed: 0,
  failed: 1,
  errored: 3,
  interrupted: 130
}

export function buildRun(tests: readonly TestReport[], facts: Partial<RunReport> = {}): RunReport {
  const summary = summarizeTests(tests, 4200)
  const outcome =
    facts.outcome ?? (summary.failed > 0 ? 'failed' : summary.errored > 0 ? 'errored' : 'passed')
  return { outcome, summary, tests, exitCode: EXIT_CODES[outcome], ...facts }
}

/** The test of the product's first page: seven queries where three were allowed. */
export function nPlusOneTest(facts: TestSketch = {}): TestReport {
  const trace = shopTrace()
  const selected = ['update', ...priceIds()].map(spanIdOf)
  return buildTest({
    outcome: 'failed',
    trace,
    ground: COMPLETE,
    traceUrl: 'http://localhost:16686/trace/4bf92f3577b34da6a3ce929d0e0e4736',
    specs: [
      buildSpec('span[service.name="payment"]:entry', [
        held('count() = 1'),
        held('attr:payment.amount = 99.99'),
        held("after span[service.name='inventory']")
      ]),
      buildSpec(
        'span[db.system.name="postgresql"]',
        [
          violated(
            'count() <= 3',
            [{ holds: false, expected: '<= 3', actual: '7' }],
            [{ text: 'count()', value: '7', isSide: true }]
          ),
          held('sum(attr:duration) < 200ms')
        ],
        { name: 'no N+1', selected }
      ),
      buildSpec('span:error', [held('count() = 0')], { name: 'nothing failed' })
    ],
    ...facts
  })
}
