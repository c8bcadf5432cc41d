import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { TraceError } from '../../../src/errors/errors.ts'
import type { RunEvent, RunReport } from '../../../src/model/run-event.ts'
import { createEventReporter } from '../../../src/report/document-reporter.ts'
import { createJsonReporter, renderJson } from '../../../src/report/json.ts'
import { jsonReportSchema } from '../../../src/report/json-schema.ts'
import { createNdjsonReporter, renderNdjsonEvent } from '../../../src/report/ndjson.ts'
import { projectRun, projectValue } from '../../../src/report/projection.ts'
import {
  buildRun,
  buildSpec,
  buildTest,
  COMPLETE,
  held,
  nPlusOneTest,
  placeOf,
  priceIds,
  shopTrace,
  undetermined,
  unmatched,
  violated
} from '../../support/report-builder.ts'
import { spanIdOf } from '../../support/trace-builder.ts'

const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true, formats: { 'date-time': true } })
const validate = ajv.compile(jsonReportSchema)

const charge = spanIdOf('charge')
const NEAREST = {
  funnel: ['12 spans', '0 with name "pay"'],
  candidates: [{ spanId: charge, text: 'renamed' }]
}
const location = placeOf('ORDER_ID')

/** A run with every kind of outcome that a report can hold. */
function everythingRun(): RunReport {
  const reason = {
    code: 'missing',
    text: 'payment.amount is missing',
    nearest: 'payment.amout',
    spanId: charge
  } as const
  return buildRun([
    nPlusOneTest(),
    buildTest({
      outcome: 'failed',
      trace: shopTrace(),
      ground: { ...COMPLETE, kind: 'timeout' },
      attempt: 2,
      warnings: ['slow'],
      response: { status: 200, headers: [] },
      responseDurationNanos: 118_400_000n,
      holes: [{ kind: 'orphan', spanId: charge, text: 'its parent did not come' }],
      losses: ['links'],
      specs: [
        buildSpec('span:error', [
          undetermined('count() = 0', reason, [{ spanId: charge, holds: undefined, reason }])
        ]),
        buildSpec('span[name="pay"]', [unmatched('count() = 1', NEAREST)]),
        buildSpec('span', [{ ...held('count() = 1'), outcome: 'skipped', reason: 'when did not hold' }]),
        buildSpec('span', [], { skipped: 'when did not hold' }),
        buildSpec('span', [
          violated('count() = 1', [{ holds: false, actual: '2' }], [{ text: 'count()', value: '2' }])
        ]),
        buildSpec('span', [{ ...held('count() = 1'), outcome: 'held', spans: [charge] }])
      ],
      outputs: [
        {
          name: 'ID',
          location,
          isFinal: true,
          outcome: 'held',
          value: 9_007_199_254_740_993n,
          text: '9007199254740993'
        },
        { name: 'TOTAL', location, isFinal: true, outcome: 'undetermined', reason },
        { name: 'USER', location, isFinal: true, outcome: 'unmatched', nearest: NEAREST }
      ]
    }),
    buildTest({
      error: new TraceError({ code: 'TRACE_NOT_FOUND', message: 'no trace', hint: 'look there' })
    }),
    buildTest({ skipped: 'later' })
  ])
}

