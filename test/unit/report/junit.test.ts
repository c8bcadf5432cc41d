import { expect, test } from 'vitest'
import { TraceError } from '../../../src/errors/errors.ts'
import type { RunReport, TestReport } from '../../../src/model/run-event.ts'
import { renderJunit } from '../../../src/report/junit.ts'
import { projectRun } from '../../../src/report/projection.ts'
import { junitFaults } from '../../support/junit-schema.ts'
import {
  buildRun,
  buildSpec,
  buildTest,
  COMPLETE,
  nPlusOneTest,
  shopTrace,
  undetermined,
  unmatched,
  violated
} from '../../support/report-builder.ts'
import { spanIdOf } from '../../support/trace-builder.ts'

const charge = spanIdOf('charge')

function junitOf(tests: readonly TestReport[], facts: Partial<RunReport> = {}): string {
  return renderJunit(projectRun(buildRun(tests, facts)))
}

const NOT_FOUND = new TraceError({
  code: 'TRACE_NOT_FOUND',
  message: 'no span of the tested system came within 30 s',
  hint: 'does it export to http://localhost:4318?'
})

const amountTest = (facts: Partial<TestReport> = {}): TestReport =>
  buildTest({
    outcome: 'failed',
    trace: shopTrace(),
    ground: COMPLETE,
    specs: [
      buildSpec('span[service.name="payment"]:entry', [
        violated('attr:payment.amount = 99.99', [
          { spanId: charge, holds: false, expected: '99.99', actual: '89.99' }
        ])
      ])
    ],
    ...facts
  })

test('each outcome has its element, with what was expected, what came and why', async () => {
  const suite = { id: 'shop', name: 'the shop', step: 1, steps: 2 }
  const xml = junitOf([
    buildTest({ ground: COMPLETE }),
    nPlusOneTest({ name: 'no N+1' }),
    buildTest({ id: 'b', name: 'the cart is empty', error: NOT_FOUND }),
    buildTest({ id: 'c', name: 'refunds', skipped: 'not built yet', tags: [] }),
    amountTest({ id: 'd', name: 'pays', suite }),
    buildTest({
      id: 'e',
      name: 'ships',
      suite: { ...suite, step: 2 },
      attempt: 2,
      earlier: [amountTest({ id: 'e', name: 'ships' })],
      warnings: ['spans came late']
    })
  ])
  expect(await junitFaults(xml)).toEqual([])
  expect(xml).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="tracerun" tests="6" failures="2" errors="1" time="4.200">
    <testsuite name="checkout.yaml" tests="4" failures="1" errors="1" skipped="1" time="10.400" timestamp="2023-11-14T22:13:20.000Z" file="checkout.yaml">
    <testcase name="checkout reserves stock, then charges" classname="checkout" time="2.600">
    <system-out>file: checkout.yaml
    line: 1
    tags: smoke
    attempt: 1
    traceId: 4bf92f3577b34da6a3ce929d0e0e4736
    completeness: structural, complete: all parents and callees present, 0.4 s after the last span ended, watched 2.0 s more
    </system-out>
    </testcase>
    <testcase name="no N+1" classname="checkout" time="2.600">
    <failure type="violated" message="no N+1: count() &lt;= 3: actual 7">no N+1  span[db.system.name=&quot;postgresql&quot;]                                        checkout.yaml:15:22
      ✗ count() &lt;= 3   actual 7
    ✓ 5 other assertions held · complete: all parents and callees present, 0.4 s after the last span
      ended, watched 2.0 s more

    http://localhost:16686/trace/4bf92f3577b34da6a3ce929d0e0e4736
    </failure>
    <system-out>file: checkout.yaml
    line: 1
    tags: smoke
    attempt: 1
    traceId: 4bf92f3577b34da6a3ce929d0e0e4736
    traceUrl: http://localhost:16686/trace/4bf92f3577b34da6a3ce929d0e0e4736
    completeness: structural, complete: all parents and callees present, 0.4 s after the last span ended, watched 2.0 s more
    </system-out>
    </testcase>
    <testcase name="the cart is empty" classname="checkout" time="2.600">
    <error type="TRACE_NOT_FOUND" message="no span of the tested system came within 30 s">no span of the tested system came within 30 s
    → does it export to http://localhost:4318?
    </error>
    <system-out>file: checkout.yaml
    line: 1
    tags: smoke
    attempt: 1
    traceId: 4bf92f3577b34da6a3ce929d0e0e4736
    </system-out>
    </testcase>
    <testcase name="refunds" classname="checkout" time="2.600">
    <skipped message="not built yet"/>
    <system-out>file: checkout.yaml
    line: 1
    attempt: 1
    traceId: 4bf92f3577b34da6a3ce929d0e0e4736
    </system-out>
    </testcase>
    </testsuite>
    <testsuite name="the shop" tests="2" failures="1" errors="0" skipped="0" time="5.200" timestamp="2023-11-14T22:13:20.000Z" file="checkout.yaml">
    <testcase name="pays" classname="the shop" time="2.600">
    <failure type="violated" message="attr:payment.amount = 99.99: actual 89.99 on POST /charge">span[service.name=&quot;payment&quot;]:entry                                               checkout.yaml:11:11
      ✗ attr:payment.amount = 99.99
          expected 99.99   actual 89.99   payment · POST /charge  26c6cf03380bb6b1
    complete: all parents and callees present, 0.4 s after the last span ended, watched 2.0 s more
    </failure>
    <system-out>file: checkout.yaml
    line: 1
    tags: smoke
    attempt: 1
    traceId: 4bf92f3577b34da6a3ce929d0e0e4736
    completeness: structural, complete: all parents and callees present, 0.4 s after the last span ended, watched 2.0 s more
    </system-out>
    </testcase>
    <testcase name="ships" classname="the shop" time="2.600">
    <flakyFailure type="violated" message="attempt 1: attr:payment.amount = 99.99: actual 89.99 on POST /charge">
    <stackTrace>span[service.name=&quot;payment&quot;]:entry                                               checkout.yaml:11:11
      ✗ attr:payment.amount = 99.99
          expected 99.99   actual 89.99   payment · POST /charge  26c6cf03380bb6b1
    complete: all parents and callees present, 0.4 s after the last span ended, watched 2.0 s more
    </stackTrace>
    </flakyFailure>
    <system-out>file: checkout.yaml
    line: 1
    tags: smoke
    attempt: 2
    traceId: 4bf92f3577b34da6a3ce929d0e0e4736
    warning: spans came late
    </system-out>
    </testcase>
    </testsuite>
    </testsuites>
    "
  `)
})

test('an undetermined check and one that matched no span are failures', async () => {
  const xml = junitOf([
    buildTest({
      outcome: 'failed',
      specs: [
        buildSpec('span', [undetermined('count() = 0', { code: 'hole', text: 'a callee is missing' })]),
        buildSpec('span', [
          unmatched('count() = 1', { funnel: ['0 spans'], candidates: [{ text: 'renamed to pay' }] })
        ])
      ]
    })
  ])
  expect(await junitFaults(xml)).toEqual([])
  expect(xml).toContain('<failure type="undetermined" message="count() = 0: undetermined, and 1 more">')
  expect(xml).toContain('a callee is missing')
  expect(xml).toContain('renamed to pay')
})

test('attempts of a test that passed at last are flaky, of one that never passed they were run again', async () => {
  const earlier = [amountTest(), buildTest({ attempt: 2, error: NOT_FOUND })]
  const flaky = junitOf([buildTest({ attempt: 3, earlier })])
  expect(await junitFaults(flaky)).toEqual([])
  expect(flaky).toContain('<flakyFailure type="violated" message="attempt 1: attr:payment.amount = 99.99')
  expect(flaky).toContain('<flakyError type="TRACE_NOT_FOUND" message="attempt 2: ')
  expect(flaky).toContain('tests="1" failures="0" errors="0"')
  const failed = junitOf([amountTest({ attempt: 3, earlier })])
  expect(await junitFaults(failed)).toEqual([])
  expect(failed.match(/<(?:failure|rerun\w+) /g)).toEqual(['<failure ', '<rerunFailure ', '<rerunError '])
})

test('what XML cannot hold is shown, and nothing ends an element before its time', async () => {
  const nasty = 'a\u0000b\u001b[31m ]]> <&"\'> \ud800 \ufffe \u0085 \u{1f600} x\ty\r\nz'
  const xml = junitOf([
    amountTest({ id: 'a', name: nasty, tags: [nasty] }),
    buildTest({
      id: 'b',
      name: 'errored',
      error: new TraceError({ code: 'TRACE_NOT_FOUND', message: nasty, hint: nasty })
    }),
    buildTest({ id: 'c', name: 'skipped', skipped: nasty }),
    buildTest({ id: 'd', name: 'warned', warnings: [nasty], traceUrl: `http://x/?a=1&b=${nasty}` })
  ])
  expect(await junitFaults(xml)).toEqual([])
  expect(xml).toContain("a\\u0000b\\u001b[31m ]]&gt; &lt;&amp;&quot;'&gt; \\ud800 \\ufffe")
  expect(xml).toContain('\u{1f600} x&#9;y&#13;&#10;z')
})

