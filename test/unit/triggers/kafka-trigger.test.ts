import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { TriggerError } from '../../../src/errors/errors.ts'
import type { ExamineContext, OptionProblem, TriggerContext } from '../../../src/plugin/trigger.ts'
import { kafkaTrigger } from '../../../src/triggers/kafka/index.ts'
import type { KafkaOptions } from '../../../src/triggers/kafka/options.ts'
import { brokersOf, refuseBrokers, refuseTopic, speaksTls } from '../../../src/triggers/kafka/options.ts'
import { explainProtocol } from '../../../src/triggers/kafka/protocol-errors.ts'
import { contextOf, PARENT } from '../../contract/trigger.ts'
import { freePort } from '../../support/free-port.ts'
import { startHttpSystem } from '../../support/http-system.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { startTcpSystem } from '../../support/tcp-system.ts'

const files = { readFile: (path: string): Promise<Uint8Array> => readFile(path) }

const ORDER = { topic: 'orders', messageValue: 'an order' }

async function failure(options: KafkaOptions, context: Partial<TriggerContext> = {}): Promise<TriggerError> {
  const outcome = await kafkaTrigger
    .run(options, PARENT, { ...contextOf(files), ...context })
    .catch(error => error)
  if (!(outcome instanceof TriggerError)) throw new Error('there is no failure', { cause: outcome })
  return outcome
}

