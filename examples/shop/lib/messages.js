import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const QUEUE = process.env.SHOP_QUEUE ?? 'orders-paid'

/** The broker through which payment tells shipping of paid orders: kafka, rabbitmq; undefined where it asks over HTTP. */
export const broker = process.env.SHIPPING_OVER === 'http' ? undefined : process.env.SHIPPING_OVER

/** Whether shipping begins a trace of its own for what it takes, with a link to where it came from. */
export const beginsOwnTraces = process.env.SHIPPING_TRACE === 'linked'

/** `publish(message)` and `consume(handle)` through the broker; connected to on first use. A header x-fault goes to `handle`. */
export function connectMessages() {
  const brokers = { kafka: connectKafka, rabbitmq: connectRabbitMq }
  if (!Object.hasOwn(brokers, broker))
    throw new Error(`SHIPPING_OVER=${broker}: there are http, kafka, rabbitmq`)
  return brokers[broker]()
}

/** Kafka at KAFKA_BROKER, `host:port`. */
function connectKafka() {
  // Loaded here and not at the top: telemetry has to be on first.
  const { Kafka, logLevel } = require('kafkajs')
  const kafka = new Kafka({ brokers: [process.env.KAFKA_BROKER], logLevel: logLevel.NOTHING })
  const open = []
  let producing
  const startProducer = async () => {
    const producer = kafka.producer()
    await producer.connect()
    open.push(producer)
    return producer
  }
  return {
    async publish(message) {
      producing ??= startProducer()
      const producer = await producing
      await producer.send({ topic: QUEUE, messages: [{ value: JSON.stringify(message) }] })
    },
    async consume(handle) {
      const consumer = kafka.consumer({ groupId: 'shipping' })
      open.push(consumer)
      await consumer.connect()
      await consumer.subscribe({ topics: [QUEUE], fromBeginning: true })
      const take = ({ value, headers }) =>
        handle(JSON.parse(value.toString()), headers['x-fault']?.toString())
      // The instrumentation continues the trace of a message, and links to those of a batch.
      await consumer.run(
        beginsOwnTraces
          ? { eachBatch: ({ batch }) => Promise.all(batch.messages.map(take)) }
          : { eachMessage: ({ message }) => take(message) }
      )
    },
    close: () => Promise.all(open.map(client => client.disconnect()))
  }
}

/** RabbitMQ at AMQP_URL. */
function connectRabbitMq() {
  const amqp = require('amqplib')
  let connecting
  const connect = async () => {
    const connection = await amqp.connect(process.env.AMQP_URL)
    const channel = await connection.createConfirmChannel()
    await channel.assertQueue(QUEUE)
    return { connection, channel }
  }
  return {
    async publish(message) {
      connecting ??= connect()
      const { channel } = await connecting
      channel.sendToQueue(QUEUE, Buffer.from(JSON.stringify(message)))
      await channel.waitForConfirms()
    },
    async consume(handle) {
      connecting ??= connect()
      const { channel } = await connecting
      await channel.consume(QUEUE, async message => {
        if (message === null) return
        const { content, properties } = message
        await handle(JSON.parse(content.toString()), properties.headers?.['x-fault']?.toString())
        channel.ack(message)
      })
    },
    close: async () => (await connecting)?.connection.close()
  }
}
