import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import type { TestReport } from '../../src/model/run-event.ts'
import { renderTrace } from '../../src/report/trace-drawing.ts'
import { buildSpec, buildTest, COMPLETE, nPlusOneTest, placeOf, violated } from '../support/report-builder.ts'
import { PLAIN_SCREEN, showRun } from '../support/show.ts'
import { type SpanSketch, spanIdOf, triggeredTraceOf } from '../support/trace-builder.ts'

const ESC = '\u001b'

test('at 40 columns everything is still there, without bars', async () => {
  expect(await showRun([nPlusOneTest()], { width: 40 })).toMatchInlineSnapshot(`
    "
    ✗ checkout reserves stock, then charges
      failed    2.6 s
        no N+1
          span[db.system.name="postgresql"]
          checkout.yaml:15:22
          ✗ count() <= 3        actual 7
              15 | … [ "count() <=…
                 |      ^^^^^^^^^^^
              6 × SELECT price FROM i…   all
                under  pricing · GET /quote
              1 × UPDATE stock SET re…
                under  inventory · reserve
        ✓ 5 other assertions held ·
          complete: all parents and callees
          present, 0.4 s after the last span
          ended, watched 2.0 s more
        gateway      POST /checkout   118 ms
        inventory    └ reserve         31 ms
        inventory ✗    └ UPDATE…ock    12 ms
        pricing      └ GET /quote      49 ms
        pricing ✗      └ SELE…ce ×6  Σ 30 ms
        payment      └ POST /charge    11 ms
        http://localhost:16686/trace/4bf92f3577b34da6a3ce929d0e0e4736
        again, offline:  tracerun check -f checkout.yaml --trace .tracerun/last/checkout.json

    1 test: 1 failed · 4.2 s
    "
  `)
})

test('at 80 columns', async () => {
  expect(await showRun([nPlusOneTest()], { width: 80 })).toMatchInlineSnapshot(`
    "
    ✗ checkout reserves stock, then charges  failed    2.6 s   trace 4bf92f35…0e4736
        no N+1  span[db.system.name="postgresql"]                checkout.yaml:15:22
          ✗ count() <= 3        actual 7
              15 |       assertions: [ "count() <= 3", "sum(attr:duration) < 200…
                 |                      ^^^^^^^^^^^^
              6 × SELECT price FROM item WHERE…   all under  pricing · GET /quote
              1 × UPDATE stock SET reserved = …   under  inventory · reserve
        ✓ 5 other assertions held · complete: all parents and callees present, 0.4 s
          after the last span ended, watched 2.0 s more
        gateway      POST /checkout       █████████████████████████████████   118 ms
        inventory    └ reserve             █████████                           31 ms
        inventory ✗    └ UPDATE stock        ███                               12 ms
        pricing      └ GET /quote                       ██████████████         49 ms
        pricing ✗      └ SELECT price ×6                 █ █████████         Σ 30 ms
        payment      └ POST /charge                                    ███     11 ms
        http://localhost:16686/trace/4bf92f3577b34da6a3ce929d0e0e4736
        again, offline:  tracerun check -f checkout.yaml --trace .tracerun/last/checkout.json

    1 test: 1 failed · 4.2 s
    "
  `)
})

test('at 200 columns lines end at 120', async () => {
  expect(await showRun([nPlusOneTest()], { width: 200 })).toMatchInlineSnapshot(`
    "
    ✗ checkout reserves stock, then charges                                          failed    2.6 s   trace 4bf92f35…0e4736
        no N+1  span[db.system.name="postgresql"]                                                        checkout.yaml:15:22
          ✗ count() <= 3        actual 7
              15 |       assertions: [ "count() <= 3", "sum(attr:duration) < 200ms" ]
                 |                      ^^^^^^^^^^^^
              6 × SELECT price FROM item WHERE sku = ?          all under  pricing · GET /quote
              1 × UPDATE stock SET reserved = ? WHERE sku = ?   under  inventory · reserve
        ✓ 5 other assertions held · complete: all parents and callees present, 0.4 s after the last span ended, watched
          2.0 s more
        gateway      POST /checkout       █████████████████████████████████████████████████████████████████████████   118 ms
        inventory    └ reserve              ████████████████████                                                       31 ms
        inventory ✗    └ UPDATE stock           ████████                                                               12 ms
        pricing      └ GET /quote                                        ██████████████████████████████                49 ms
        pricing ✗      └ SELECT price ×6                                  ███  ███ ███ ███ ████ ███                  Σ 30 ms
        payment      └ POST /charge                                                                      ███████       11 ms
        http://localhost:16686/trace/4bf92f3577b34da6a3ce929d0e0e4736
        again, offline:  tracerun check -f checkout.yaml --trace .tracerun/last/checkout.json

    1 test: 1 failed · 4.2 s
    "
  `)
})

