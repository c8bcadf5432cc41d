import { createServer } from 'node:net'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterEach, describe, expect, test } from 'vitest'
import { jsonReportSchema } from '../../src/report/json-schema.ts'
import { freePort } from '../support/free-port.ts'
import type { InlineResult, Workspace } from '../support/run-inline.ts'
import { openWorkspace } from '../support/run-within.ts'
import type { SeenRequest, SentSpan, SystemUnderTest } from '../support/system-under-test.ts'
import { sendSpans, startSystem } from '../support/system-under-test.ts'

const cleanups: AsyncDisposable[] = []
afterEach(async () => {
  for (const resource of cleanups.splice(0)) await resource[Symbol.asyncDispose]()
})

/** What a test file says beyond where the system is. */
interface FileOptions {
  readonly assertions?: readonly string[]
  readonly selector?: string
  readonly extra?: string
  readonly triggerExtra?: string
  /** How long a trace is waited for that may never come. */
  readonly timeout?: string
}

function checkoutFile(url: string, options: FileOptions = {}): string {
  const {
    assertions = ['count() >= 1'],
    selector = 'span[service.name="gateway"]',
    extra = '',
    triggerExtra = '',
    timeout = '8s'
  } = options
  return `type: Test
spec:
  name: checkout
  timeout: ${timeout}
  flushDelay: 500ms
  absenceWindow: 100ms
  async: 300ms
${extra}  trigger:
    type: http
${triggerExtra}    httpRequest: { method: POST, url: "${url}/checkout" }
  specs:
    - selector: ${selector}
      assertions: ${JSON.stringify(assertions)}
`
}

interface Shop {
  readonly workspace: Workspace
  readonly system: SystemUnderTest
  readonly port: number
  run(args?: readonly string[]): Promise<InlineResult>
}

type Spans = (request: SeenRequest, port: number) => Promise<void>

const ROOT_ID = 'aaaaaaaaaaaaaaa1'

/** One span of the gateway, below the trigger. */
function gatewaySpan(request: SeenRequest, more: Partial<SentSpan> = {}): SentSpan {
  return { traceId: request.traceId, spanId: ROOT_ID, parentSpanId: request.parentSpanId, ...more }
}

const sendGatewaySpan: Spans = (request, port) => sendSpans(port, [gatewaySpan(request)])

/** A system that exports its spans to a receiver of its own before it answers, and a file that tests it. */
async function openShop(send: Spans, options: FileOptions & { status?: number } = {}): Promise<Shop> {
  const port = await freePort()
  const system = await startSystem(async request => {
    await send(request, port)
    return { status: options.status ?? 200, body: '{"order":1}' }
  })
  cleanups.push(system)
  const workspace = await openWorkspace({ 'checkout.yaml': checkoutFile(system.url, options) })
  cleanups.push(workspace)
  const listen = ['--otlp-listen', `127.0.0.1:${port}`]
  return {
    workspace,
    system,
    port,
    run: (args = []) => workspace.run(['run', '-f', 'checkout.yaml', ...listen, ...args])
  }
}

