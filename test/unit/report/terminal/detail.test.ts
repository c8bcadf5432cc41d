import { expect, test } from 'vitest'
import { TraceError } from '../../../../src/errors/errors.ts'
import type { RunEvent, TestReport } from '../../../../src/model/run-event.ts'
import type { Screen } from '../../../../src/report/screen.ts'
import { createPrettyReporter, type Detail } from '../../../../src/report/terminal/pretty.ts'
import {
  buildRun,
  buildSpec,
  buildTest,
  COMPLETE,
  held,
  nPlusOneTest,
  placeOf,
  shopTrace
} from '../../../support/report-builder.ts'
import { PLAIN_SCREEN } from '../../../support/show.ts'
import { spanIdOf } from '../../../support/trace-builder.ts'

interface Told {
  readonly detail?: Detail
  readonly screen?: Partial<Screen>
}

/** A run as it is told: each test with its attempts before the last. */
async function tell(tests: readonly TestReport[], { detail, screen }: Told = {}): Promise<string> {
  let output = ''
  const reporter = createPrettyReporter({
    screen: { ...PLAIN_SCREEN, ...screen },
    detail,
    write: text => {
      output += text
    }
  })
  const events = tests.flatMap((report): readonly RunEvent[] => [
    ...(report.earlier ?? []).map((earlier): RunEvent => ({ type: 'test-retried', report: earlier })),
    { type: 'test-finished', report }
  ])
  reporter.onEvent({ type: 'run-started', schemaVersion: 1, tests: tests.length })
  for (const event of events) reporter.onEvent(event)
  await reporter.close(buildRun(tests))
  return `\n${output}`
}

const PASSED = buildTest({
  name: 'checkout charges',
  trace: shopTrace(1),
  ground: COMPLETE,
  responseDurationNanos: 34_000_000n,
  response: {
    status: 200,
    statusText: 'OK',
    headers: [{ key: 'content-type', value: 'application/json' }],
    body: '{"orderId":"o-17","total":99.99}'
  },
  specs: [
    buildSpec('span[service.name="payment"]:entry', [
      { ...held('count() = 1'), outcome: 'held', spans: [spanIdOf('charge')] },
      held('attr:payment.amount = 99.99')
    ])
  ],
  outputs: [
    {
      name: 'ORDER_ID',
      location: placeOf('ORDER_ID'),
      isFinal: true,
      outcome: 'held',
      value: 'o-17',
      text: 'o-17'
    }
  ]
})

const FLAKY = buildTest({
  name: 'refund pays back',
  attempt: 2,
  earlier: [nPlusOneTest({ name: 'refund pays back', ground: COMPLETE })]
})

const TIMED_OUT = buildTest({
  name: 'refund pays back',
  attempt: 3,
  error: new TraceError({ code: 'TRACE_UNAVAILABLE', message: 'no span of the trace came within 30 s' }),
  earlier: [1, 2].map(attempt =>
    buildTest({
      attempt,
      name: 'refund pays back',
      error: new TraceError({ code: 'TRACE_UNAVAILABLE', message: 'no span of the trace came within 30 s' })
    })
  )
})

test('quietly: what did not pass, and the totals', async () => {
  const skipped = buildTest({ name: 'later', skipped: 'not yet' })
  expect(await tell([PASSED, skipped, TIMED_OUT], { detail: 'quiet' })).toMatchInlineSnapshot(`
    "
    ! refund pays back                              attempt 3   errored    2.6 s   trace 4bf92f35…0e4736
        no span of the trace came within 30 s

    3 tests: 1 errored, 1 passed, 1 skipped · 4.2 s
    slowest: checkout charges 2.6 s · refund pays back 2.6 s
    "
  `)
})

test('quietly, a run without failures says its totals', async () => {
  expect(await tell([PASSED], { detail: 'quiet' })).toMatchInlineSnapshot(`
    "
    1 test: 1 passed · 4.2 s
    "
  `)
})

