import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JsonTest } from '../../src/report/json-report.ts'
import { pathOf } from './components.ts'
import { PATHS } from './paths.ts'
import { startKafka } from './servers/kafka.ts'
import { startRabbitMq } from './servers/rabbitmq.ts'
import { evidenceOf, type ShopOnPath, startShopOn } from './shop-on-path.ts'

const QUEUE = 'orders-paid'
const TIMES = Number(process.env['TIMES'] ?? 3)
const FAULTS = ['none', 'ship-twice', 'lost-event'] as const
type Fault = (typeof FAULTS)[number]

interface Broker extends AsyncDisposable {
  /** How the shop is told of it. */
  readonly env: Readonly<Record<string, string>>
  /** A trigger that hands an order straight to shipping. */
  trigger(fault: Fault): object
}

const MESSAGE = JSON.stringify({ orderId: '$' + '{uuid()}' })
const headersOf = (fault: Fault): readonly object[] => [{ key: 'x-fault', value: fault }]

const BROKERS = {
  kafka: async (path: string): Promise<Broker> => {
    const kafka = await startKafka(path, { topics: [{ topic: QUEUE }] })
    return {
      env: { KAFKA_BROKER: kafka.plaintext },
      trigger: fault => ({
        type: 'kafka',
        kafka: {
          brokerUrls: [kafka.plaintext],
          topic: QUEUE,
          messageValue: MESSAGE,
          headers: headersOf(fault)
        }
      }),
      [Symbol.asyncDispose]: () => kafka[Symbol.asyncDispose]()
    }
  },
  rabbitmq: async (path: string): Promise<Broker> => {
    const rabbit = await startRabbitMq(path)
    return {
      env: { AMQP_URL: rabbit.url },
      trigger: fault => ({
        type: 'rabbitmq',
        rabbitmq: { url: rabbit.url, queue: QUEUE, message: MESSAGE, headers: headersOf(fault) }
      }),
      [Symbol.asyncDispose]: () => rabbit[Symbol.asyncDispose]()
    }
  }
}

const check = (selector: string, ...assertions: readonly string[]): object => ({ selector, assertions })
const BOOKED = [
  check('span[service.name="shipping"] span[name="book shipment"]', 'count() = 1'),
  check('span[name="book shipment"] span[db.system.name="postgresql"]', 'count() = 1'),
  check('span:error', 'count() = 0')
]
/** Once through the broker: what somebody who runs the shop would write. */
const SHIPPED_ONCE = [
  check('span[service.name="payment" kind="producer"]', 'count() = 1'),
  check(
    'span[service.name="payment" kind="producer"] span[service.name="shipping" kind="consumer"]',
    'count() = 1'
  ),
  ...BOOKED
]

const checkout = (fault: Fault): object => ({
  type: 'http',
  httpRequest: {
    method: 'POST',
    url: '$' + '{HOST}/checkout',
    headers: [{ key: 'content-type', value: 'application/json' }, ...headersOf(fault)],
    body: '{"sku":"SKU-1","quantity":1}'
  }
})

let folder: string
const lines: string[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tracerun-brokers-'))
})
afterAll(async () => {
  process.stdout.write(`\n${lines.join('\n')}\n`)
  await rm(folder, { recursive: true })
})

interface Series {
  readonly name: string
  readonly times: number
  trigger(fault: Fault): object
  readonly specs: readonly object[]
  readonly more?: object
  /** One after the other: messages of two tests in one batch cannot be told apart. */
  readonly isAlone?: boolean
}