test('without Unicode everything of ours is ASCII', async () => {
  const output = await showRun([nPlusOneTest(), buildTest({ skipped: 'later' })], { hasUnicode: false })
  expect(output).toMatch(/^[\x20-\x7e\n]*$/)
  expect(output).toMatchInlineSnapshot(`
    "
    x checkout reserves stock, then charges                    failed    2.6 s   trace 4bf92f35...0e4736
        no N+1  span[db.system.name="postgresql"]                                    checkout.yaml:15:22
          x count() <= 3        actual 7
              15 |       assertions: [ "count() <= 3", "sum(attr:duration) < 200ms" ]
                 |                      ^^^^^^^^^^^^
              6 x SELECT price FROM item WHERE sku = ?      all under  pricing - GET /quote
              1 x UPDATE stock SET reserved = ? WHERE ...   under  inventory - reserve
        + 5 other assertions held - complete: all parents and callees present, 0.4 s after the last span
          ended, watched 2.0 s more
        gateway      POST /checkout       ###################################################     118 ms
        inventory    \` reserve              #############                                          31 ms
        inventory x    \` UPDATE stock         ######                                               12 ms
        pricing      \` GET /quote                               #####################              49 ms
        pricing x      \` SELECT price x6                        ### ## ## ## ## ##             sum 30 ms
        payment      \` POST /charge                                                   #####        11 ms
        http://localhost:16686/trace/4bf92f3577b34da6a3ce929d0e0e4736
        again, offline:  tracerun check -f checkout.yaml --trace .tracerun/last/checkout.json

    o checkout reserves stock, then charges                                               skipped: later

    2 tests: 1 failed, 1 skipped - 4.2 s
    "
  `)
})

test('with colours the text is the same', async () => {
  const plain = await showRun([nPlusOneTest()])
  const colored = await showRun([nPlusOneTest()], { colorLevel: 1 })
  expect(stripVTControlCharacters(colored)).toBe(plain)
  const lines = colored.replaceAll(ESC, '^').split('\n')
  expect(lines.slice(1, 6).join('\n')).toMatchInlineSnapshot(`
    "^[31m✗^[39m ^[1mcheckout reserves stock, then charges^[22m                      ^[31mfailed^[39m    2.6 s^[2m   trace 4bf92f35…0e4736^[22m
        no N+1  ^[36mspan[db.system.name="postgresql"]^[39m                                    ^[2mcheckout.yaml:15:22^[22m
          ^[31m✗ ^[39m^[1mcount() <= 3^[22m        ^[2mactual ^[22m^[1m7^[22m
              ^[2m15 |^[22m       assertions: [ "count() <= 3", "sum(attr:duration) < 200ms" ]
              ^[2m   |^[22m^[31m                      ^^^^^^^^^^^^^[39m"
  `)
})

test('without colours nothing is an escape sequence', async () => {
  expect(await showRun([nPlusOneTest()], { colorLevel: 0 })).not.toContain(ESC)
})

const HOSTILE = `${ESC}[2J${ESC}]0;owned\u0007\r\n✓ all passed\u202egnp.exe\u2066 \u{1f4a5}日本語 e\u0301`

test('what a system puts into its spans cannot act on the terminal', async () => {
  const output = await showRun([hostileTest()])
  expect(output).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u)
  expect(output).toMatchInlineSnapshot(`
    "
    ✗ charges \\u001b[2J\\u001b]0;owned\\u0007\\r\\n✓ all passed\\u202egnp.exe\\u2066 💥日本語 é
      failed    2.6 s
        span[service.name="payment"]:entry                                           checkout.yaml:11:11
          ✗ attr:payment.note = "thanks"
              11 |         - attr:payment.amount = 99.99
                 |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^
              expected "thanks"
              actual   \\u001b[2J\\u001b]0;owned\\u0007\\r\\n✓ all passed\\u202egnp.exe\\u2066 💥日本語 é
                \\u001b[2J\\u001b]0;owned\\u00… é · POST /charge  26c6cf03380bb6b1
        complete: all parents and callees present, 0.4 s after the last span ended, watched 2.0 s more
        ! warning: \\u001b[2J\\u001b]0;owned\\u0007\\r\\n✓ all passed\\u202egnp.exe\\u2066 💥日本語 é
        gateway               \\u001b[2J\\u001b]0;owned…066 💥日本語 é  ██████████████████████████  118 ms
        \\u001b[2J\\u…本語 é ✗  └ POST /charge                                     ████              20 ms
        again, offline:  tracerun check -f checkout.yaml --trace .tracerun/last/checkout.json

    1 test: 1 failed · 4.2 s
    "
  `)
})