describe('the JSON report', () => {
  test.each([
    ['everything', everythingRun()],
    ['nothing', buildRun([])],
    ['an interrupted run', buildRun([buildTest()], { outcome: 'interrupted', exitCode: 130 })]
  ])('of %s is as its schema says', (_, run) => {
    validate(JSON.parse(renderJson(projectRun(run))))
    expect(validate.errors).toBeNull()
  })

  test('the schema does not accept just anything', () => {
    const report = JSON.parse(renderJson(projectRun(everythingRun())))
    report.tests[0].specs[1].assertions[0].outcome = 'fine'
    expect(validate(report)).toBe(false)
    expect(validate({ schemaVersion: 1 })).toBe(false)
  })

  test('the schema describes every key that is written', () => {
    const strict = structuredClone(jsonReportSchema) as Record<string, unknown>
    const close = (schema: unknown): void => {
      if (typeof schema !== 'object' || schema === null) return
      if ('properties' in schema) (schema as Record<string, unknown>)['additionalProperties'] = false
      for (const part of Object.values(schema)) close(part)
    }
    close(strict)
    const validateStrictly = ajv.compile(strict)
    validateStrictly(JSON.parse(renderJson(projectRun(everythingRun()))))
    expect(validateStrictly.errors).toBeNull()
  })

  test('an assertion carries its line, its spans, and the reason', () => {
    const report = JSON.parse(renderJson(projectRun(everythingRun())))
    expect(report.tests[0].specs[1]).toEqual({
      name: 'no N+1',
      selector: 'span[db.system.name="postgresql"]',
      line: 14,
      severity: 'error',
      outcome: 'failed',
      selectedCount: 7,
      selected: ['update', ...priceIds()].map(spanIdOf),
      assertions: [
        {
          text: 'count() <= 3',
          line: 15,
          column: 22,
          outcome: 'violated',
          isFinal: true,
          anatomy: [{ text: 'count()', value: '7' }],
          warnings: [],
          spanCount: 1,
          spans: [{ holds: false, expected: '<= 3', actual: '7' }]
        },
        {
          text: 'sum(attr:duration) < 200ms',
          line: 15,
          column: 38,
          outcome: 'held',
          isFinal: true,
          warnings: [],
          spanCount: 0,
          spans: []
        }
      ]
    })
    expect(report.tests[1].specs[0].assertions[0].spans).toEqual([
      {
        spanId: charge,
        service: 'payment',
        name: 'POST /charge',
        reason: {
          code: 'missing',
          text: 'payment.amount is missing',
          spanId: charge,
          nearest: 'payment.amout'
        }
      }
    ])
  })

  test('completeness, error and skip reason stand with their test', () => {
    const report = JSON.parse(renderJson(projectRun(everythingRun())))
    expect(report.tests[0].completeness).toMatchObject({ ground: 'structural', waitedMs: 2400, holes: [] })
    expect(report.tests[2].error).toEqual({
      code: 'TRACE_NOT_FOUND',
      message: 'no trace',
      hint: 'look there'
    })
    expect(report.tests[3]).toMatchObject({ outcome: 'skipped', reason: 'later', specs: [], outputs: [] })
    expect(report.summary).toEqual({
      passed: 0,
      flaky: 0,
      failed: 2,
      errored: 1,
      skipped: 1,
      durationMs: 4200
    })
  })

  test('is written once, when the run is over', async () => {
    const written: string[] = []
    const reporter = createEventReporter(createJsonReporter(text => void written.push(text)))
    reporter.onEvent({ type: 'run-started', schemaVersion: 1, tests: 0 })
    expect(written).toEqual([])
    await reporter.close(buildRun([]))
    expect(written).toHaveLength(1)
    expect(written[0]).toMatch(/\n$/)
  })

  test('of many hundred tests says of each what was said of it last', async () => {
    let written = ''
    const reporter = createEventReporter(
      createJsonReporter(text => {
        written = text
      })
    )
    const specs = [buildSpec('span', [held('count() = 1')])]
    const tests = Array.from({ length: 600 }, (_, at) => buildTest({ id: `test-${at}`, specs }))
    for (const report of tests) reporter.onEvent({ type: 'test-finished', report })
    const revised = { ...tests[0]!, warnings: ['late'] }
    reporter.onEvent({ type: 'test-warned', report: revised, warning: 'late' })
    const run = buildRun([revised, ...tests.slice(1)])
    await reporter.close(run)
    expect(JSON.parse(written)).toEqual(JSON.parse(renderJson(projectRun(run))))
  })

  test('that cannot be written fails its reporter', async () => {
    const reporter = createEventReporter(createJsonReporter(() => Promise.reject(new Error('disk full'))))
    await expect(reporter.close(buildRun([]))).rejects.toThrow('disk full')
  })

  test('of a check on more spans than it lists says how many there were', () => {
    const spans = Array.from({ length: 1500 }, (_, at) => spanIdOf(`span-${at}`))
    const specs = [buildSpec('span', [{ ...held('count() = 1'), outcome: 'held', spans }])]
    const [assertion] = JSON.parse(renderJson(projectRun(buildRun([buildTest({ specs })])))).tests[0].specs[0]
      .assertions
    expect(assertion.spanCount).toBe(1500)
    expect(assertion.spans).toHaveLength(1000)
  })
})