/** What came of each fault, so many times. */
async function judgeAll(shop: ShopOnPath, series: Series): Promise<ReadonlyMap<Fault, readonly JsonTest[]>> {
  const found = new Map<Fault, JsonTest[]>()
  for (const fault of FAULTS) {
    const documents = Array.from({ length: series.times }, (_, at) =>
      JSON.stringify({
        type: 'Test',
        spec: {
          name: `${fault} ${at + 1}`,
          trigger: series.trigger(fault),
          ...series.more,
          specs: series.specs
        }
      })
    )
    const runs = series.isAlone ? documents : [documents.join('\n---\n')]
    const tests: JsonTest[] = []
    for (const text of runs) {
      const path = join(folder, 'tests.yaml')
      await writeFile(path, text)
      tests.push(...(await shop.judge(path, { flushDelay: '1s', async: '3s' })).tests)
    }
    found.set(fault, tests)
    const passed = tests.filter(({ outcome }) => outcome === 'passed').length
    const waits = tests.map(({ completeness }) => completeness.waitedMs ?? Number.NaN).sort((a, b) => a - b)
    lines.push(
      `${series.name}, ${fault}: ${passed} of ${tests.length} passed, ${((waits[tests.length >> 1] ?? 0) / 1000).toFixed(1)} s in the median`
    )
  }
  return found
}

/** The healthy shop passes each time, and each fault fails each time. */
async function tellsFaults(shop: ShopOnPath, series: Series): Promise<void> {
  const found = await judgeAll(shop, series)
  for (const fault of FAULTS) {
    const expected = fault === 'none' ? 'passed' : 'failed'
    const others = found.get(fault)!.filter(({ outcome }) => outcome !== expected)
    expect(others.map(evidenceOf), `${series.name}, ${fault}`).toEqual([])
  }
}

const embedded = PATHS[0]!
const jaeger = PATHS.find(({ name }) => name === 'Jaeger v3')!

describe.each(['kafka', 'rabbitmq'] as const)('%s', kind => {
  const installed = pathOf(kind)

  test.skipIf(installed === undefined)(
    'a shipment that is asked for by a message is booked once, and faults are told',
    async () => {
      await using broker = await BROKERS[kind](installed!)
      await using path = await embedded.open()
      const env = { ...path.env, ...broker.env, SHIPPING_OVER: kind }
      await using shop = await startShopOn({ ...path, env })
      await tellsFaults(shop, {
        name: `${kind}: checkout`,
        times: TIMES,
        trigger: checkout,
        specs: SHIPPED_ONCE
      })
      const { trigger } = broker
      await tellsFaults(shop, { name: `${kind}: trigger`, times: TIMES, trigger, specs: BOOKED })
    },
    600_000
  )

  test.skipIf(installed === undefined)(
    'a consumer with a trace of its own is joined to that of its message',
    async () => {
      await using broker = await BROKERS[kind](installed!)
      await using path = await embedded.open()
      const env = { ...path.env, ...broker.env, SHIPPING_OVER: kind, SHIPPING_TRACE: 'linked' }
      await using shop = await startShopOn({ ...path, env })
      const { trigger } = broker
      const alone = { isAlone: kind === 'kafka', times: kind === 'kafka' ? 3 : TIMES }
      await tellsFaults(shop, {
        ...alone,
        name: `${kind}, own traces: checkout`,
        trigger: checkout,
        specs: SHIPPED_ONCE,
        more: { links: 'follow' }
      })
      await tellsFaults(shop, { ...alone, name: `${kind}, own traces: trigger`, trigger, specs: BOOKED })
    },
    600_000
  )

  test.skipIf(installed === undefined || jaeger.lacks.length > 0)(
    'through Jaeger, a consumer in the trace is judged, and one with a trace of its own leaves open what it did',
    async () => {
      await using broker = await BROKERS[kind](installed!)
      await using path = await jaeger.open()
      const env = { ...path.env, ...broker.env, SHIPPING_OVER: kind }
      const { trigger } = broker
      {
        await using shop = await startShopOn({ ...path, env })
        await tellsFaults(shop, { name: `${kind}, Jaeger: trigger`, times: 3, trigger, specs: BOOKED })
      }
      await using shop = await startShopOn({ ...path, env: { ...env, SHIPPING_TRACE: 'linked' } })
      const found = await judgeAll(shop, {
        name: `${kind}, own traces, Jaeger: at most one booking`,
        times: 1,
        trigger: checkout,
        specs: [check('span[name="book shipment"]', 'count() <= 1')],
        more: { links: 'follow' }
      })
      for (const tests of [found.get('none')!, found.get('ship-twice')!])
        expect(tests.map(({ outcome }) => outcome)).toEqual(['failed'])
    },
    600_000
  )
})
