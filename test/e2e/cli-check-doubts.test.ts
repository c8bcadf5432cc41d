import { expect, test } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { openWorkspace } from '../support/run-within.ts'
import { sendSpans, startSystem } from '../support/system-under-test.ts'

test('check repeats what a run doubted: a callee that never came is a warning again, and fails under --strict', async () => {
  const port = await freePort()
  await using system = await startSystem(async ({ traceId, parentSpanId }) => {
    const call = { kind: 3, attributes: { 'server.address': 'bank.example' } }
    await sendSpans(port, [
      { traceId, spanId: 'aaaaaaaaaaaaaaa1', parentSpanId, name: 'POST /checkout' },
      { traceId, spanId: 'aaaaaaaaaaaaaaa2', parentSpanId: 'aaaaaaaaaaaaaaa1', name: 'POST', ...call }
    ])
    return {}
  })
  await using workspace = await openWorkspace({ 'checkout.yaml': checkoutFile(system.url, '50ms') })
  const ran = await workspace.run(['run', 'checkout.yaml', '--otlp-listen', `127.0.0.1:${port}`])
  expect(ran).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('[bank.example]; what it did') })
  const check = ['check', '-f', 'checkout.yaml', '--trace', '.tracerun/last/checkout.json']
  const checked = await workspace.run(check)
  expect(checked).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('[bank.example]; what it did')
  })
  expect((await workspace.run([...check, '--strict'])).exitCode).toBe(1)
})

test('check repeats what a run had to say of itself, and fails under --strict as the run did', async () => {
  const port = await freePort()
  await using system = await startSystem(async ({ traceId, parentSpanId }) => {
    await sendSpans(port, [{ traceId, spanId: 'aaaaaaaaaaaaaaa1', parentSpanId, name: 'POST /checkout' }])
    return {}
  })
  await using workspace = await openWorkspace({ 'checkout.yaml': checkoutFile(system.url, '0s') })
  const ran = await workspace.run(['run', 'checkout.yaml', '--strict', '--otlp-listen', `127.0.0.1:${port}`])
  expect(ran).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('absenceWindow is 0') })
  const check = ['check', 'checkout.yaml', '--trace', '.tracerun/last/checkout.json']
  const checked = await workspace.run(check)
  expect(checked).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('absenceWindow is 0') })
  expect((await workspace.run([...check, '--strict'])).exitCode).toBe(1)
})

function checkoutFile(url: string, absenceWindow: string): string {
  return `type: Test
spec:
  name: checkout
  flushDelay: 50ms
  absenceWindow: ${absenceWindow}
  trigger: { type: http, httpRequest: { url: "${url}/checkout" } }
  specs: [{ selector: "span:error", assertions: ["count() = 0"] }]
`
}