describe('a broker that is none', () => {
  test('is named, with each of the others', async () => {
    const [first, second] = await Promise.all([freePort(), freePort()])
    const error = await failure({ ...ORDER, brokerUrls: [`127.0.0.1:${first}`, `localhost:${second}`] })
    expect(error).toMatchObject({
      code: 'TRIGGER_UNREACHABLE',
      message: `topic orders at 127.0.0.1:${first}, localhost:${second} took no message: nothing listens on 127.0.0.1:${first} (ECONNREFUSED); nothing listens on localhost:${second} (ECONNREFUSED)`,
      hint: expect.stringMatching(/^Is the broker running, and on this port\?/)
    })
  })

  test('and has an IPv6 address is named as well', async () => {
    const address = `[::1]:${await freePort()}`
    const { message } = await failure({ ...ORDER, brokerUrls: [address] })
    expect(message).toMatch(`topic orders at ${address} took no message: `)
    expect(message).toMatch(/(?:nothing listens on|there is no way to) \[::1\]:\d+ \(E[A-Z]+\)$/)
  })

  test('and ends the connection is asked once', async () => {
    await using system = await startTcpSystem(socket => socket.end())
    const error = await failure({ ...ORDER, brokerUrls: [system.address] })
    expect(error.message).toMatch(/took no message: 127\.0\.0\.1:\d+ closed the connection/)
    expect(error.hint).toBe('Does this port speak TLS? Then set `sslVerification: true`, or give `tls`.')
    expect(system.connections).toBe(1)
  })

  test('and speaks HTTP is told from one', async () => {
    await using system = await startTcpSystem(socket => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'))
    const error = await failure({ ...ORDER, brokerUrls: [system.address] })
    expect(error.message).toMatch(/127\.0\.0\.1:\d+ speaks HTTP$/)
    expect(error.hint).toBe('Kafka has another port, often 9092.')
  })

  test('and says nothing is given up after ten seconds, long before the deadline', async () => {
    await using system = await startTcpSystem()
    const clock = createManualClock()
    const running = failure({ ...ORDER, brokerUrls: [system.address] }, { clock })
    await expect.poll(() => system.connections).toBe(1)
    const error = await clock.run(running)
    expect(clock.nowMs).toBe(10_000)
    expect(error).toMatchObject({
      code: 'TRIGGER_UNREACHABLE',
      message: expect.stringMatching(/127\.0\.0\.1:\d+ took the connection and said nothing$/)
    })
    await expect.poll(() => system.open.size).toBe(0)
  })

  test('and says nothing is left at once where the run is over', async () => {
    await using system = await startTcpSystem()
    const stop = new AbortController()
    const running = failure({ ...ORDER, brokerUrls: [system.address] }, { signal: stop.signal })
    await expect.poll(() => system.connections).toBe(1)
    stop.abort(new Error('interrupted'))
    expect(await running).toMatchObject({ message: `topic orders at ${system.address} was given up` })
    await expect.poll(() => system.open.size).toBe(0)
  })

  test.each([
    ['zeros', Buffer.alloc(64)],
    ['ones', Buffer.alloc(64, 0xff)],
    ['one byte', Buffer.from([0x80])],
    ['a frame that is too long', Buffer.from([1, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0])],
    ['a frame of nothing', Buffer.from([1, 0, 0, 0, 0, 0, 0, 0xce, 0, 0, 0, 0])],
    ['an answer to another question', Buffer.from([0, 0, 0, 8, 0, 0, 0, 9, 0, 0, 0, 0])],
    ['an answer of nothing', Buffer.from([0, 0, 0, 4, 0, 0, 0, 0])],
    ['SSH', Buffer.from('SSH-2.0-OpenSSH_9.2p1\r\n')],
    ['a TLS alert', Buffer.from([0x15, 3, 3, 0, 2, 2, 70])]
  ])('and says %s is an error, and nothing else breaks', async (_, said) => {
    await using system = await startTcpSystem(socket => socket.end(said))
    const error = await failure({ ...ORDER, brokerUrls: [system.address] })
    expect(error.message).toMatch(/ took no message: 127\.0\.0\.1:\d+ /)
    expect(system.connections).toBe(1)
    await expect.poll(() => system.open.size).toBe(0)
  })
})

describe('TLS', () => {
  test('to a port that speaks plaintext is named as that', async () => {
    await using system = await startTcpSystem(socket => socket.write('AMQP\0\0\t\x01'))
    const error = await failure({ ...ORDER, brokerUrls: [system.address], tls: {} })
    expect(error.message).toMatch(/the TLS handshake with 127\.0\.0\.1:\d+ failed/)
    expect(error.hint).toBe('Does this port speak plaintext? Then leave out `sslVerification` and `tls`.')
  })

  test('with a certificate that nobody vouches for is refused', async () => {
    await using system = await startHttpSystem(undefined, { isTls: true })
    const error = await failure({ ...ORDER, brokerUrls: [`localhost:${system.port}`], sslVerification: true })
    expect(error.message).toMatch(/its certificate is self-signed \(DEPTH_ZERO_SELF_SIGNED_CERT\)$/)
    expect(error.hint).toMatch(/^Name the file of its certificate authority as `tls\.caFile`\./)
  })

  test('with a certificate for another name is refused', async () => {
    await using system = await startHttpSystem(undefined, { isTls: true })
    const error = await failure({
      ...ORDER,
      brokerUrls: [`127.0.0.1:${system.port}`],
      tls: { caFile: 'test/fixtures/tls/localhost-cert.pem', serverName: 'kafka.example.com' }
    })
    expect(error.hint).toBe('Write the name that the certificate is for as `tls.serverName`.')
  })

  test('with a file that is not there is not tried', async () => {
    await using system = await startTcpSystem()
    const error = await failure({ ...ORDER, brokerUrls: [system.address], tls: { caFile: '/absent.pem' } })
    expect(error.message).toMatch(
      /the message cannot be sent: `tls`: caFile cannot be read from \/absent\.pem/
    )
    expect(system.connections).toBe(0)
  })
})

test('a message whose file cannot be read is not sent', async () => {
  await using system = await startTcpSystem()
  const error = await failure({
    topic: 'orders',
    messageValue: { file: '/absent.json' },
    brokerUrls: [system.address]
  })
  expect(error.message).toMatch(/the message cannot be sent: it cannot be read from \/absent\.json: ENOENT/)
  expect(system.connections).toBe(0)
})

test('what came out of variables and is no broker or topic is not tried', async () => {
  const { message } = await failure({ ...ORDER, brokerUrls: ['http://localhost:9092'] })
  expect(message).toMatch(/the broker `http:\/\/localhost:9092` is not HOST:PORT: write `localhost:9092`$/)
  expect((await failure({ brokerUrls: ['localhost:9092'], topic: 'new orders' })).message).toMatch(
    /`new orders` cannot be the name of a topic/
  )
})

describe('brokers', () => {
  test('are named in a list or with commas, each once', () => {
    const brokerUrls = ['a:9092, b:9092', ' a:9092', '[::1]:9092,']
    expect(brokersOf({ brokerUrls, topic: 'orders' })).toEqual(['a:9092', 'b:9092', '[::1]:9092'])
  })

  test.each(['localhost:9092', '10.0.0.1:1', '[::1]:9092', 'a:9092,b:9092'])('may be %s', written => {
    expect(refuseBrokers(written)).toBe(undefined)
  })

  test.each([
    'localhost',
    'localhost:70000',
    'localhost:9092/',
    'a b:9092',
    'user@localhost:9092',
    '::1:9092',
    '',
    ','
  ])('are not %j', written => {
    expect(refuseBrokers(written)).toMatch(/HOST:PORT/)
  })
})

test.each(['a b', '', '.', '..', 'ä', 'x'.repeat(250)])('no topic has the name %j', name => {
  expect(refuseTopic(name)).not.toBe(undefined)
})

test.each([
  [{}, false],
  [{ sslVerification: false }, false],
  [{ sslVerification: true }, true],
  [{ tls: {} }, true],
  [{ tls: { insecure: true } }, false]
] as const)('of TLS, %j says %s', (options, isTls) => {
  expect(speaksTls({ brokerUrls: [], topic: '', ...options })).toBe(isTls)
})

describe('options that contradict each other', () => {
  const examine = (options: Partial<KafkaOptions>): Promise<readonly OptionProblem[]> =>
    kafkaTrigger.examine!({ brokerUrls: ['localhost:9092'], topic: 'orders', ...options }, NOTHING_OPEN)

  test.each([
    { sslVerification: true, tls: {} },
    { sslVerification: false, tls: { insecure: true } },
    { sslVerification: true },
    { tls: { caFile: 'ca.pem' } }
  ])('are none in %j', async options => {
    expect(await examine(options)).toEqual([])
  })

  test.each([
    { sslVerification: true, tls: { insecure: true } },
    { sslVerification: false, tls: {} }
  ])('are named in %j', async options => {
    expect(await examine(options)).toMatchObject([{ path: ['sslVerification'] }])
  })

  test('are both spellings of `authentication`', async () => {
    const auth = { type: 'plain', plain: { username: 'shop', password: 'secret' } } as const
    expect(await examine({ authetication: auth })).toEqual([])
    expect(await examine({ authetication: auth, authentication: auth })).toMatchObject([
      { path: ['authetication'] }
    ])
  })

  test('are headers without a name', async () => {
    expect(await examine({ headers: [{ key: '', value: 'x' }] })).toMatchObject([
      { path: ['headers', 0, 'key'], message: 'the header has no name' }
    ])
  })
})

describe('what a broker refuses', () => {
  const options = { brokerUrls: ['localhost:9092'], topic: 'orders' }
  test.each([
    ['TOPIC_AUTHORIZATION_FAILED', /may not write to `orders`/, /ACLs/],
    ['LEADER_NOT_AVAILABLE', /has no leader/, /only just created/],
    ['NOT_ENOUGH_REPLICAS', /too few replicas/, /min\.insync\.replicas/],
    ['INVALID_RECORD', /found the message wrong: said/, /wants a key/],
    ['UNSUPPORTED_SASL_MECHANISM', /does not take/, /sasl\.enabled\.mechanisms/]
  ])('%s is said in words', (type, message, hint) => {
    const explained = explainProtocol(type, 'said', options)
    expect(explained).toMatchObject({
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint)
    })
  })

  test('and has no words for here is said as the broker says it', () => {
    expect(explainProtocol('POLICY_VIOLATION', 'Request parameters do not satisfy', options).message).toBe(
      'Request parameters do not satisfy (POLICY_VIOLATION)'
    )
  })
})

const NOTHING_OPEN: ExamineContext = {
  readFile: () => Promise.reject(new Error('nothing is read')),
  isOpen: () => false,
  openPaths: [],
  fillingAt: () => 'none'
}
