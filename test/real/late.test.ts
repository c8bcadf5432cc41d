import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JsonTest } from '../../src/report/json-report.ts'
import { type Shop, startDemoShop } from '../support/shop.ts'
import { type OpenPath, PATHS } from './paths.ts'
import { type Relay, startRelay } from './relay.ts'
import { evidenceOf, judge } from './shop-on-path.ts'

const NAMES = ['embedded, HTTP protobuf', 'Jaeger v3', 'Zipkin', 'Tempo v2', 'file']
const TESTED = PATHS.filter(({ name }) => NAMES.includes(name))
const DECLARED = { flushDelay: '200ms' }
const SHOPS = {
  ordinary: {},
  asksLate: { env: { SHOP_ASK_AGAIN_AFTER_MS: '5000' } },
  hasSlowService: { envOf: { inventory: { OTEL_BSP_SCHEDULE_DELAY: '5000' } } }
}

let folder: string
const lines: string[] = []
const paths = new Map<string, OpenPath>()
const shops = new Map<keyof typeof SHOPS, { readonly shop: Shop; readonly relay: Relay }>()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tracerun-late-'))
  for (const { name, lacks, open } of TESTED) if (lacks.length === 0) paths.set(name, await open())
  const zipkin = paths.get('Zipkin')?.env
  const env = { ...zipkin, OTEL_TRACES_EXPORTER: zipkin === undefined ? 'otlp' : 'otlp,zipkin' }
  for (const name of ['ordinary', 'asksLate', 'hasSlowService'] as const) {
    const relay = await startRelay()
    const options = { env: {}, ...SHOPS[name] }
    const shop = await startDemoShop({
      ...options,
      otlpEndpoint: relay.url,
      env: { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf', ...env, ...options.env }
    })
    shops.set(name, { shop, relay })
  }
})
afterAll(async () => {
  process.stdout.write(`\n${lines.join('\n')}\n`)
  for (const { shop, relay } of shops.values()) {
    await shop.stop()
    await relay[Symbol.asyncDispose]()
  }
  for (const path of paths.values()) await path[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

/** A checkout whose checks all hold of a trace in which nothing has come yet. */
function checkout(fault: string, more: object = {}): object {
  const bound = (selector: string, assertion: string): object => ({ selector, assertions: [assertion] })
  return {
    type: 'Test',
    spec: {
      name: fault,
      ...more,
      trigger: {
        type: 'http',
        httpRequest: {
          method: 'POST',
          url: '${HOST}/checkout',
          headers: [
            { key: 'content-type', value: 'application/json' },
            { key: 'x-fault', value: fault }
          ],
          body: '{"sku":"SKU-1","quantity":1}'
        }
      },
      specs: [
        bound('span:error', 'count() = 0'),
        bound('span[service.name="shipping"]:entry', 'count() <= 1'),
        bound('span[service.name="pricing"] span[db.system.name="postgresql"]', 'count() <= 3')
      ]
    }
  }
}

async function runOn(
  pathName: string,
  shopName: keyof typeof SHOPS,
  tests: readonly object[],
  settings = {}
): Promise<readonly JsonTest[]> {
  const path = paths.get(pathName)!
  const { shop, relay } = shops.get(shopName)!
  relay.sendTo(path.otlpEndpoint)
  const file = join(folder, 'tests.yaml')
  await writeFile(file, tests.map(definition => JSON.stringify(definition)).join('\n---\n'))
  return (await judge(shop, file, { ...path.settings, ...settings })).tests
}

/** The outcome of each test, with what it rests on where it is another than it should be. */
function expectOutcomes(tests: readonly JsonTest[], outcomes: Readonly<Record<string, string>>): void {
  const found = Object.fromEntries(tests.map(({ name, outcome }) => [name, outcome]))
  expect(found, JSON.stringify(tests.map(evidenceOf), undefined, 2)).toEqual(outcomes)
}

function note(path: string, what: string, tests: readonly JsonTest[]): void {
  const texts = tests.map(({ name, outcome, completeness, warnings }) => {
    const late = warnings.find(text => text.startsWith('late: '))
    return `${name} ${outcome} (${completeness.ground ?? 'no ground'}, ${((completeness.waitedMs ?? 0) / 1000).toFixed(1)} s${late === undefined ? '' : `, ${late}`})`
  })
  lines.push(`${path}: ${what}: ${texts.join('; ')}`)
}

describe.each(TESTED.filter(({ lacks }) => lacks.length === 0))('$name', ({ name }) => {
  test('a second shipment is seen that comes a second after the answer', async () => {
    const tests = await runOn(name, 'ordinary', [checkout('ship-twice'), checkout('none')], DECLARED)
    note(name, 'second shipment after 1 s', tests)
    expectOutcomes(tests, { 'ship-twice': 'failed', none: 'passed' })
  })

  test('a second shipment after the verdict turns it while other tests run', async () => {
    const longer = checkout('none', { absenceWindow: '7s' })
    const tests = await runOn(name, 'asksLate', [checkout('ship-twice'), longer], DECLARED)
    note(name, 'second shipment after 5 s', tests)
    expectOutcomes(tests, { 'ship-twice': 'failed', none: 'passed' })
  })

  test('nothing passes by a declared delay that one service does not keep', async () => {
    const tests = await runOn(name, 'hasSlowService', [checkout('swallowed-error')], DECLARED)
    note(name, 'one service after 5 s, 200 ms declared', tests)
    expectOutcomes(tests, { 'swallowed-error': 'failed' })
  })

  test('a service that sends 5 s after the others is waited for, and what it hides is seen', async () => {
    const tests = await runOn(name, 'hasSlowService', [checkout('swallowed-error'), checkout('none')])
    note(name, 'one service after 5 s, nothing declared', tests)
    expectOutcomes(tests, { 'swallowed-error': 'failed', none: 'passed' })
  })
})
