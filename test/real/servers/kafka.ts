import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Kafka as Client, logLevel } from 'kafkajs'
import { freePort } from '../../support/free-port.ts'
import { startServer } from './server.ts'

const run = promisify(execFile)

/** One broker of Kafka, its own controller; `host:port` of each of its listeners. */
export interface Kafka extends AsyncDisposable {
  readonly plaintext: string
  /** Takes {@link KAFKA_USER} by PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512. */
  readonly sasl: string
  /** With a certificate for localhost that is its own authority: {@link TEST_CA}. */
  readonly tls: string
  readonly saslTls: string
}

interface KafkaOptions {
  /** Created before anybody asks; one partition each, unless more are named. */
  readonly topics?: readonly { readonly topic: string; readonly numPartitions?: number }[]
  /** A plaintext listener that tells its clients to come by another port: `host:port` of both. */
  readonly behind?: { readonly listens: string; readonly tells: string }
}

export const KAFKA_USER = { username: 'tracerun', password: 'correct-horse-battery' }

const FIXTURES = new URL('../../fixtures/tls/', import.meta.url)
/** The PEM file that the servers' certificate is trusted by. */
export const TEST_CA = fileURLToPath(new URL('localhost-cert.pem', FIXTURES))
export const TEST_KEY = fileURLToPath(new URL('localhost-key.pem', FIXTURES))

const CLUSTER_ID = 'MkU3OEVBNTcwNTJENDM2Qg'
const JAVA = [
  '-Xms64m',
  '-Xmx256m',
  '-XX:TieredStopAtLevel=1',
  '-XX:+UseSerialGC',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'
]

/** Starts it on a folder of its own, with the jars that were installed. */
export async function startKafka(jars: string, options: KafkaOptions = {}): Promise<Kafka> {
  const address = async (): Promise<string> => `127.0.0.1:${await freePort()}`
  const [plaintext, sasl, tls, saslTls, controller] = await Promise.all(Array.from({ length: 5 }, address))
  const listeners = {
    PLAINTEXT: plaintext!,
    SASL_PLAINTEXT: sasl!,
    SSL: tls!,
    SASL_SSL: saslTls!,
    ...(options.behind && { BEHIND: options.behind.listens })
  }
  const server = await startServer({
    name: 'kafka',
    async command(folder) {
      const properties = join(folder, 'server.properties')
      await writeFile(properties, await configuration(folder, listeners, controller!, options))
      const scram = ['256', '512'].flatMap(bits => [
        '--add-scram',
        `SCRAM-SHA-${bits}=[name=${KAFKA_USER.username},password=${KAFKA_USER.password}]`
      ])
      const java = [...JAVA, '-cp', `${jars}/*`]
      await run('java', [
        ...java,
        'kafka.tools.StorageTool',
        'format',
        '-t',
        CLUSTER_ID,
        '-c',
        properties,
        ...scram
      ])
      return ['java', ...java, 'kafka.Kafka', properties]
    },
    isReady: () => createTopics(plaintext!, options.topics ?? [])
  })
  return {
    plaintext: plaintext!,
    sasl: sasl!,
    tls: tls!,
    saslTls: saslTls!,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]()
  }
}

/** A client that says nothing on the console. */
export function kafkaClient(broker: string): Client {
  return new Client({ brokers: [broker], logLevel: logLevel.NOTHING, retry: { retries: 20 } })
}

async function createTopics(broker: string, topics: NonNullable<KafkaOptions['topics']>): Promise<void> {
  const client = new Client({ brokers: [broker], logLevel: logLevel.NOTHING, retry: { retries: 0 } })
  const admin = client.admin()
  try {
    await admin.connect()
    await admin.describeCluster()
    if (topics.length > 0) await admin.createTopics({ topics: [...topics], waitForLeaders: true })
  } finally {
    await admin.disconnect()
  }
}

async function configuration(
  folder: string,
  listeners: Readonly<Record<string, string>>,
  controller: string,
  { behind }: KafkaOptions
): Promise<string> {
  const listed = (addresses: Readonly<Record<string, string>>): string =>
    Object.entries(addresses)
      .map(([name, address]) => `${name}://${address}`)
      .join(',')
  const inline = async (file: string): Promise<string> =>
    (await readFile(new URL(file, FIXTURES), 'utf8')).trim().split('\n').join('\\n')
  const { username, password } = KAFKA_USER
  const plain = `org.apache.kafka.common.security.plain.PlainLoginModule required user_${username}="${password}";`
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;'
  const sasl = ['sasl_plaintext', 'sasl_ssl'].flatMap(name => [
    `listener.name.${name}.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512`,
    `listener.name.${name}.plain.sasl.jaas.config=${plain}`,
    `listener.name.${name}.scram-sha-256.sasl.jaas.config=${scram}`,
    `listener.name.${name}.scram-sha-512.sasl.jaas.config=${scram}`
  ])
  const protocols = ['PLAINTEXT', 'SASL_PLAINTEXT', 'SSL', 'SASL_SSL'].map(name => `${name}:${name}`)
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@${controller}`,
    'controller.listener.names=CONTROLLER',
    'inter.broker.listener.name=PLAINTEXT',
    `listeners=${listed({ ...listeners, CONTROLLER: controller })}`,
    `advertised.listeners=${listed({ ...listeners, ...(behind && { BEHIND: behind.tells }) })}`,
    `listener.security.protocol.map=${[...protocols, 'CONTROLLER:PLAINTEXT', 'BEHIND:PLAINTEXT'].join(',')}`,
    'ssl.keystore.type=PEM',
    `ssl.keystore.certificate.chain=${await inline('localhost-cert.pem')}`,
    `ssl.keystore.key=${await inline('localhost-key.pem')}`,
    ...sasl,
    `log.dirs=${join(folder, 'logs')}`,
    'offsets.topic.replication.factor=1',
    'offsets.topic.num.partitions=1',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'transaction.state.log.num.partitions=1',
    'share.coordinator.state.topic.replication.factor=1',
    'share.coordinator.state.topic.min.isr=1',
    'num.partitions=1',
    'auto.create.topics.enable=true',
    'group.initial.rebalance.delay.ms=0',
    'log.cleaner.enable=false',
    ''
  ].join('\n')
}