test('tests of one name in one file are told apart: readers drop all but the first', async () => {
  const xml = junitOf([
    buildTest({ id: 'a' }),
    buildTest({ id: 'b' }),
    buildTest({ id: 'c-1', name: 'x', repetition: { test: 'c', number: 1, of: 2 } }),
    buildTest({ id: 'c-2', name: 'x', repetition: { test: 'c', number: 2, of: 2 } })
  ])
  expect(await junitFaults(xml)).toEqual([])
  expect([...xml.matchAll(/<testcase name="([^"]*)"/g)].map(match => match[1])).toEqual([
    'checkout reserves stock, then charges',
    'checkout reserves stock, then charges (2)',
    'x (1 of 2)',
    'x (2 of 2)'
  ])
})

test('a run that failed although every test passed has a case that failed', async () => {
  const xml = junitOf([buildTest()], {
    outcome: 'failed',
    warnings: ['not forwarded', 'failed by --strict: the run has warnings']
  })
  expect(await junitFaults(xml)).toEqual([])
  expect(xml).toContain('tests="2" failures="0" errors="1"')
  expect(xml).toContain('<error type="failed" message="failed by --strict: the run has warnings">')
  expect(junitOf([buildTest()], { outcome: 'interrupted' })).toContain('message="the run was interrupted"')
})

test.each([
  ['tests/checkout.yaml', 'tests.checkout'],
  ['..\\more\\cart.v2.yml', 'more.cart_v2'],
  ['-', '-']
])('the class of a test in %s is %s', (name, className) => {
  const test = buildTest()
  const location = { ...test.location, source: { ...test.location.source, name } }
  expect(junitOf([buildTest({ location })])).toContain(`classname="${className}"`)
})

test('names the shard, so that reports of several can be told apart', async () => {
  const xml = junitOf([buildTest()], { shard: { index: 2, count: 4 } })
  expect(await junitFaults(xml)).toEqual([])
  expect(xml).toContain('<property name="shard" value="2/4"/>')
})
