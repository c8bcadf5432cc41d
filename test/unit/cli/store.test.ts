import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { decodeSavedRecord } from '../../../src/cli/saved-record.ts'
import type { Store } from '../../../src/cli/store.ts'
import { createStore } from '../../../src/cli/store.ts'
import { createMask } from '../../../src/model/mask.ts'
import type { RunReport, TestReport } from '../../../src/model/run-event.ts'
import { decodeOtlpJson } from '../../../src/otlp/decode.ts'
import { buildRun, buildTest, COMPLETE, nPlusOneTest, shopTrace } from '../../support/report-builder.ts'

let cwd: string
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'tracerun-store-'))
})
afterEach(() => rm(cwd, { recursive: true, force: true }))

async function saveRun(
  tests: readonly TestReport[],
  options: { runId?: string; secrets?: readonly string[]; report?: RunReport } = {}
): Promise<{ store: Store; failure: string | undefined }> {
  const store = createStore({ cwd, mask: createMask(options.secrets), runId: options.runId ?? 'first' })
  store.onEvent({ type: 'run-started', schemaVersion: 1, tests: tests.length })
  for (const report of tests) store.onEvent({ type: 'test-finished', report })
  const report = options.report ?? buildRun(tests)
  store.onEvent({ type: 'run-finished', report })
  return { store, failure: await store.close() }
}

async function load(name: string): Promise<Record<string, object>> {
  return JSON.parse(await readFile(join(cwd, '.tracerun/last', name), 'utf8'))
}

test('what a run leaves out and did not pass before is not forgotten', async () => {
  const remembered = [buildTest({ id: 'cart', name: 'cart', outcome: 'failed' })]
  const store = createStore({ cwd, mask: createMask(), runId: 'first', remembered })
  store.onEvent({ type: 'run-finished', report: buildRun([buildTest({ name: 'pay' })]) })
  await store.close()
  expect(await load('unpassed.ndjson')).toMatchObject({ name: 'cart' })
})