describe('a run', () => {
  test('passes with 0, says on what ground, and saves the trace', async () => {
    const shop = await openShop(sendGatewaySpan, { assertions: ['count() = 1', 'response:status = 200'] })
    const { exitCode, stdout, stderr } = await shop.run()
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toContain('checkout')
    expect(stdout).toContain('1 passed')
    expect(JSON.parse(await shop.workspace.read('.tracerun/last/checkout.json'))).toMatchObject({
      tracerun: { outcome: 'passed', response: { status: 200, body: '{"order":1}' } }
    })
    expect(await shop.workspace.read('.tracerun/.gitignore')).toBe('*\n')
  })

  test('fails with 1, and tells line, expected, actual, and how to judge it again', async () => {
    const shop = await openShop(sendGatewaySpan, {
      assertions: ['attr:http.route = "/checkout"', 'count() = 2']
    })
    const { exitCode, stdout } = await shop.run()
    expect(exitCode).toBe(1)
    expect(stdout).toContain('checkout.yaml:13')
    expect(stdout).toContain('count() = 2')
    expect(stdout).toMatch(/actual\s+1/)
    expect(stdout).toContain('tracerun check -f checkout.yaml --trace .tracerun/last/checkout.json')
    const offline = await shop.workspace.run([
      'check',
      '-f',
      'checkout.yaml',
      '--trace',
      '.tracerun/last/checkout.json'
    ])
    expect(offline.exitCode).toBe(1)
    expect(offline.stdout).toContain('count() = 2')
  })

  test('fails with 1 where a check matches no span', async () => {
    const shop = await openShop(sendGatewaySpan, { selector: 'span[service.name="paymnet"]' })
    const { exitCode, stdout } = await shop.run()
    expect(exitCode).toBe(1)
    expect(stdout).toContain('paymnet')
  })

  test('-o json is one document, as the published schema describes it, and nothing else', async () => {
    const shop = await openShop(sendGatewaySpan, { assertions: ['count() = 1', 'attr:nothing = 1'] })
    const { exitCode, stdout, stderr } = await shop.run(['-o', 'json'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' })
    const document = JSON.parse(stdout)
    const ajv = new Ajv2020({ strict: false, validateFormats: false })
    const validate = ajv.compile(jsonReportSchema)
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true)
    expect(document).toMatchObject({ outcome: 'failed', exitCode: 1, summary: { failed: 1 } })
  })

  test('several reporters write what they are told to write', async () => {
    const shop = await openShop(sendGatewaySpan)
    const { exitCode, stdout } = await shop.run([
      '--reporter',
      'json=out/report.json',
      '--reporter',
      'ndjson=events.ndjson'
    ])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('1 passed')
    expect(JSON.parse(await shop.workspace.read('out/report.json'))).toMatchObject({ exitCode: 0 })
    const events = (await shop.workspace.read('events.ndjson')).trim().split('\n')
    expect(JSON.parse(events.at(-1)!)).toMatchObject({ type: 'run-finished' })
  })

  test('a report that cannot be written is 3, and says where', async () => {
    const shop = await openShop(sendGatewaySpan)
    await shop.workspace.write('taken', 'a file')
    const { exitCode, stderr } = await shop.run(['--reporter', 'json=taken/report.json'])
    expect(exitCode).toBe(3)
    expect(stderr).toContain('taken/report.json')
  })

  test('a place where the run cannot be saved takes nothing away from the result', async () => {
    const shop = await openShop(sendGatewaySpan)
    await shop.workspace.write('.tracerun', 'a file')
    const { exitCode, stdout, stderr } = await shop.run()
    expect(exitCode).toBe(0)
    expect(stdout).toContain('1 passed')
    expect(stderr).toContain('could not be saved')
  })

  test('under --strict a warning fails', async () => {
    const file = { assertions: ['count() >= 1'], extra: '' }
    const shop = await openShop(sendGatewaySpan, file)
    const yaml = (await shop.workspace.read('checkout.yaml')).replace(
      '  specs:\n',
      '  specs:\n    - selector: span[service.name="gateway"]\n      severity: warning\n      assertions: ["count() = 7"]\n'
    )
    await shop.workspace.write('checkout.yaml', yaml)
    expect(await shop.run()).toMatchObject({ exitCode: 0 })
    expect(await shop.run(['--strict'])).toMatchObject({ exitCode: 1 })
  })

  test('flags beat variables of the process, and these beat tracerun.yaml', async () => {
    const shop = await openShop(sendGatewaySpan)
    const wrong = await freePort()
    await shop.workspace.write(
      'tracerun.yaml',
      `tests: [checkout.yaml]\nreporters: [json]\notlpListen: ["127.0.0.1:${wrong}"]\n`
    )
    const env = { TRACERUN_OTLP_LISTEN: `127.0.0.1:${shop.port}` }
    const fromFile = await shop.workspace.run(['run'], { env })
    expect(JSON.parse(fromFile.stdout)).toMatchObject({ exitCode: 0 })
    const fromFlag = await shop.workspace.run(['run', '-o', 'pretty'], { env })
    expect(fromFlag.stdout).toContain('1 passed')
  })

  test('--vars fills in variables, --tag and --grep choose tests, --endpoint completes addresses, of which check asks none', async () => {
    const shop = await openShop(sendGatewaySpan, {
      extra: '  tags: [smoke]\n',
      assertions: ['attr:name = "${var:NAME}"']
    })
    const yaml = (await shop.workspace.read('checkout.yaml')).replace(
      `${shop.system.url}/checkout`,
      '/checkout'
    )
    await shop.workspace.write('checkout.yaml', yaml)
    await shop.workspace.write('values.env', 'NAME=POST /checkout\n')
    const args = [
      '--vars',
      'values.env',
      '--tag',
      'smoke&!slow',
      '--grep',
      'CHECK',
      '--endpoint',
      shop.system.url
    ]
    const { exitCode, stdout } = await shop.run(args)
    expect(exitCode, stdout).toBe(0)

    const trace = '.tracerun/last/checkout.json'
    const again = await shop.workspace.run([
      'check',
      'checkout.yaml',
      '--vars',
      'values.env',
      '--trace',
      trace
    ])
    expect(again.exitCode, again.stderr).toBe(0)
    const validated = ['validate', 'checkout.yaml', '--vars', 'values.env']
    const unset = await shop.workspace.run(validated)
    expect(unset.stderr).toContain('no endpoint is set')
    expect((await shop.workspace.run([...validated, '--endpoint', shop.system.url])).exitCode).toBe(0)
  })
})

test('many tests at once are waited for side by side, and silently', async () => {
  const shop = await openShop(sendGatewaySpan, { assertions: ['count() = 1'] })
  const one = await shop.workspace.read('checkout.yaml')
  const files = Array.from({ length: 40 }, (_, at) => one.replace('name: checkout', `name: checkout ${at}`))
  await shop.workspace.write('checkout.yaml', files.join('---\n'))
  const { exitCode, stdout, stderr, durationMs } = await shop.run(['--jobs', '16'])
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(stdout).toContain('40 passed')
  // Each alone is waited for a good second: one after the other they would take a minute.
  expect(durationMs).toBeLessThan(25_000)
})

describe('where something is in the way', () => {
  test.each([0, 1])('one of two ports in use (%i) is 3, says who it may be and what to do', async which => {
    const ports = [await freePort(), await freePort()]
    const other = createServer().listen(ports[which], '127.0.0.1')
    await new Promise(resolve => other.once('listening', resolve))
    await using workspace = await openWorkspace({ 'checkout.yaml': checkoutFile('http://127.0.0.1:1') })
    const listen = ports.flatMap(port => ['--otlp-listen', `127.0.0.1:${port}`])
    const { exitCode, stdout, stderr } = await workspace.run(['run', '-f', 'checkout.yaml', ...listen])
    other.close()
    expect(exitCode).toBe(3)
    expect(stdout + stderr).toContain(`127.0.0.1:${ports[which]}`)
    expect(stdout + stderr).toContain('--otlp-listen')
  })

  test('a refused connection is 3, and names the address', async () => {
    const port = await freePort()
    const listen = await freePort()
    await using workspace = await openWorkspace({ 'checkout.yaml': checkoutFile(`http://127.0.0.1:${port}`) })
    const { exitCode, stdout } = await workspace.run([
      'run',
      '-f',
      'checkout.yaml',
      '--otlp-listen',
      `127.0.0.1:${listen}`
    ])
    expect(exitCode).toBe(3)
    expect(stdout).toContain(`127.0.0.1:${port}`)
    expect(stdout).toContain('nothing listens')
  })

  test('a trigger that hangs is 3 after its timeout', async () => {
    const shop = await openShop(() => new Promise(() => {}), { triggerExtra: '    timeout: 300ms\n' })
    const { exitCode, stdout, durationMs } = await shop.run()
    expect(exitCode).toBe(3)
    expect(stdout).toMatch(/300 ?ms|0\.3 ?s/)
    expect(durationMs).toBeLessThan(10_000)
  })

  test('a service that starts a trace of its own is 3, and the report says so', async () => {
    const shop = await openShop(
      (_, port) =>
        sendSpans(port, [
          { traceId: 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb1', spanId: ROOT_ID, service: 'gateway' }
        ]),
      { timeout: '2s' }
    )
    const { exitCode, stdout } = await shop.run()
    expect(exitCode).toBe(3)
    expect(stdout).toContain('gateway')
    expect(stdout).toMatch(/other trace|own trace|different trace/i)
  })

  test('a service that is sampled out sends nothing: 3, with the usual causes', async () => {
    const shop = await openShop(async () => {}, { timeout: '2s' })
    const { exitCode, stdout } = await shop.run()
    expect(exitCode).toBe(3)
    for (const variable of ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_TRACES_SAMPLER', 'OTEL_PROPAGATORS'])
      expect(stdout).toContain(variable)
  })

  test('a violated check of the answer is 1, though no trace came', async () => {
    const shop = await openShop(async () => {}, { status: 500, timeout: '2s', assertions: ['count() = 1'] })
    const yaml = (await shop.workspace.read('checkout.yaml')).replace(
      '  specs:\n',
      '  specs:\n    - selector: ":root"\n      assertions: ["response:status = 200"]\n'
    )
    await shop.workspace.write('checkout.yaml', yaml)
    const { exitCode, stdout } = await shop.run()
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/actual\s+500/)
  })
})

describe('a run that is stopped', () => {
  test.each(['pretty', 'json'])(
    'by Ctrl-C reports what was measured (%s), and ends with 130',
    async output => {
      const shop = await openShop(async () => {}, { timeout: '60s' })
      const args = ['run', '-f', 'checkout.yaml', '--otlp-listen', `127.0.0.1:${shop.port}`, '-o', output]
      const { exitCode, stdout, durationMs } = await shop.workspace.run(args, {
        onStart: child => {
          const timer = setInterval(() => {
            if (shop.system.requests.length === 0) return
            clearInterval(timer)
            child.kill('SIGINT')
          }, 20)
        }
      })
      expect(exitCode).toBe(130)
      if (output === 'json')
        expect(JSON.parse(stdout)).toMatchObject({ outcome: 'interrupted', exitCode: 130 })
      else expect(stdout).toMatch(/checkout.*interrupted/is)
      expect(durationMs).toBeLessThan(20_000)
      expect(await shop.workspace.read('.tracerun/last/run.ndjson')).toContain('run-finished')
    }
  )

  test('by Ctrl-C while it reads what nobody types ends with 130', async () => {
    await using workspace = await openWorkspace()
    const { exitCode, stdout } = await workspace.run(['run', '-', '--debug'], {
      keepsStdinOpen: true,
      onStart: child => child.stderr.once('data', () => child.kill('SIGINT'))
    })
    expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: '' })
  })

  test('by a reader that has seen enough is silent', async () => {
    const shop = await openShop(sendGatewaySpan)
    const listen = ['--otlp-listen', `127.0.0.1:${shop.port}`]
    const { exitCode, stderr } = await shop.workspace.run(['run', '-f', 'checkout.yaml', ...listen], {
      onStart: child => child.stdout.destroy()
    })
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  })
})

test('--bail starts nothing after the first test that does not pass', async () => {
  const shop = await openShop(sendGatewaySpan)
  const good = await shop.workspace.read('checkout.yaml')
  const bad = good.replace(shop.system.url, `http://127.0.0.1:${await freePort()}`)
  const files = [bad, good, good].map((text, at) => text.replace('name: checkout', `name: checkout ${at}`))
  await shop.workspace.write('checkout.yaml', files.join('---\n'))
  const { exitCode, stdout } = await shop.run(['--bail', '--jobs', '1', '-o', 'json'])
  expect(exitCode).toBe(3)
  expect(JSON.parse(stdout).summary).toMatchObject({ errored: 1, skipped: 2, passed: 0 })
  expect(shop.system.requests).toHaveLength(0)
})
