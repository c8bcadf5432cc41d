import { expect, test } from 'vitest'
import { TraceError } from '../../src/errors/errors.ts'
import type { Reason } from '../../src/model/verdict.ts'
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
} from '../support/report-builder.ts'
import { showEvents, showRun } from '../support/show.ts'
import { spanIdOf, TRACE_ID } from '../support/trace-builder.ts'

const charge = spanIdOf('charge')
const payment = 'span[service.name="payment"]:entry'

test('a passed test says how many assertions held, on what ground, and what it put out', async () => {
  const passed = buildTest({
    trace: shopTrace(1),
    ground: COMPLETE,
    specs: [buildSpec(payment, [held('count() = 1'), held('attr:payment.amount = 99.99')])],
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
  expect(
    await showRun([passed, buildTest({ name: 'the cart is empty at first', durationMs: 87 })])
  ).toMatchInlineSnapshot(`
    "
    ✓ checkout reserves stock, then charges                                              passed    2.6 s
        ✓ 2 assertions held · complete: all parents and callees present, 0.4 s after the last span
          ended, watched 2.0 s more
        ORDER_ID = o-17
    ✓ the cart is empty at first                                                         passed    87 ms

    2 tests: 2 passed · 4.2 s
    slowest: checkout reserves stock, then charges 2.6 s · the cart is empty at first 87 ms
    "
  `)
})

test('of many passed tests one line each is shown', async () => {
  const tests = Array.from({ length: 11 }, (_, at) =>
    buildTest({ name: `checkout of ${at + 1} items`, durationMs: 100 + at, ground: COMPLETE })
  )
  expect(await showRun(tests)).toMatchInlineSnapshot(`
    "
    ✓ checkout of 1 items                                                                passed   100 ms
    ✓ checkout of 2 items                                                                passed   101 ms
    ✓ checkout of 3 items                                                                passed   102 ms
    ✓ checkout of 4 items                                                                passed   103 ms
    ✓ checkout of 5 items                                                                passed   104 ms
    ✓ checkout of 6 items                                                                passed   105 ms
    ✓ checkout of 7 items                                                                passed   106 ms
    ✓ checkout of 8 items                                                                passed   107 ms
    ✓ checkout of 9 items                                                                passed   108 ms
    ✓ checkout of 10 items                                                               passed   109 ms
    ✓ checkout of 11 items                                                               passed   110 ms

    11 tests: 11 passed · 4.2 s
    slowest: checkout of 11 items 110 ms · checkout of 10 items 109 ms · checkout of 9 items 108 ms
    "
  `)
})

test('of many tests those that failed are named once more at the end', async () => {
  const tests = Array.from({ length: 11 }, (_, at) => buildTest({ name: `checkout of ${at + 1} items` }))
  const output = await showRun([...tests, nPlusOneTest()])
  expect(output.slice(output.indexOf('    again, offline'))).toMatchInlineSnapshot(`
    "    again, offline:  tracerun check -f checkout.yaml --trace .tracerun/last/checkout.json

    ✗ checkout reserves stock, then charges                                            checkout.yaml:1:1
    12 tests: 1 failed, 11 passed · 4.2 s
    slowest: checkout of 1 items 2.6 s · checkout of 2 items 2.6 s · checkout of 3 items 2.6 s
    "
  `)
})

test('a set-level violation shows the actual value, what the set is made of, and where it lies', async () => {
  expect(await showRun([nPlusOneTest()])).toMatchInlineSnapshot(`
    "
    ✗ checkout reserves stock, then charges                      failed    2.6 s   trace 4bf92f35…0e4736
        no N+1  span[db.system.name="postgresql"]                                    checkout.yaml:15:22
          ✗ count() <= 3        actual 7
              15 |       assertions: [ "count() <= 3", "sum(attr:duration) < 200ms" ]
                 |                      ^^^^^^^^^^^^
              6 × SELECT price FROM item WHERE sku = ?      all under  pricing · GET /quote
              1 × UPDATE stock SET reserved = ? WHERE sk…   under  inventory · reserve
        ✓ 5 other assertions held · complete: all parents and callees present, 0.4 s after the last span
          ended, watched 2.0 s more
        gateway      POST /checkout       █████████████████████████████████████████████████████   118 ms
        inventory    └ reserve              ██████████████                                         31 ms
        inventory ✗    └ UPDATE stock         ██████                                               12 ms
        pricing      └ GET /quote                               ██████████████████████             49 ms
        pricing ✗      └ SELECT price ×6                         ███ ██ ██ ██ ██ ██              Σ 30 ms
        payment      └ POST /charge                                                     █████      11 ms
        http://localhost:16686/trace/4bf92f3577b34da6a3ce929d0e0e4736
        again, offline:  tracerun check -f checkout.yaml --trace .tracerun/last/checkout.json

    1 test: 1 failed · 4.2 s
    "
  `)
})

test('a violation on one span shows expected and actual of it', async () => {
  const check = violated('attr:payment.amount = 99.99', [
    { spanId: charge, holds: false, expected: '99.99', actual: '89.99' }
  ])
  expect(await showFailure(buildSpec(payment, [held('count() = 1'), check]))).toMatchInlineSnapshot(`
    "
    ✗ checkout reserves stock, then charges                      failed    2.6 s   trace 4bf92f35…0e4736
        span[service.name="payment"]:entry                                           checkout.yaml:11:11
          ✗ attr:payment.amount = 99.99
              11 |         - attr:payment.amount = 99.99
                 |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^
              expected 99.99   actual 89.99   payment · POST /charge  26c6cf03380bb6b1
        ✓ 1 other assertion held · complete: all parents and callees present, 0.4 s after the last span
          ended, watched 2.0 s more
        gateway    POST /checkout       ███████████████████████████████████████████████████████   118 ms
        inventory  └ reserve              ██████████████                                           31 ms
        inventory    └ UPDATE stock          █████                                                 12 ms
        pricing    └ GET /quote                                ███████████████████████             49 ms
        pricing      └ SELECT price ×6                          ███ ██ ██ ██ ███ ██              Σ 30 ms
        payment ✗  └ POST /charge                                                       █████      11 ms
        again, offline:  tracerun check -f checkout.yaml --trace .tracerun/last/checkout.json

    1 test: 1 failed · 4.2 s
    "
  `)
})

test('equal outcomes are grouped, different ones capped', async () => {
  const spec = buildSpec('span[db.system.name="postgresql"]', [
    violated(
      'attr:duration < 4ms',
      priceIds(40).map(id => ({ spanId: spanIdOf(id), holds: false, expected: '4ms', actual: '5ms' })),
      [],
      { location: placeOf('sum(attr:duration) < 200ms') }
    ),
    violated(
      'attr:db.rows = 1',
      priceIds(9).map((id, at) => ({
        spanId: spanIdOf(id),
        holds: at === 0,
        expected: '1',
        actual: String(at + 1)
      })),
      [],
      { location: placeOf('count() <= 3') }
    )
  ])
  expect(await showFailure(spec, 40)).toMatchInlineSnapshot(`
    "
    ✗ checkout reserves stock, then charges                      failed    2.6 s   trace 4bf92f35…0e4736
        span[db.system.name="postgresql"]                                            checkout.yaml:15:38
          ✗ attr:duration < 4ms
              15 |       assertions: [ "count() <= 3", "sum(attr:duration) < 200ms" ]
                 |                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^
              expected 4ms   actual 5ms   pricing · SELECT price  4a305f91efe037fc
                                          pricing · SELECT price  4a306291efe03d15
                                          pricing · SELECT price  4a306191efe03b62
                                          and 37 more like these
          ✗ attr:db.rows = 1
              15 |       assertions: [ "count() <= 3", "sum(attr:duration) < 200ms" ]
                 |                      ^^^^^^^^^^^^
              expected 1   actual 2   pricing · SELECT price  4a306291efe03d15
              expected 1   actual 3   pricing · SELECT price  4a306191efe03b62
              expected 1   actual 4   pricing · SELECT price  4a305c91efe032e3
              expected 1   actual 5   pricing · SELECT price  4a305b91efe03130
              expected 1   actual 6   pricing · SELECT price  4a305e91efe03649
              and 3 more spans with other values
        complete: all parents and callees present, 0.4 s after the last span ended, watched 2.0 s more
        gateway    POST /checkout        ███████████████████                                      118 ms
        inventory  └ reserve              █████                                                    31 ms
        inventory    └ UPDATE stock        ██                                                      12 ms
        pricing    └ GET /quote                  ████████                                          49 ms
        pricing ✗    └ SELECT price ×40          ▏▏ ▏▏▏▏▏▏▏▏ ▏▏▏▏▏▏▏▏ ▏▏▏▏▏▏▏▏ ▏▏▏▏▏▏▏▏ ▏▏▏▏▏▏  Σ 200 ms
        payment    └ POST /charge                        ██                                        11 ms
        again, offline:  tracerun check -f checkout.yaml --trace .tracerun/last/checkout.json

    1 test: 1 failed · 4.2 s
    "
  `)
})

test('a limit on how many spans may hold shows those on which it holds', async () => {
  const check = violated(
    'none attr:payment.amount > 50',
    [
      { spanId: charge, holds: true, expected: '> 50', actual: '89.99' },
      { spanId: spanIdOf('quote'), holds: false, expected: '> 50', actual: '20' }
    ],
    [],
    { location: placeOf('attr:payment.amount = 99.99') }
  )
  expect(
    await showFailure(buildSpec(payment, [check], { selected: [charge, spanIdOf('quote')] }))
  ).toMatchInlineSnapshot(`
    "
    ✗ checkout reserves stock, then charges                      failed    2.6 s   trace 4bf92f35…0e4736
        span[service.name="payment"]:entry                                           checkout.yaml:11:11
          ✗ none attr:payment.amount > 50        holds on 1 of 2 spans
              11 |         - attr:payment.amount = 99.99
                 |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^
              expected > 50   actual 89.99   holds   payment · POST /charge  26c6cf03380bb6b1
        complete: all parents and callees present, 0.4 s after the last span ended, watched 2.0 s more
        gateway    POST /checkout       ███████████████████████████████████████████████████████   118 ms
        inventory  └ reserve              ██████████████                                           31 ms
        inventory    └ UPDATE stock          █████                                                 12 ms
        pricing    └ GET /quote                                ███████████████████████             49 ms
        pricing      └ SELECT price ×6                          ███ ██ ██ ██ ███ ██              Σ 30 ms
        payment ✗  └ POST /charge                                                       █████      11 ms
        again, offline:  tracerun check -f checkout.yaml --trace .tracerun/last/checkout.json

    1 test: 1 failed · 4.2 s
    "
  `)
})

test('an aggregate is taken apart', async () => {
  const check = violated(
    'sum(attr:duration) < 20ms + 2 * avg(attr:duration)',
    [{ holds: false, expected: '30ms', actual: '42ms' }],
    [
      { text: 'sum(attr:duration)', value: '42 ms (7 spans: 12 ms, 5 ms, 5 ms …)' },
      { text: 'avg(attr:duration)', value: '6 ms (7 spans)' }
    ],
    { location: placeOf('sum(attr:duration) < 200ms') }
  )
  const selected = ['update', ...priceIds()].map(spanIdOf)
  expect(
    await showFailure(buildSpec('span[db.system.name="postgresql"]', [check], { selected }))
  ).toMatchInlineSnapshot(`
    "
    ✗ checkout reserves stock, then charges                      failed    2.6 s   trace 4bf92f35…0e4736
        span[db.system.name="postgresql"]                                            checkout.yaml:15:38
          ✗ sum(attr:duration) < 20ms + 2 * avg(attr:duration)        expected 30ms   actual 42ms
              15 |       assertions: [ "count() <= 3", "sum(attr:duration) < 200ms" ]
                 |                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^
              sum(attr:duration) = 42 ms (7 spans: 12 ms, 5 ms, 5 ms …)
              avg(attr:duration) = 6 ms (7 spans)
              6 × SELECT price FROM item WHERE sku = ?      all under  pricing · GET /quote
              1 × UPDATE stock SET reserved = ? WHERE sk…   under  inventory · reserve
        complete: all parents and callees present, 0.4 s after the last span ended, watched 2.0 s more
        gateway      POST /checkout       █████████████████████████████████████████████████████   118 ms
        inventory    └ reserve              ██████████████                                         31 ms
        inventory ✗    └ UPDATE stock         ██████                                               12 ms
        pricing      └ GET /quote                               ██████████████████████             49 ms
        pricing ✗      └ SELECT price ×6                         ███ ██ ██ ██ ██ ██              Σ 30 ms
        payment      └ POST /charge                                                     █████      11 ms
        again, offline:  tracerun check -f checkout.yaml --trace .tracerun/last/checkout.json

    1 test: 1 failed · 4.2 s
    "
  `)
})

test('a missing attribute names the nearest one that is there', async () => {
  const reason: Reason = {
    code: 'missing',
    text: 'attribute "payment.amount" is missing',
    nearest: 'payment.amout',
    spanId: charge
  }
  const check = undetermined('attr:payment.amount = 99.99', reason, [
    { spanId: charge, holds: undefined, expected: '99.99', reason }
  ])
  expect(await showFailure(buildSpec(payment, [check]))).toMatchInlineSnapshot(`
    "
    ✗ checkout reserves stock, then charges                      failed    2.6 s   trace 4bf92f35…0e4736
        span[service.name="payment"]:entry                                           checkout.yaml:11:11
          ✗ attr:payment.amount = 99.99        undetermined
              11 |         - attr:payment.amount = 99.99
                 |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^
              expected 99.99   actual missing   payment · POST /charge  26c6cf03380bb6b1
                attribute "payment.amount" is missing · nearest: payment.amout
        complete: all parents and callees present, 0.4 s after the last span ended, watched 2.0 s more
        gateway    POST /checkout       ███████████████████████████████████████████████████████   118 ms
        inventory  └ reserve              ██████████████                                           31 ms
        inventory    └ UPDATE stock          █████                                                 12 ms
        pricing    └ GET /quote                                ███████████████████████             49 ms
        pricing      └ SELECT price ×6                          ███ ██ ██ ██ ███ ██              Σ 30 ms
        payment !  └ POST /charge                                                       █████      11 ms
        again, offline:  tracerun check -f checkout.yaml --trace .tracerun/last/checkout.json

    1 test: 1 failed · 4.2 s
    "
  `)
})

test('a wrong type is explained beside the value', async () => {
  const reason: Reason = {
    code: 'type',
    text: '"ninety" is a text and 99.99 a number: they cannot be compared',
    spanId: charge
  }
  const check = undetermined('attr:payment.amount = 99.99', reason, [
    { spanId: charge, holds: undefined, expected: '99.99', actual: '"ninety"', reason }
  ])
  expect(await showFailure(buildSpec(payment, [check]))).toMatchInlineSnapshot(`
    "
    ✗ checkout reserves stock, then charges                      failed    2.6 s   trace 4bf92f35…0e4736
        span[service.name="payment"]:entry                                           checkout.yaml:11:11
          ✗ attr:payment.amount = 99.99        undetermined
              11 |         - attr:payment.amount = 99.99
                 |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^
              expected 99.99   actual "ninety"   payment · POST /charge  26c6cf03380bb6b1
                "ninety" is a text and 99.99 a number: they cannot be compared
        complete: all parents and callees present, 0.4 s after the last span ended, watched 2.0 s more
        gateway    POST /checkout       ███████████████████████████████████████████████████████   118 ms
        inventory  └ reserve              ██████████████                                           31 ms
        inventory    └ UPDATE stock          █████                                                 12 ms
        pricing    └ GET /quote                                ███████████████████████             49 ms
        pricing      └ SELECT price ×6                          ███ ██ ██ ██ ███ ██              Σ 30 ms
        payment !  └ POST /charge                                                       █████      11 ms
        again, offline:  tracerun check -f checkout.yaml --trace .tracerun/last/checkout.json

    1 test: 1 failed · 4.2 s
    "
  `)
})

test('an empty selection shows the likely cause first, then the steps that led to nothing', async () => {
  const nearest = {
    funnel: ['12 spans in the trace', '1 with service.name "payment"', '0 with name "POST /pay"'],
    candidates: [
      { spanId: charge, text: 'the name is "POST /charge", not "POST /pay"' },
      { spanId: spanIdOf('checkout'), text: 'the service is "gateway", not "payment"' }
    ]
  }
  const checks = [unmatched('count() = 1', nearest), unmatched('attr:payment.amount = 99.99', nearest)]
  const spec = buildSpec('span[service.name="payment" name="POST /pay"]', checks)
  expect(await showFailure(spec)).toMatchInlineSnapshot(`
    "
    ✗ checkout reserves stock, then charges                      failed    2.6 s   trace 4bf92f35…0e4736
        span[service.name="payment" name="POST /pay"]                                checkout.yaml:10:11
          ✗ count() = 1        no span selected
              10 |         - count() = 1
                 |           ^^^^^^^^^^^
              ~ payment · POST /charge: the name is "POST /charge", not "POST /pay"  26c6cf03380bb6b1
                12 spans in the trace
                1 with service.name "payment"
                0 with name "POST /pay"
              ~ gateway · POST /checkout: the service is "gateway", not "payment"  42fbb229c28a2459
          ✗ attr:payment.amount = 99.99        no span selected
              11 |         - attr:payment.amount = 99.99
                 |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^
              for the same reason
        complete: all parents and callees present, 0.4 s after the last span ended, watched 2.0 s more
        gateway ~  POST /checkout       ███████████████████████████████████████████████████████   118 ms
        inventory  └ reserve              ██████████████                                           31 ms
        inventory    └ UPDATE stock          █████                                                 12 ms
        pricing    └ GET /quote                                ███████████████████████             49 ms
        pricing      └ SELECT price ×6                          ███ ██ ██ ██ ███ ██              Σ 30 ms
        payment ~  └ POST /charge                                                       █████      11 ms
        again, offline:  tracerun check -f checkout.yaml --trace .tracerun/last/checkout.json

    1 test: 1 failed · 4.2 s
    "
  `)
})

test('a trace that is not whole leaves checks open, with one reason told once', async () => {
  const reason: Reason = {
    code: 'hole',
    text: 'the trace has a hole: GET /quote called db:5432, whose span never came'
  }
  const failed = buildTest({
    outcome: 'failed',
    trace: shopTrace(1),
    ground: {
      kind: 'incomplete',
      waitedMs: 14_200,
      text: 'incomplete: nothing came for 14.0 s, and a callee is missing'
    },
    holes: [
      {
        kind: 'missing-callee',
        spanId: spanIdOf('quote'),
        text: 'GET /quote called db:5432, whose span never came'
      }
    ],
    specs: [
      buildSpec(payment, [held('count() = 1')]),
      buildSpec('span:error', [undetermined('count() = 0', reason)], { name: 'nothing failed' }),
      buildSpec('span[db.system.name="postgresql"]', [undetermined('count() <= 3', reason)], {
        name: 'no N+1'
      })
    ]
  })
  expect(await showRun([failed])).toMatchInlineSnapshot(`
    "
    ✗ checkout reserves stock, then charges                      failed    2.6 s   trace 4bf92f35…0e4736
        nothing failed  span:error                                                   checkout.yaml:18:22
          ✗ count() = 0        undetermined
              18 |       assertions: [ "count() = 0" ]
                 |                      ^^^^^^^^^^^
              the trace has a hole: GET /quote called db:5432, whose span never came
        no N+1  span[db.system.name="postgresql"]                                    checkout.yaml:15:22
          ✗ count() <= 3        undetermined
              15 |       assertions: [ "count() <= 3", "sum(attr:duration) < 200ms" ]
                 |                      ^^^^^^^^^^^^
              for the same reason
        ✓ 1 other assertion held · ! incomplete: nothing came for 14.0 s, and a callee is missing
        ! GET /quote called db:5432, whose span never came
        gateway    POST /checkout    ███████████████████████████████████████████████████████████  118 ms
        inventory  └ reserve           ████████████████                                            31 ms
        inventory    └ UPDATE stock       ██████                                                   12 ms
        pricing !  └ GET /quote                               █████████████████████████            49 ms
        pricing      └ SELECT price                            ███                                  5 ms
        payment    └ POST /charge                                                       ██████     11 ms
        again, offline:  tracerun check -f checkout.yaml --trace .tracerun/last/checkout.json

    1 test: 1 failed · 4.2 s
    "
  `)
})

test('a test without a trace shows the diagnosis, the way out, and what the response alone decided', async () => {
  const error = new TraceError({
    code: 'TRACE_NOT_FOUND',
    message:
      'no span of this trace came within 30 s\n  14 spans came under other trace ids, from gateway and pricing: gateway starts its own trace',
    hint: 'let gateway take over the traceparent header: OTEL_PROPAGATORS=tracecontext,baggage'
  })
  const check = violated('response:status = 201', [{ holds: false, expected: '201', actual: '200' }], [], {
    location: placeOf('count() = 1')
  })
  const errored = buildTest({ error, durationMs: 30_120, specs: [buildSpec(':root', [check])] })
  expect(await showRun([errored])).toMatchInlineSnapshot(`
    "
    ! checkout reserves stock, then charges                     errored     30 s   trace 4bf92f35…0e4736
        no span of this trace came within 30 s
          14 spans came under other trace ids, from gateway and pricing: gateway starts its own trace
        → let gateway take over the traceparent header: OTEL_PROPAGATORS=tracecontext,baggage
        :root                                                                        checkout.yaml:10:11
          ✗ response:status = 201        actual 200
              10 |         - count() = 1
                 |           ^^^^^^^^^^^

    1 test: 1 errored · 4.2 s
    "
  `)
})

test('skipped tests and specs say why', async () => {
  const specs = [
    buildSpec(payment, [], { name: 'charges', skipped: 'response:status = 200 does not hold: 202' }),
    buildSpec('span:error', [held('count() = 0')])
  ]
  const tests = [
    buildTest({ skipped: 'the sandbox of the bank is down' }),
    buildTest({ specs, ground: COMPLETE })
  ]
  expect(await showRun(tests)).toMatchInlineSnapshot(`
    "
    ○ checkout reserves stock, then charges                     skipped: the sandbox of the bank is down
    ✓ checkout reserves stock, then charges                                              passed    2.6 s
        ○ charges  skipped: response:status = 200 does not hold: 202
        ✓ 1 assertion held · complete: all parents and callees present, 0.4 s after the last span ended,
          watched 2.0 s more

    2 tests: 1 passed, 1 skipped · 4.2 s
    "
  `)
})

test('warnings of a passed test are shown: its own, those of its checks, and specs that only warn', async () => {
  const warned = buildTest({
    ground: COMPLETE,
    warnings: ['the polling profile "slow" is found nowhere; defaults hold'],
    specs: [
      buildSpec('span[db.system.name="postgresql"]', [
        held('count() <= 3', { warnings: ['it holds on an empty selection: 3 spans have db.system'] })
      ]),
      buildSpec(
        payment,
        [
          violated('attr:payment.amount = 99.99', [
            { spanId: charge, holds: false, expected: '99.99', actual: '89.99' }
          ])
        ],
        { severity: 'warning', name: 'amount' }
      )
    ],
    trace: shopTrace(1)
  })
  expect(await showRun([warned])).toMatchInlineSnapshot(`
    "
    ✓ checkout reserves stock, then charges                                              passed    2.6 s
        span[db.system.name="postgresql"]                                            checkout.yaml:15:22
          ✓ count() <= 3
              ! warning: it holds on an empty selection: 3 spans have db.system
        amount  span[service.name="payment"]:entry                                   checkout.yaml:11:11
          ! warning: attr:payment.amount = 99.99
              11 |         - attr:payment.amount = 99.99
                 |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^
              expected 99.99   actual 89.99   payment · POST /charge  26c6cf03380bb6b1
        ✓ 1 other assertion held · complete: all parents and callees present, 0.4 s after the last span
          ended, watched 2.0 s more
        ! warning: the polling profile "slow" is found nowhere; defaults hold

    1 test: 1 passed · 4.2 s
    "
  `)
})

test('an output that found nothing fails the test with the nearest misses', async () => {
  const failed = buildTest({
    outcome: 'failed',
    ground: COMPLETE,
    trace: shopTrace(1),
    outputs: [
      {
        name: 'ORDER_ID',
        location: placeOf('ORDER_ID'),
        isFinal: true,
        outcome: 'unmatched',
        nearest: {
          funnel: ['7 spans in the trace', '0 with name "create order"'],
          candidates: [{ text: 'no name is near "create order"' }]
        }
      }
    ]
  })
  expect(await showRun([failed])).toMatchInlineSnapshot(`
    "
    ✗ checkout reserves stock, then charges                      failed    2.6 s   trace 4bf92f35…0e4736
        ✗ output ORDER_ID   no span selected                                         checkout.yaml:19:22
            ~ no name is near "create order"
              7 spans in the trace
              0 with name "create order"
        complete: all parents and callees present, 0.4 s after the last span ended, watched 2.0 s more
        gateway    POST /checkout    ███████████████████████████████████████████████████████████  118 ms
        inventory  └ reserve           ████████████████                                            31 ms
        inventory    └ UPDATE stock       ██████                                                   12 ms
        pricing    └ GET /quote                               █████████████████████████            49 ms
        pricing      └ SELECT price                            ███                                  5 ms
        payment    └ POST /charge                                                       ██████     11 ms
        again, offline:  tracerun check -f checkout.yaml --trace .tracerun/last/checkout.json

    1 test: 1 failed · 4.2 s
    "
  `)
})

test('a verdict that a late span changed is shown whole, and marked late', async () => {
  const report = nPlusOneTest()
  const output = await showEvents(
    [
      { type: 'run-started', schemaVersion: 1, tests: 1 },
      { type: 'test-finished', report: buildTest({ ground: COMPLETE }) },
      { type: 'test-revised', before: 'passed', lateMs: 1234, report }
    ],
    {},
    buildRun([report])
  )
  expect(output).toMatchInlineSnapshot(`
    "
    ✓ checkout reserves stock, then charges                                              passed    2.6 s
        complete: all parents and callees present, 0.4 s after the last span ended, watched 2.0 s more

    ✗ checkout reserves stock, then charges                      failed    2.6 s   trace 4bf92f35…0e4736
        ! late: passed at first; then a span came 1.2 s after the test had ended
        no N+1  span[db.system.name="postgresql"]                                    checkout.yaml:15:22
          ✗ count() <= 3        actual 7
              15 |       assertions: [ "count() <= 3", "sum(attr:duration) < 200ms" ]
                 |                      ^^^^^^^^^^^^
              6 × SELECT price FROM item WHERE sku = ?      all under  pricing · GET /quote
              1 × UPDATE stock SET reserved = ? WHERE sk…   under  inventory · reserve
        ✓ 5 other assertions held · complete: all parents and callees present, 0.4 s after the last span
          ended, watched 2.0 s more
        gateway      POST /checkout       █████████████████████████████████████████████████████   118 ms
        inventory    └ reserve              ██████████████                                         31 ms
        inventory ✗    └ UPDATE stock         ██████                                               12 ms
        pricing      └ GET /quote                               ██████████████████████             49 ms
        pricing ✗      └ SELECT price ×6                         ███ ██ ██ ██ ██ ██              Σ 30 ms
        payment      └ POST /charge                                                     █████      11 ms
        http://localhost:16686/trace/4bf92f3577b34da6a3ce929d0e0e4736
        again, offline:  tracerun check -f checkout.yaml --trace .tracerun/last/checkout.json

    1 test: 1 failed · 4.2 s
    "
  `)
})

test('an interrupted run reports what was measured', async () => {
  const interrupted = buildTest({
    name: 'payment is retried',
    outcome: 'failed',
    ground: { kind: 'interrupted', waitedMs: 900, text: 'interrupted 0.9 s after the answer' },
    specs: [
      buildSpec('span:error', [
        undetermined('count() = 0', {
          code: 'open',
          text: 'spans could still come when the run was interrupted'
        })
      ])
    ]
  })
  expect(
    await showRun([buildTest(), interrupted], {}, { outcome: 'interrupted', exitCode: 130 })
  ).toMatchInlineSnapshot(`
    "
    ✓ checkout reserves stock, then charges                                              passed    2.6 s

    ✗ payment is retried                                         failed    2.6 s   trace 4bf92f35…0e4736
        span:error                                                                   checkout.yaml:18:22
          ✗ count() = 0        undetermined
              18 |       assertions: [ "count() = 0" ]
                 |                      ^^^^^^^^^^^
              spans could still come when the run was interrupted
        ! interrupted 0.9 s after the answer

    ! interrupted: what was measured until then is above
    2 tests: 1 failed, 1 passed · 4.2 s
    slowest: checkout reserves stock, then charges 2.6 s · payment is retried 2.6 s
    "
  `)
})

test('a run without tests does not look like a success', async () => {
  expect(await showRun([])).toMatchInlineSnapshot(`
    "
    ! no test was run · 4.2 s
    "
  `)
})

function showFailure(spec: ReturnType<typeof buildSpec>, prices = 6): Promise<string> {
  return showRun([
    buildTest({
      outcome: 'failed',
      trace: shopTrace(prices),
      traceId: TRACE_ID,
      ground: COMPLETE,
      specs: [spec]
    })
  ])
}