test('verbosely: each check of a test that passed too, the answer, the outputs and the trace', async () => {
  expect(await tell([PASSED], { detail: 'verbose' })).toMatchInlineSnapshot(`
    "
    ✓ checkout charges                                                                   passed    2.6 s
        answer  200 OK · 34 ms
          content-type: application/json
          {"orderId":"o-17","total":99.99}
        span[service.name="payment"]:entry                                           checkout.yaml:10:11
          ✓ count() = 1        on 1 span
          ✓ attr:payment.amount = 99.99
        ✓ 2 assertions held · complete: all parents and callees present, 0.4 s after the last span
          ended, watched 2.0 s more
        ORDER_ID = o-17
        gateway    POST /checkout    ███████████████████████████████████████████████████████████  118 ms
        inventory  └ reserve           ████████████████                                            31 ms
        inventory    └ UPDATE stock       ██████                                                   12 ms
        pricing    └ GET /quote                               █████████████████████████            49 ms
        pricing      └ SELECT price                            ███                                  5 ms
        payment    └ POST /charge                                                       ██████     11 ms

    1 test: 1 passed · 4.2 s
    "
  `)
})

test('an attempt that is tried again says in short what stood against it; the test is flaky, and its first failure is named in the totals', async () => {
  expect(await tell([FLAKY, PASSED], { screen: { width: 80 } })).toMatchInlineSnapshot(`
    "
    ↻ refund pays back                        attempt 1 failed, tried again    2.6 s
        ✗ count() <= 3   actual 7                                checkout.yaml:15:22

    ↻ refund pays back                                    attempt 2   flaky    2.6 s
    ✓ checkout charges                                               passed    2.6 s
        ✓ 2 assertions held · complete: all parents and callees present, 0.4 s after
          the last span ended, watched 2.0 s more
        ORDER_ID = o-17

    ↻ refund pays back   flaky: attempt 2 passed                   checkout.yaml:1:1
      ✗ count() <= 3   actual 7                                  checkout.yaml:15:22
    2 tests: 1 flaky, 1 passed · 4.2 s
    slowest: refund pays back 2.6 s · checkout charges 2.6 s
    "
  `)
})

test('quietly, a flaky test is in the totals', async () => {
  expect(await tell([FLAKY], { detail: 'quiet', screen: { hasUnicode: false } })).toMatchInlineSnapshot(`
    "
    * refund pays back   flaky: attempt 2 passed                                       checkout.yaml:1:1
      x count() <= 3   actual 7                                                      checkout.yaml:15:22
    1 test: 1 flaky - 4.2 s
    "
  `)
})

test('a test whose every attempt failed is failed, at the last one', async () => {
  expect(await tell([TIMED_OUT])).toMatchInlineSnapshot(`
    "
    ↻ refund pays back                                           attempt 1 errored, tried again    2.6 s
        ! no span of the trace came within 30 s

    ↻ refund pays back                                           attempt 2 errored, tried again    2.6 s
        ! no span of the trace came within 30 s

    ! refund pays back                              attempt 3   errored    2.6 s   trace 4bf92f35…0e4736
        no span of the trace came within 30 s

    1 test: 1 errored · 4.2 s
    "
  `)
})

const REPEATED = [1, 2, 3, 4].map(number =>
  buildTest({
    id: `checkout-${number}`,
    outcome: number === 3 ? 'failed' : 'passed',
    repetition: { test: 'checkout', number, of: 4 },
    durationMs: 1900 + 200 * number,
    ground: { ...COMPLETE, waitedMs: 300 * number },
    ...(number === 2 ? { attempt: 2, earlier: [nPlusOneTest()] } : {})
  })
)

test.each([200, 80, 40])('repetitions end with a table of them: at %i columns', async width => {
  const output = await tell(REPEATED, { detail: 'quiet', screen: { width } })
  expect(output.slice(output.lastIndexOf('\n\n'))).toMatchSnapshot()
})

test('a trace that grows after its test has ended is nothing to tell', () => {
  let output = ''
  const reporter = createPrettyReporter({
    screen: PLAIN_SCREEN,
    write: text => {
      output += text
    }
  })
  reporter.onEvent({ type: 'trace-grown', report: PASSED })
  expect(output).toBe('')
})
