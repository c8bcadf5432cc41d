import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { TriggerError } from '../../../src/errors/errors.ts'
import type { ExamineContext, OptionProblem, TriggerContext } from '../../../src/plugin/trigger.ts'
import { rabbitMqTrigger } from '../../../src/triggers/rabbitmq/index.ts'
import { type RabbitMqOptions, readUrl } from '../../../src/triggers/rabbitmq/options.ts'
import { contextOf, PARENT } from '../../contract/trigger.ts'
import { freePort } from '../../support/free-port.ts'
import { startHttpSystem } from '../../support/http-system.ts'
import { startTcpSystem } from '../../support/tcp-system.ts'

const files = { readFile: (path: string): Promise<Uint8Array> => readFile(path) }

async function failure(
  options: RabbitMqOptions,
  context: Partial<TriggerContext> = {}
): Promise<TriggerError> {
  const running = rabbitMqTrigger.run(options, PARENT, { ...contextOf(files), ...context })
  const outcome = await running.catch(error => error)
  if (!(outcome instanceof TriggerError)) throw new Error('there is no failure', { cause: outcome })
  return outcome
}

describe('a broker that is none', () => {
  test('is named', async () => {
    const address = `127.0.0.1:${await freePort()}`
    const error = await failure({ url: `amqp://${address}`, queue: 'orders', message: 'an order' })
    expect(error).toMatchObject({
      code: 'TRIGGER_UNREACHABLE',
      message: `queue orders at ${address} took no message: nothing listens on ${address} (ECONNREFUSED)`,
      hint: expect.stringMatching(/^Is the broker running, and on this port\?/)
    })
  })

  test('and has an IPv6 address is named as well', async () => {
    const address = `[::1]:${await freePort()}`
    const { message } = await failure({ url: `amqp://${address}`, exchange: 'shop' })
    expect(message).toMatch(/^exchange shop at \[::1\]:\d+ took no message: .* \[::1\]:\d+ \(E[A-Z]+\)$/)
  })

  test('and ends the connection is asked once', async () => {
    await using system = await startTcpSystem(socket => socket.end())
    const error = await failure({ url: `amqp://${system.address}`, queue: 'orders' })
    expect(error.message).toMatch(/took no message: 127\.0\.0\.1:\d+ closed the connection/)
    expect(error.hint).toBe('Does this port speak TLS? Then the URL must start with amqps://.')
    expect(system.connections).toBe(1)
  })

  test('and speaks something else is told from one', async () => {
    await using system = await startTcpSystem(socket => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'))
    const error = await failure({ url: `amqp://${system.address}`, queue: 'orders' })
    expect(error.message).toMatch(/127\.0\.0\.1:\d+ does not speak AMQP 0-9-1/)
    expect(system.connections).toBe(1)
  })

  test('and speaks another version of AMQP is told from one', async () => {
    await using system = await startTcpSystem(socket => socket.write('AMQP\x00\x01\x00\x00'))
    const error = await failure({ url: `amqp://${system.address}`, queue: 'orders' })
    expect(error.message).toMatch(/does not speak AMQP 0-9-1 \(this version of AMQP is not supported/)
  })

  test('and says nothing is left at once where the run is over', async () => {
    await using system = await startTcpSystem()
    const stop = new AbortController()
    const running = failure({ url: `amqp://${system.address}`, queue: 'orders' }, { signal: stop.signal })
    await expect.poll(() => system.connections).toBe(1)
    stop.abort(new Error('interrupted'))
    expect(await running).toMatchObject({ message: `queue orders at ${system.address} was given up` })
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
    const error = await failure({ url: `amqp://${system.address}`, queue: 'orders' })
    expect(error.message).toMatch(/ took no message: 127\.0\.0\.1:\d+ /)
    expect(system.connections).toBe(1)
    await expect.poll(() => system.open.size).toBe(0)
  })
})

describe('TLS', () => {
  test('to a port that speaks plaintext is named as that', async () => {
    await using system = await startTcpSystem(socket => socket.write('AMQP\0\0\t\x01'))
    const error = await failure({ url: `amqps://${system.address}`, queue: 'orders' })
    expect(error.message).toMatch(/the TLS handshake with 127\.0\.0\.1:\d+ failed/)
    expect(error.hint).toBe('Does this port speak plaintext? Then the URL must start with amqp://.')
  })

  test('with a certificate that nobody vouches for is refused', async () => {
    await using system = await startHttpSystem(undefined, { isTls: true })
    const error = await failure({ url: `amqps://localhost:${system.port}`, queue: 'orders' })
    expect(error.message).toMatch(/its certificate is self-signed \(DEPTH_ZERO_SELF_SIGNED_CERT\)$/)
    expect(error.hint).toMatch(/^Name the file of its certificate authority as `tls\.caFile`\./)
  })

  test('with a file that is not there is not tried', async () => {
    await using system = await startTcpSystem()
    const url = `amqps://${system.address}`
    const error = await failure({ url, queue: 'orders', tls: { caFile: '/absent.pem' } })
    expect(error.message).toMatch(
      /the message cannot be sent: `tls`: caFile cannot be read from \/absent\.pem/
    )
    expect(system.connections).toBe(0)
  })
})

test('a message whose file cannot be read is not sent', async () => {
  await using system = await startTcpSystem()
  const url = `amqp://${system.address}`
  const error = await failure({ url, queue: 'orders', message: { file: '/absent.json' } })
  expect(error.message).toMatch(/the message cannot be sent: it cannot be read from \/absent\.json: ENOENT/)
  expect(system.connections).toBe(0)
})

test('no error shows the password of a URL', async () => {
  const port = await freePort()
  const urls = [
    `amqp://shop:hunter2hunter2@127.0.0.1:${port}`,
    `http://shop:hunter2hunter2@127.0.0.1:${port}`,
    `amqp://shop:hunter2hunter2@127.0.0.1:${port}/a/b`,
    `amqp://shop:hunter2hunter2@127.0.0.1:port`,
    `amqp://shop:hunter2hunter2%@127.0.0.1:${port}`,
    'amqp://shop:hunter2hunter2@'
  ]
  for (const url of urls) {
    const { message, hint } = await failure({ url, queue: 'orders' })
    expect(`${message} ${hint}`).not.toMatch(/hunter2/)
  }
})

describe('a URL', () => {
  test.each([
    ['amqp://localhost', { hostname: 'localhost', port: 5672, isTls: false, vhost: '/' }],
    ['amqps://localhost/', { hostname: 'localhost', port: 5671, isTls: true, vhost: '/' }],
    ['amqp://a:1/shop', { hostname: 'a', port: 1, vhost: 'shop', address: 'a:1' }],
    ['amqp://a/%2Fshop', { vhost: '/shop' }],
    ['amqp://us%40er:p%2Fss@a', { username: 'us@er', password: 'p/ss' }],
    ['amqp://[::1]:5672', { hostname: '::1', address: '[::1]:5672' }],
    ['amqp://a?heartbeat=10', { hostname: 'a', vhost: '/' }]
  ])('%s is read', (written, read) => {
    expect(readUrl(written)).toMatchObject(read)
  })

  test.each([
    ['localhost:5672', /no scheme/],
    ['http://localhost', /"http:\/\/" is not AMQP/],
    ['amqp://', /not a URL|no host/],
    ['amqp:///shop', /names no host/],
    ['amqp://a:port', /not a URL/],
    ['amqp://a/b/c', /%2F/],
    ['amqp://a/%zz', /%25/]
  ])('%s is refused', (written, refusal) => {
    expect(readUrl(written)).toMatchObject({ refusal: expect.stringMatching(refusal) })
  })
})

describe('options that contradict each other', () => {
  const examine = (options: Partial<RabbitMqOptions>): Promise<readonly OptionProblem[]> =>
    rabbitMqTrigger.examine!({ url: 'amqp://localhost', ...options }, NOTHING_OPEN)

  test.each([
    { exchange: 'shop' },
    { exchange: '', routingKey: 'orders' },
    { queue: 'orders' },
    { queue: 'orders', url: 'amqps://localhost', tls: {} },
    { queue: 'orders', tls: { insecure: true } }
  ])('are none in %j', async options => {
    expect(await examine(options)).toEqual([])
  })

  test.each([
    [{}, []],
    [{ exchange: 'shop', queue: 'orders' }, ['queue']],
    [{ routingKey: 'a', queue: 'orders' }, ['routingKey']],
    [{ queue: 'orders', tls: {} }, ['tls']],
    [{ queue: 'orders', url: 'amqps://localhost', tls: { insecure: true } }, ['tls']],
    [{ queue: 'orders', headers: [{ key: '', value: 'x' }] }, ['headers', 0, 'key']]
  ])('are named in %j', async (options, path) => {
    expect(await examine(options)).toMatchObject([{ path }])
  })
})

test.each([
  [['queue'], 'x'.repeat(256), /longer than the 255 bytes/],
  [['routingKey'], 'ä'.repeat(128), /longer than the 255 bytes/],
  [['headers', '0', 'key'], 'x'.repeat(256), /longer than the 255 bytes/],
  [['properties', 'expiration'], '1m', /no number of milliseconds/]
])('the text of %j has no room or no sense', (path, text, refusal) => {
  expect(rabbitMqTrigger.refuseText!(path, text)).toMatch(refusal)
})

test.each([
  [['queue'], 'x'.repeat(255)],
  [['message'], 'x'.repeat(256)],
  [['headers', '0', 'value'], 'x'.repeat(256)],
  [['properties', 'expiration'], '60000']
])('the text of %j is taken', (path, text) => {
  expect(rabbitMqTrigger.refuseText!(path, text)).toBe(undefined)
})

const NOTHING_OPEN: ExamineContext = {
  readFile: () => Promise.reject(new Error('nothing is read')),
  isOpen: () => false,
  openPaths: [],
  fillingAt: () => 'none'
}
