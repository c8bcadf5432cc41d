import { once } from 'node:events'
import { createConnection } from 'node:net'
import { expect, test } from 'vitest'
import { parseTraceId } from '../../src/model/ids.ts'
import { CANONICAL_SPANS } from '../support/canonical-trace.ts'
import { startTempoServer } from '../support/tempo-server.ts'
import { pathOf } from './components.ts'
import { exportSpans } from './export-spans.ts'
import { startCollector } from './servers/collector.ts'
import { startJaeger } from './servers/jaeger.ts'
import { kafkaClient, startKafka } from './servers/kafka.ts'
import { openRabbitMq, startRabbitMq } from './servers/rabbitmq.ts'
import { startZipkin } from './servers/zipkin.ts'

const jaeger = pathOf('jaeger')
const zipkin = pathOf('zipkin')
const kafka = pathOf('kafka')
const rabbitMq = pathOf('rabbitmq')

async function canConnect(address: string): Promise<boolean> {
  const [host, port] = address.split(':')
  const socket = createConnection(Number(port), host)
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

test.skipIf(jaeger === undefined)('Jaeger starts, answers and ends', async () => {
  let url = ''
  {
    await using server = await startJaeger(jaeger!)
    url = server.query
    expect((await fetch(`${url}/api/services`)).status).toBe(200)
  }
  await expect(fetch(`${url}/api/services`)).rejects.toThrow()
})

test.skipIf(jaeger === undefined)(
  'the Collector with tail sampling keeps what tracerun marked and drops an ordinary trace without errors',
  async () => {
    await using store = await startTempoServer()
    await using collector = await startCollector(jaeger!, {
      sendsTo: store.url,
      tailSampling: { decisionWaitMs: 200 }
    })
    const { traceState: _, ...ordinary } = CANONICAL_SPANS[0]!
    const marked = parseTraceId(`${'a'.repeat(31)}1`)!
    const unmarked = parseTraceId(`${'a'.repeat(31)}2`)!
    await exportSpans(collector.otlpHttp, [{ ...ordinary, traceId: unmarked }])
    await exportSpans(collector.otlpHttp, [{ ...ordinary, traceId: marked, traceState: 'tracerun=1' }])
    const statusOf = async (id: string): Promise<number> =>
      (await fetch(`${store.url}/api/traces/${id}`)).status
    await expect.poll(() => statusOf(marked), { timeout: 20_000 }).toBe(200)
    // It came first, so it was decided on no later.
    expect(await statusOf(unmarked)).toBe(404)
  }
)

test.skipIf(zipkin === undefined)('Zipkin starts, answers and ends', async () => {
  await using server = await startZipkin(zipkin!)
  expect((await fetch(`${server.url}/api/v2/services`)).status).toBe(200)
})

test.skipIf(kafka === undefined)('Kafka starts with the topics that were asked for, and ends', async () => {
  let address = ''
  {
    await using server = await startKafka(kafka!, { topics: [{ topic: 'orders', numPartitions: 3 }] })
    address = server.plaintext
    const admin = kafkaClient(address).admin()
    await admin.connect()
    const { topics } = await admin.fetchTopicMetadata({ topics: ['orders'] })
    await admin.disconnect()
    expect(topics[0]?.partitions).toHaveLength(3)
  }
  // Its memory is given back first.
  await expect.poll(() => canConnect(address)).toBe(false)
})

test.skipIf(rabbitMq === undefined)('RabbitMQ starts, answers and ends', async () => {
  let address = ''
  {
    await using server = await startRabbitMq(rabbitMq!)
    address = server.address
    const connection = await openRabbitMq(server.url)
    expect(await connection.queueDeclare('orders')).toMatchObject({ queue: 'orders' })
    await connection.close()
  }
  // Its memory is given back first.
  await expect.poll(() => canConnect(address)).toBe(false)
})