function hostileTest(): TestReport {
  const trace = triggeredTraceOf(
    { id: 'checkout', parent: 'trigger', service: 'gateway', name: HOSTILE, at: 0, ms: 118 },
    { id: 'charge', parent: 'checkout', service: HOSTILE, name: 'POST /charge', at: 50, ms: 20 }
  )
  const check = violated(
    'attr:payment.note = "thanks"',
    [{ spanId: spanIdOf('charge'), holds: false, expected: '"thanks"', actual: HOSTILE }],
    [],
    { location: placeOf('attr:payment.amount = 99.99') }
  )
  return buildTest({
    name: `charges ${HOSTILE}`,
    outcome: 'failed',
    trace,
    ground: COMPLETE,
    warnings: [HOSTILE],
    specs: [buildSpec('span[service.name="payment"]:entry', [check])]
  })
}

test('long values are shortened in the middle, or before the first difference', async () => {
  const body = (amount: string): string =>
    `{"items":[${'{"sku":"SKU-1","quantity":1},'.repeat(40)}],"amount":${amount}}`
  const checks = [
    violated(
      'attr:payment.body = var:BODY',
      [{ spanId: spanIdOf('charge'), holds: false, expected: body('99.99'), actual: body('89.99') }],
      [],
      { location: placeOf('attr:payment.amount = 99.99') }
    ),
    violated(
      'attr:payment.body starts-with "["',
      [{ spanId: spanIdOf('charge'), holds: false, expected: '"["', actual: body('89.99') }],
      [],
      { location: placeOf('count() = 1') }
    )
  ]
  const trace = triggeredTraceOf({
    id: 'charge',
    parent: 'trigger',
    service: 'payment',
    name: 'POST /charge',
    ms: 9
  })
  const specs = [buildSpec('span[service.name="payment"]:entry', checks)]
  expect(await showRun([buildTest({ outcome: 'failed', trace, specs })])).toMatchInlineSnapshot(`
    "
    ✗ checkout reserves stock, then charges                      failed    2.6 s   trace 4bf92f35…0e4736
        span[service.name="payment"]:entry                                           checkout.yaml:11:11
          ✗ attr:payment.body = var:BODY
              11 |         - attr:payment.amount = 99.99
                 |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^
              expected …,"amount":99.99} (1,187 characters, differs after 1181)
              actual   …,"amount":89.99} (1,187 characters, differs after 1181)
                payment · POST /charge  26c6cf03380bb6b1
          ✗ attr:payment.body starts-with "["
              10 |         - count() = 1
                 |           ^^^^^^^^^^^
              expected "["
              actual   {"items":[{"sku":"SKU-1","quantity":1…ty":1},],"amount":89.99} (1,187 characters)
                payment · POST /charge  26c6cf03380bb6b1
        payment ✗  POST /charge  █████████████████████████████████████████████████████████████████  9 ms
        again, offline:  tracerun check -f checkout.yaml --trace .tracerun/last/checkout.json

    1 test: 1 failed · 4.2 s
    "
  `)
})

