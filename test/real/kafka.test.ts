import { readFile } from 'node:fs/promises'
import type { Consumer, IHeaders } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TriggerContext, TriggerResult } from '../../src/plugin/trigger.ts'
import { kafkaTrigger } from '../../src/triggers/kafka/index.ts'
import type { KafkaAuth, KafkaOptions, Mechanism } from '../../src/triggers/kafka/options.ts'
import { contextOf, describeTrigger, PARENT } from '../contract/trigger.ts'
import type { Carrier } from '../support/extract-context.ts'
import { freePort } from '../support/free-port.ts'
import { pathOf } from './components.ts'
import { KAFKA_USER, type Kafka, kafkaClient, startKafka, TEST_CA } from './servers/kafka.ts'
import { startTap } from './tap.ts'

interface Consumed {
  readonly headers: Carrier
  readonly key: string | undefined
  readonly value: string
  readonly partition: number
  readonly offset: string
}

const jars = pathOf('kafka')

describe.skipIf(jars === undefined)('Kafka', () => {
  let kafka: Kafka
  let consumer: Consumer
  let tappedPort: number
  let hiddenPort: number
  const consumed: Consumed[] = []

  beforeAll(async () => {
    ;[tappedPort, hiddenPort] = await Promise.all([freePort(), freePort()])
    kafka = await startKafka(jars!, {
      topics: [{ topic: 'orders' }, { topic: 'shipments', numPartitions: 3 }],
      behind: { listens: `127.0.0.1:${hiddenPort}`, tells: `127.0.0.1:${tappedPort}` }
    })
    consumer = kafkaClient(kafka.plaintext).consumer({ groupId: 'shop' })
    await consumer.connect()
    await consumer.subscribe({ topics: ['orders', 'shipments'], fromBeginning: true })
    await consumer.run({
      eachMessage({ message: { headers, key, value, offset }, partition }) {
        consumed.push({
          headers: carrierOf(headers),
          key: key?.toString('utf8'),
          value: value?.toString('utf8') ?? '',
          partition,
          offset
        })
        return Promise.resolve()
      }
    })
  })
  afterAll(async () => {
    await consumer.disconnect()
    await kafka[Symbol.asyncDispose]()
  })

  /** Sends, and waits until the message was read again. */
  async function send(options: KafkaOptions, context: Partial<TriggerContext> = {}): Promise<TriggerResult> {
    return await kafkaAndBack.run(options, PARENT, { ...contextOf(), ...context })
  }

  const kafkaAndBack: typeof kafkaTrigger = {
    ...kafkaTrigger,
    async run(...given) {
      const before = consumed.length
      const result = await kafkaTrigger.run(...given)
      await expect.poll(() => consumed.length, { timeout: 20_000 }).toBe(before + 1)
      return result
    }
  }

  describeTrigger<KafkaOptions>({
    trigger: kafkaAndBack,
    without: { refusing: 'a broker takes a message or does not: what it refuses is an error' },
    withHeaders: (options, headers) => ({
      ...options,
      headers: Object.entries(headers).map(([key, value]) => ({ key, value }))
    }),
    async start(situation) {
      const options = { brokerUrls: [kafka.plaintext], topic: 'orders', messageValue: 'an order' }
      if (situation === 'absent')
        return {
          options: { ...options, brokerUrls: [`127.0.0.1:${await freePort()}`] },
          received: [],
          [Symbol.asyncDispose]: () => Promise.resolve()
        }
      if (situation === 'welcoming') {
        const before = consumed.length
        return {
          options,
          get received() {
            return consumed.slice(before).map(({ headers }) => headers)
          },
          [Symbol.asyncDispose]: () => Promise.resolve()
        }
      }
      const tap = await startTap({
        port: tappedPort,
        to: `127.0.0.1:${hiddenPort}`,
        isMessage: written => written.readInt16BE(4) === PRODUCE,
        does: situation === 'silent' ? 'swallow' : 'break'
      })
      return {
        options: { ...options, brokerUrls: [`127.0.0.1:${tappedPort}`] },
        get received() {
          return Array.from({ length: tap.seen }, () => ({}))
        },
        [Symbol.asyncDispose]: () => tap[Symbol.asyncDispose]()
      }
    }
  })

  test('takes key, value, headers of one name and says where the message went', async () => {
    const { response } = await send({
      brokerUrls: [kafka.plaintext],
      topic: 'shipments',
      messageKey: 'order-1',
      messageValue: '{"sku":"SKU-1"}',
      headers: [
        { key: 'Shop', value: 'corner' },
        { key: 'Shop', value: 'market' }
      ]
    })
    const { headers, ...message } = consumed.at(-1)!
    expect(message).toMatchObject({ key: 'order-1', value: '{"sku":"SKU-1"}' })
    expect(headers['Shop']).toBe('corner,market')
    expect(response).toEqual({
      headers: [],
      body: JSON.stringify({ partition: message.partition, offset: message.offset, topic: 'shipments' })
    })
  })

  test('is sent where it is told to, without a key, with the bytes of a file', async () => {
    const { response } = await send(
      {
        brokerUrls: [`127.0.0.1:${await freePort()}, ${kafka.plaintext}`],
        topic: 'shipments',
        partition: 2,
        messageKey: '',
        messageValue: { file: '/order.bin' }
      },
      { readFile: () => Promise.resolve(Buffer.from('from a file')) }
    )
    expect(consumed.at(-1)).toMatchObject({ key: undefined, value: 'from a file', partition: 2 })
    expect(JSON.parse(response.body!)).toMatchObject({ partition: 2 })
  })

  const auth = (type: Mechanism, password = KAFKA_USER.password): KafkaAuth => ({
    type,
    [type]: { username: KAFKA_USER.username, password }
  })

  test.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)('knows us by %s', async type => {
    await send({ brokerUrls: [kafka.sasl], topic: 'orders', authentication: auth(type) })
    await send(
      {
        brokerUrls: [kafka.saslTls],
        topic: 'orders',
        authetication: auth(type),
        tls: { caFile: TEST_CA }
      },
      files
    )
  })

  test('is reached by TLS: by its authority, by its name, or by anything', async () => {
    for (const tls of [
      { caFile: TEST_CA },
      { settings: { cAFile: TEST_CA }, serverName: 'localhost' },
      { insecureSkipVerify: true }
    ])
      await send({ brokerUrls: [kafka.tls], topic: 'orders', tls }, files)
  })

  const refused: readonly (readonly [string, () => Partial<KafkaOptions>, string, RegExp, RegExp])[] = [
    [
      'a topic that is not there, and creates none',
      () => ({ topic: 'order' }),
      'TRIGGER_CRASHED',
      /there is no topic `order`$/,
      /Did you mean `orders`\? A test creates none/
    ],
    [
      'a topic that nothing is like',
      () => ({ topic: 'payments' }),
      'TRIGGER_CRASHED',
      /there is no topic `payments`$/,
      /There is `orders`, `shipments`\./
    ],
    [
      'a partition that is not there',
      () => ({ topic: 'shipments', partition: 3 }),
      'TRIGGER_CRASHED',
      /the topic `shipments` has no partition 3$/,
      /It has 0 to 2\./
    ],
    [
      'a message that is too large',
      () => ({ messageValue: 'x'.repeat(1_200_000) }),
      'TRIGGER_CRASHED',
      /the message is larger than the broker takes/,
      /max\.message\.bytes/
    ],
    [
      'a wrong password',
      () => ({ brokerUrls: [kafka.sasl], authentication: auth('plain', 'hunter2hunter2') }),
      'TRIGGER_CRASHED',
      /the user tracerun was refused: Authentication failed: Invalid username or password$/,
      /Are name and password right/
    ],
    [
      'a wrong password, by SCRAM',
      () => ({ brokerUrls: [kafka.sasl], authentication: auth('scram-sha-256', 'hunter2hunter2') }),
      'TRIGGER_CRASHED',
      /the user tracerun was refused: .*invalid credentials/,
      /Are name and password right/
    ],
    [
      'credentials that nobody wants',
      () => ({ authentication: auth('plain') }),
      'TRIGGER_CRASHED',
      /this port wants no credentials$/,
      /Leave out `authentication`/
    ],
    [
      'no credentials where some are wanted',
      () => ({ brokerUrls: [kafka.sasl] }),
      'TRIGGER_UNREACHABLE',
      / confirmed no message: 127\.0\.0\.1:\d+ closed the connection$/,
      /Does it want credentials\? Give `authentication`/
    ],
    [
      'plaintext where it speaks TLS',
      () => ({ brokerUrls: [kafka.tls] }),
      'TRIGGER_UNREACHABLE',
      /speaks TLS, and we spoke plaintext$/,
      /sslVerification: true/
    ],
    [
      'TLS where it speaks plaintext',
      () => ({ sslVerification: true }),
      'TRIGGER_UNREACHABLE',
      /closed the connection \(ECONNRESET\)$/,
      /Does this port speak plaintext\?/
    ],
    [
      'a certificate that nobody vouches for',
      () => ({ brokerUrls: [kafka.tls], sslVerification: true }),
      'TRIGGER_UNREACHABLE',
      /its certificate is self-signed \(DEPTH_ZERO_SELF_SIGNED_CERT\)$/,
      /tls\.caFile.*insecureSkipVerify/
    ],
    [
      'an address for its clients that they cannot reach',
      () => ({ brokerUrls: [`127.0.0.1:${hiddenPort}`] }),
      'TRIGGER_UNREACHABLE',
      /^topic orders at 127\.0\.0\.1:\d+ took no message: 127\.0\.0\.1:\d+ sends us on to 127\.0\.0\.1:\d+, and nothing listens on/,
      /advertised\.listeners/
    ]
  ]

  test.each(refused)('says so of %s', async (_, options, code, message, hint) => {
    const given = { brokerUrls: [kafka.plaintext], topic: 'orders', messageValue: 'an order', ...options() }
    await expect(kafkaTrigger.run(given, PARENT, contextOf(files))).rejects.toMatchObject({
      name: 'TriggerError',
      code,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint)
    })
  })

  test('has no more topics than before', async () => {
    const admin = kafkaClient(kafka.plaintext).admin()
    await admin.connect()
    const topics = await admin.listTopics()
    await admin.disconnect()
    expect(topics.filter(topic => !topic.startsWith('__')).toSorted()).toEqual(['orders', 'shipments'])
  })
})

const PRODUCE = 0
const files = { readFile: (path: string): Promise<Uint8Array> => readFile(path) }

function carrierOf(headers: IHeaders | undefined): Carrier {
  return Object.fromEntries(Object.entries(headers ?? {}).map(([key, value]) => [key, String(value)]))
}
