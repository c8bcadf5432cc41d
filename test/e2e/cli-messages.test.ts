import { expect, test } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { runInline } from '../support/run-within.ts'
import { startTcpSystem } from '../support/tcp-system.ts'

function definition(trigger: string): string {
  return `type: Test
spec:
  name: an order is announced
  skipTraceCollection: true
  variables: { TOPIC: orders }
  trigger:
    ${trigger.trim().split('\n').join('\n    ')}
  specs:
    - assertions: ['response:body != ""']
`
}

const PASSWORD = 'correct-horse-battery'

const kafka = (address: string): string => `
type: kafka
timeout: 2s
kafka:
  brokerUrls: ["\${BROKER:-${address}}"]
  topic: \${var:TOPIC}
  authentication: { type: plain, plain: { username: shop, password: ${PASSWORD} } }
  messageValue: an order`

const rabbitMq = (address: string): string => `
type: rabbitmq
timeout: 2s
rabbitmq:
  url: amqp://shop:${PASSWORD}@${address}
  queue: \${var:TOPIC}
  message: an order`

const KINDS = [
  ['kafka', kafka, 'topic orders'],
  ['rabbitmq', rabbitMq, 'queue orders']
] as const

test.each(KINDS)(
  '%s: a broker that is down is an error of the test, with a way out',
  async (_, kind, name) => {
    const address = `127.0.0.1:${await freePort()}`
    const files = { 'message.yaml': definition(kind(address)) }
    const { exitCode, stdout, stderr } = await runInline(files, ['run', '-f', 'message.yaml'])
    const text = stdout.replace(/\s+/g, ' ')
    expect([exitCode, stderr]).toEqual([3, ''])
    expect(text).toContain(
      `${name} at ${address} took no message: nothing listens on ${address} (ECONNREFUSED)`
    )
    expect(text).toContain('Is the broker running, and on this port?')
  }
)

test.each(KINDS)(
  '%s: a port that says nothing is left at the deadline, and nothing is left open',
  async (_, kind, name) => {
    await using system = await startTcpSystem()
    const files = { 'message.yaml': definition(kind(system.address)) }
    const { exitCode, stdout, stderr } = await runInline(files, ['run', '-f', 'message.yaml'])
    expect([exitCode, stderr]).toEqual([3, ''])
    expect(stdout).toContain(`${name} at ${system.address}: no answer within 2.0 s`)
    expect(system.connections).toBe(1)
  }
)

test.each(KINDS)('%s: a port that is no broker is an error of the test', async (_, kind) => {
  await using system = await startTcpSystem(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  const files = { 'message.yaml': definition(kind(system.address)) }
  const { exitCode, stdout, stderr } = await runInline(files, ['run', '-f', 'message.yaml'])
  expect([exitCode, stderr]).toEqual([3, ''])
  expect(stdout.replace(/\s+/g, ' ')).toMatch(/speaks HTTP|does not speak AMQP/)
})

test.each(KINDS)('%s: what the client logs and what it knows of us goes nowhere', async (_, kind) => {
  await using system = await startTcpSystem(socket => socket.end())
  const files = { 'message.yaml': definition(kind(system.address)) }
  const quiet = await runInline(files, ['run', '-f', 'message.yaml', '--reporter', 'json'])
  expect(quiet.stderr).toBe('')
  expect(quiet.stdout).not.toContain(PASSWORD)
  const { stdout, stderr } = await runInline(files, ['run', '-f', 'message.yaml', '--debug'])
  expect(stdout + stderr).not.toContain(PASSWORD)
})

test('options that contradict each other are mistakes in the file, and nothing is sent', async () => {
  await using system = await startTcpSystem()
  const files = {
    'message.yaml': definition(`${rabbitMq(system.address)}\n  routingKey: order.created`)
  }
  const { exitCode, stdout, stderr } = await runInline(files, ['run', '-f', 'message.yaml'])
  expect(exitCode).toBe(2)
  expect(stdout + stderr).toContain('`routingKey` has no place beside `queue`')
  expect(system.connections).toBe(0)
})