describe('a run that was saved', () => {
  test('is a file of OTLP JSON a test, with the record beside the spans, and the events', async () => {
    const report = nPlusOneTest({
      variables: new Map([['SKU', 'SKU-1']]),
      generated: new Map([['uuid()#1', '0e4736']]),
      response: { status: 200, headers: [{ key: 'x', value: 'y' }], body: '{}' },
      responseDurationNanos: 120_000_000n,
      runWarnings: ['a callee is missing']
    })
    const { store, failure } = await saveRun([report])
    expect(failure).toBeUndefined()
    expect(store.pathOf(report)).toBe('.tracerun/last/checkout.json')
    const document = await load('checkout.json')
    expect(decodeOtlpJson(document).map(span => span.spanId)).toEqual(
      report.trace!.spans.map(span => span.spanId)
    )
    expect(decodeSavedRecord(document)).toEqual({
      testId: 'checkout',
      testName: report.name,
      attempt: 1,
      startedUnixNano: report.startedUnixNano,
      durationMs: 2600,
      traceId: report.traceId,
      triggerSpanId: report.trace!.spans[0]!.spanId,
      joinedTraceIds: [],
      response: report.response,
      responseDurationNanos: 120_000_000n,
      variables: new Map([['SKU', 'SKU-1']]),
      generated: new Map([['uuid()#1', '0e4736']]),
      ground: COMPLETE,
      holes: [],
      losses: [],
      warnings: ['a callee is missing'],
      isMasked: false
    })
    const events = (await readFile(join(cwd, '.tracerun/last/run.ndjson'), 'utf8')).trim().split('\n')
    expect(events.map(line => JSON.parse(line).type)).toEqual([
      'run-started',
      'test-finished',
      'run-finished'
    ])
  })

  test('replaces the one before whole, and leaves nothing else behind', async () => {
    await saveRun([buildTest({ id: 'cart' }), buildTest({ id: 'checkout' })])
    await saveRun([buildTest({ id: 'payment' })], { runId: 'second' })
    expect(await readdir(join(cwd, '.tracerun/last'))).toEqual([
      'payment.json',
      'report.json',
      'run.ndjson',
      'unpassed.ndjson'
    ])
    expect((await readdir(join(cwd, '.tracerun'))).sort()).toEqual(['.gitignore', 'last'])
    expect(await readFile(join(cwd, '.tracerun/.gitignore'), 'utf8')).toBe('*\n')
  })

  test('has the last word on each test: what came after it had finished is in the file', async () => {
    const early = buildTest({ trace: shopTrace(1) })
    const late = buildTest({ trace: shopTrace(6) })
    const store = createStore({ cwd, mask: createMask(), runId: 'first' })
    store.onEvent({ type: 'test-finished', report: early })
    store.onEvent({ type: 'trace-grown', report: late })
    expect(await store.close()).toBeUndefined()
    expect(decodeOtlpJson(await load('checkout.json'))).toHaveLength(late.trace!.spans.length)
  })

  test('keeps attempts apart, and tests whose names differ in case alone', async () => {
    const tests = [buildTest({ attempt: 1 }), buildTest({ attempt: 2 }), buildTest({ id: 'Checkout' })]
    await saveRun(tests)
    expect((await readdir(join(cwd, '.tracerun/last'))).sort()).toEqual([
      'Checkout-2.json',
      'checkout-attempt-2.json',
      'checkout.json',
      'report.json',
      'run.ndjson',
      'unpassed.ndjson'
    ])
  })

  test('holds no secret, and says that something is hidden', async () => {
    const secret = 'hunter-22'
    const report = buildTest({
      response: { headers: [], body: JSON.stringify({ token: secret }) },
      variables: new Map([['TOKEN', secret]]),
      runWarnings: [`sent ${Buffer.from(`u:${secret}`).toString('base64')}`]
    })
    await saveRun([report], { secrets: [secret] })
    const document = await load('checkout.json')
    expect(decodeSavedRecord(document)).toMatchObject({
      isMasked: true,
      variables: new Map([['TOKEN', '***']])
    })
    for (const name of await readdir(join(cwd, '.tracerun/last'))) {
      const text = await readFile(join(cwd, '.tracerun/last', name), 'utf8')
      expect(text).not.toContain(secret)
      expect(text).not.toContain(Buffer.from(secret).toString('base64').slice(0, 10))
    }
  })

  test('of an errored test tells the error', async () => {
    const error = Object.assign(new Error('no trace'), { code: 'TRACE_NOT_FOUND', hint: undefined })
    await saveRun([buildTest({ error: error as never })])
    expect(decodeSavedRecord(await load('checkout.json'))).toMatchObject({
      error: { message: 'no trace' }
    })
  })

  test.each<[key: string, value: unknown, complaint: string]>([
    ['schemaVersion', 99, 'its record has version 99, and tracerun'],
    ['response', { headers: null, status: '200?' }, 'at $.tracerun.response.status'],
    ['response', { headers: [7] }, '7 where an object must be at $.tracerun.response.headers[0]'],
    ['ground', { waitedMs: 1 }, 'nothing where one of structural, quiet,'],
    ['ground', { kind: 'hoped', waitedMs: 1 }, '"hoped" where one of structural, quiet,'],
    ['losses', ['links', 'spans'], 'at $.tracerun.losses[1]'],
    ['holes', [null], 'nothing where an object must be at $.tracerun.holes[0]'],
    ['triggerSpanId', 'xyz', '"xyz" where an id must be at $.tracerun.triggerSpanId'],
    ['variables', { SKU: 1 }, '1 where a string must be at $.tracerun.variables.SKU'],
    ['isMasked', undefined, 'at $.tracerun.isMasked']
  ])('whose %s has become %j is refused, with the place', async (key, value, complaint) => {
    await saveRun([buildTest({ trace: shopTrace(1) })])
    const document = await load('checkout.json')
    Object.assign(document['tracerun']!, { [key]: value })
    expect(() => decodeSavedRecord(document)).toThrow(complaint)
  })
})

test('a run that cannot be saved says so, and the one before stays', async () => {
  await saveRun([buildTest()])
  const store = createStore({ cwd, mask: createMask(), runId: 'second' })
  // A folder where a file must be: fails for root too, whom permissions do not stop.
  await mkdir(join(cwd, '.tracerun/.next-second/checkout.json'), { recursive: true })
  store.onEvent({ type: 'test-finished', report: buildTest() })
  expect(await store.close()).toBe(
    'the run could not be saved in .tracerun/last, so `check` cannot judge it again: EISDIR: illegal operation on a directory'
  )
  expect(await readdir(join(cwd, '.tracerun/last'))).toEqual([
    'checkout.json',
    'report.json',
    'run.ndjson',
    'unpassed.ndjson'
  ])
})

test('a place where nothing can be written is a sentence, not an error', async () => {
  await writeFile(join(cwd, '.tracerun'), 'a file')
  const { store, failure } = await saveRun([buildTest()])
  expect(failure).toMatch(/could not be saved/)
  expect(store.pathOf(buildTest())).toBeUndefined()
})

test('what killed processes have left is removed after a day', async () => {
  const stale = join(cwd, '.tracerun/.next-killed')
  const recent = join(cwd, '.tracerun/.next-running')
  await mkdir(stale, { recursive: true })
  await mkdir(recent, { recursive: true })
  await utimes(stale, 1, 1)
  await saveRun([])
  expect((await readdir(join(cwd, '.tracerun'))).sort()).toEqual(['.gitignore', '.next-running', 'last'])
})

test('a document without a record has none', () => {
  expect(decodeSavedRecord({ resourceSpans: [] })).toBeUndefined()
})