describe('values in JSON', () => {
  test.each([
    ['a small int', 42n, 42],
    ['an int beyond what a JSON number holds exactly', 9_007_199_254_740_993n, '9007199254740993'],
    ['a negative one', -9_007_199_254_740_993n, '-9007199254740993'],
    ['a double', 99.99, 99.99],
    ['NaN', Number.NaN, 'NaN'],
    ['infinity', Number.NEGATIVE_INFINITY, '-Infinity'],
    ['bytes', new Uint8Array([1, 2, 255]), 'AQL/'],
    ['an array', [1n, 'a', null], [1, 'a', null]],
    ['a map', { sku: 'SKU-1', count: 2n }, { sku: 'SKU-1', count: 2 }]
  ])('%s', (_, value, projected) => {
    expect(projectValue(value)).toEqual(projected)
  })
})

describe('the event stream', () => {
  test('has one event a line, the test as in the JSON report', () => {
    const report = nPlusOneTest()
    const line = renderNdjsonEvent({ type: 'test-finished', report })
    expect(line.indexOf('\n')).toBe(line.length - 1)
    const [test] = JSON.parse(renderJson(projectRun(buildRun([report])))).tests
    expect(JSON.parse(line)).toEqual({ type: 'test-finished', report: test })
  })

  test.each<[string, RunEvent, unknown]>([
    [
      'the start of a run',
      { type: 'run-started', schemaVersion: 1, tests: 3 },
      { type: 'run-started', schemaVersion: 1, tests: 3 }
    ],
    [
      'progress',
      { type: 'test-progressed', id: 'checkout', phase: 'waiting', spans: 12 },
      { type: 'test-progressed', id: 'checkout', phase: 'waiting', spans: 12 }
    ],
    [
      'the end of a run, without its tests',
      { type: 'run-finished', report: buildRun([buildTest({ skipped: 'later' })]) },
      {
        type: 'run-finished',
        report: {
          outcome: 'passed',
          exitCode: 0,
          summary: { passed: 0, flaky: 0, failed: 0, errored: 0, skipped: 1, durationMs: 4200 },
          warnings: []
        }
      }
    ]
  ])('shows %s', (_, event, shown) => {
    expect(JSON.parse(renderNdjsonEvent(event))).toEqual(shown)
  })

  test('a revision keeps what it changed', () => {
    const line = renderNdjsonEvent({
      type: 'test-revised',
      before: 'passed',
      lateMs: 1200,
      report: nPlusOneTest()
    })
    expect(JSON.parse(line)).toMatchObject({ type: 'test-revised', before: 'passed', lateMs: 1200 })
  })

  test('a warning that came after its test had ended stands with the test as it is now', () => {
    const warning = 'its trace could not be looked at once more'
    const report = buildTest({ warnings: [warning] })
    expect(JSON.parse(renderNdjsonEvent({ type: 'test-warned', warning, report }))).toMatchObject({
      type: 'test-warned',
      warning,
      report: { warnings: [warning] }
    })
  })

  test('writes at once, and reports a failed write when it closes', async () => {
    const written: string[] = []
    const reporter = createNdjsonReporter(async text => {
      written.push(text)
      if (written.length === 2) throw new Error('disk full')
    })
    for (let at = 0; at < 3; at++) reporter.onEvent({ type: 'run-started', schemaVersion: 1, tests: at })
    expect(written).toHaveLength(3)
    await expect(reporter.close(buildRun([]))).rejects.toThrow('disk full')
  })
})