/** A gateway that asks three services, each of which asks its database again and again: 41 spans and the trigger. */
function realisticTrace(): readonly SpanSketch[] {
  const sketches: SpanSketch[] = [
    { id: 'checkout', parent: 'trigger', service: 'gateway', name: 'POST /checkout', at: 0, ms: 400 }
  ]
  const services = ['inventory', 'pricing', 'payment']
  for (const [at, service] of services.entries()) {
    const start = 5 + at * 130
    sketches.push(
      {
        id: `call-${service}`,
        parent: 'checkout',
        service: 'gateway',
        name: `POST ${service}`,
        at: start,
        ms: 125
      },
      { id: service, parent: `call-${service}`, service, name: `POST /${service}`, at: start + 2, ms: 120 }
    )
    for (let query = 0; query < 11; query++)
      sketches.push({
        id: `${service}-${query}`,
        parent: service,
        service,
        name: query % 2 === 0 ? 'SELECT item' : 'UPDATE stock',
        at: start + 4 + query * 10,
        ms: 6,
        error: service === 'payment' && query === 10
      })
  }
  sketches.push({ id: 'mail', parent: 'lost', service: 'mail', name: 'send receipt', at: 390, open: true })
  return sketches
}

test('a trace of 41 spans is drawn with its repeats collapsed', () => {
  const trace = triggeredTraceOf(...realisticTrace())
  expect(trace.spans).toHaveLength(42)
  expect(`\n${renderTrace(trace, PLAIN_SCREEN)}`).toMatchInlineSnapshot(`
    "
    trace 4bf92f3577b34da6a3ce929d0e0e4736  41 spans
    gateway    POST /checkout                 █████████████████████████████████████████████       400 ms
    gateway    └ POST inventory                ██████████████                                     125 ms
    inventory    └ POST /inventory             █████████████                                      120 ms
    inventory      └ SELECT item ×6            ▏ ▏  ▏ ▏ ▏ ▏                                      Σ 36 ms
    inventory      └ UPDATE stock ×5            ▏ ▏  ▏ ▏ ▏                                       Σ 30 ms
    gateway    └ POST pricing                                ██████████████                       125 ms
    pricing      └ POST /pricing                             ██████████████                       120 ms
    pricing        └ SELECT item ×6                           ▏ ▏ ▏ ▏  ▏ ▏                       Σ 36 ms
    pricing        └ UPDATE stock ×5                           ▏ ▏ ▏  ▏ ▏                        Σ 30 ms
    gateway    └ POST payment                                               ██████████████        125 ms
    payment      └ POST /payment                                            ██████████████        120 ms
    payment        └ SELECT item ×5                                         ▏  ▏ ▏ ▏ ▏           Σ 30 ms
    payment        └ UPDATE stock ×5                                         ▏  ▏ ▏ ▏ ▏          Σ 30 ms
    payment        └ SELECT item (error)                                                ▏           6 ms
    mail       send receipt (parent missing)                                              █  in progress
    "
  `)
})

test('a failed test on 10,000 spans shows the spans concerned and what is above them', async () => {
  const sketches: SpanSketch[] = [
    { id: 'checkout', parent: 'trigger', service: 'gateway', name: 'POST /checkout', at: 0, ms: 20_000 }
  ]
  for (let at = 1; at < 10_000; at++)
    sketches.push({
      id: `span-${at}`,
      parent: at < 100 ? 'checkout' : `span-${Math.floor(at / 10)}`,
      service: `service-${at % 7}`,
      name: `step ${at}`,
      at,
      ms: 15
    })
  const check = violated(
    'attr:duration < 10ms',
    [{ spanId: spanIdOf('span-7654'), holds: false, expected: '10ms', actual: '15ms' }],
    [],
    { location: placeOf('count() = 1') }
  )
  const specs = [buildSpec('span[name="step 7654"]', [check])]
  const trace = triggeredTraceOf(...sketches)
  const output = await showRun([buildTest({ outcome: 'failed', trace, specs })])
  expect(output).toMatchInlineSnapshot(`
    "
    ✗ checkout reserves stock, then charges                      failed    2.6 s   trace 4bf92f35…0e4736
        span[name="step 7654"]                                                       checkout.yaml:10:11
          ✗ attr:duration < 10ms
              10 |         - count() = 1
                 |           ^^^^^^^^^^^
              expected 10ms   actual 15ms   service-3 · step 7654  a4dbf4251bc77cd4
        gateway      POST /checkout            ██████████████████████████████████████████████████   20 s
                       … 7,335 more spans
        service-6    └ step 76                 ▏                                                   15 ms
                         … 55 more spans
        service-2      └ step 765                ▏                                                 15 ms
                           … 4 more spans
        service-3 ✗      └ step 7654                              ▏                                15 ms
                           … 2,602 more spans
        again, offline:  tracerun check -f checkout.yaml --trace .tracerun/last/checkout.json

    1 test: 1 failed · 4.2 s
    "
  `)
})
