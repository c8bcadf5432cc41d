import { expect, test } from 'vitest'
import { TraceError } from '../../src/errors/errors.ts'
import type { Reason } from '../../src/model/verdict.ts'
import { buildSpec, buildTest, held, placeOf, undetermined, violated } from '../support/report-builder.ts'
import { showRun } from '../support/show.ts'

const payment = 'span[service.name="payment"]:entry'
const REFUSED =
  'GET http://localhost:16686/api/v3/traces/4bf92f35 failed: nothing listens there (ECONNREFUSED)'
const LEFT_OPEN: Reason = { code: 'hole', text: REFUSED }

test('the error of a backend is said once: what it leaves open refers to it', async () => {
  const error = new TraceError({
    code: 'TRACE_UNAVAILABLE',
    message: REFUSED,
    hint: 'Is the service running, and on this port?'
  })
  const doubtful = undetermined('count() = 0', LEFT_OPEN, [], { warnings: ['it holds of no spans'] })
  const errored = buildTest({
    error,
    holes: [{ kind: 'dropped', text: REFUSED }],
    specs: [
      buildSpec(':root', [held('response:status = 200')]),
      buildSpec(payment, [
        undetermined('count() = 1', LEFT_OPEN),
        undetermined('attr:payment.amount = 99.99', LEFT_OPEN)
      ]),
      buildSpec('span:error', [doubtful], { name: 'nothing failed' })
    ],
    outputs: [
      {
        name: 'ORDER_ID',
        location: placeOf('ORDER_ID'),
        isFinal: false,
        outcome: 'undetermined',
        reason: LEFT_OPEN
      }
    ]
  })
  expect(await showRun([errored])).toMatchInlineSnapshot(`
    "
    ! checkout reserves stock, then charges                     errored    2.6 s   trace 4bf92f35…0e4736
        GET http://localhost:16686/api/v3/traces/4bf92f35 failed: nothing listens there (ECONNREFUSED)
        → Is the service running, and on this port?
        span[service.name="payment"]:entry                                           checkout.yaml:10:11
          ✗ count() = 1        undetermined: see the error
          ✗ attr:payment.amount = 99.99        undetermined: see the error
        nothing failed  span:error                                                   checkout.yaml:18:22
          ✗ count() = 0        undetermined: see the error
        ✗ output ORDER_ID   undetermined: see the error                              checkout.yaml:19:22
        ✓ 1 other assertion held

    1 test: 1 errored · 4.2 s
    "
  `)
})

test('where no span came, what is open for want of spans refers to the error', async () => {
  const error = new TraceError({ code: 'TRACE_NOT_FOUND', message: 'no span of this trace came within 30 s' })
  const open: Reason = { code: 'open', text: 'more spans may come, and could change it' }
  const lost: Reason = { code: 'lost', text: 'the store loses links' }
  const specs = [
    buildSpec(payment, [undetermined('count() = 1', open), undetermined('attr:payment.amount = 99.99', lost)])
  ]
  expect(await showRun([buildTest({ error, specs })])).toMatchInlineSnapshot(`
    "
    ! checkout reserves stock, then charges                     errored    2.6 s   trace 4bf92f35…0e4736
        no span of this trace came within 30 s
        span[service.name="payment"]:entry                                           checkout.yaml:10:11
          ✗ count() = 1        undetermined: see the error
          ✗ attr:payment.amount = 99.99        undetermined
              11 |         - attr:payment.amount = 99.99
                 |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^
              the store loses links

    1 test: 1 errored · 4.2 s
    "
  `)
})

test('a violation that stands although the backend failed has the error of the backend among its warnings, once', async () => {
  const failed = buildTest({
    outcome: 'failed',
    holes: [{ kind: 'dropped', text: REFUSED }],
    warnings: [`${REFUSED} → Is the service running, and on this port?`],
    specs: [
      buildSpec(payment, [
        violated('count() = 1', [{ holds: false, expected: '1', actual: '2' }]),
        undetermined('attr:payment.amount = 99.99', LEFT_OPEN)
      ])
    ]
  })
  expect(await showRun([failed])).toMatchInlineSnapshot(`
    "
    ✗ checkout reserves stock, then charges                      failed    2.6 s   trace 4bf92f35…0e4736
        span[service.name="payment"]:entry                                           checkout.yaml:10:11
          ✗ count() = 1        actual 2
              10 |         - count() = 1
                 |           ^^^^^^^^^^^
          ✗ attr:payment.amount = 99.99        undetermined: see the warning
        ! warning: GET http://localhost:16686/api/v3/traces/4bf92f35 failed: nothing listens there
          (ECONNREFUSED) → Is the service running, and on this port?

    1 test: 1 failed · 4.2 s
    "
  `)
})

test('what cut a trace off is said by the ground, and not again as a hole', async () => {
  const text = 'line 3 of traces.jsonl cannot be read: not JSON: Unterminated string at character 80'
  const failed = buildTest({
    outcome: 'failed',
    ground: { kind: 'truncated', waitedMs: 300, text: `cut off: ${text}` },
    holes: [
      { kind: 'dropped', text },
      { kind: 'dropped', text: 'the SDK dropped 2 spans' }
    ],
    specs: [buildSpec(payment, [undetermined('count() = 1', { code: 'hole', text })])]
  })
  expect(await showRun([failed])).toMatchInlineSnapshot(`
    "
    ✗ checkout reserves stock, then charges                      failed    2.6 s   trace 4bf92f35…0e4736
        span[service.name="payment"]:entry                                           checkout.yaml:10:11
          ✗ count() = 1        undetermined
              10 |         - count() = 1
                 |           ^^^^^^^^^^^
              line 3 of traces.jsonl cannot be read: not JSON: Unterminated string at character 80
        ! cut off: line 3 of traces.jsonl cannot be read: not JSON: Unterminated string at character 80
        ! the SDK dropped 2 spans

    1 test: 1 failed · 4.2 s
    "
  `)
})
