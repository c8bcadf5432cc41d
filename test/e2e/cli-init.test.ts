import { access, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../support/free-port.ts'
import type { InlineResult, Workspace } from '../support/run-inline.ts'
import { openWorkspace } from '../support/run-within.ts'
import { type Shop, startDemoShop } from '../support/shop.ts'
import type { SystemUnderTest } from '../support/system-under-test.ts'
import { sendSpans, startSystem } from '../support/system-under-test.ts'

const SOON = ['--flush-delay', '200ms']

async function filesIn(workspace: Workspace): Promise<readonly string[]> {
  const found = await readdir(workspace.path, { recursive: true, withFileTypes: true })
  return found
    .filter(entry => entry.isFile())
    .map(entry =>
      join(entry.parentPath, entry.name)
        .slice(workspace.path.length + 1)
        .replaceAll('\\', '/')
    )
    .filter(path => !path.startsWith('.tracerun/'))
    .sort()
}

describe('a first test of the demo shop', () => {
  let port: number
  let shop: Shop
  let workspace: Workspace
  let first: InlineResult
  const listen = (): string[] => ['--otlp-listen', `127.0.0.1:${port}`]
  const checkout = (): string =>
    `curl '${shop.url}/checkout' -H "x-fault: \${FAULT:-none}" --json '{"sku":"SKU-1","quantity":1}'`

  beforeAll(async () => {
    port = await freePort()
    shop = await startDemoShop({ otlpEndpoint: `http://127.0.0.1:${port}`, env: {} })
    workspace = await openWorkspace()
    first = await workspace.run(['init', checkout(), ...SOON, ...listen()])
  })
  afterAll(async () => {
    await shop.stop()
    await workspace[Symbol.asyncDispose]()
  })

  test('is written in an empty folder, and holds for the trace that was seen', async () => {
    expect(first.stderr).toBe('')
    expect(first.stdout).toContain('sending POST /checkout once')
    expect(first.stdout).toMatch(/answered 200 OK; 20 spans of 5 services: gateway, /)
    expect(first.stdout).toMatch(/✓ POST \/checkout +passed/)
    expect(first.stdout).toContain('next:\n  tracerun run\n')
    expect(first.exitCode).toBe(0)
    expect(await filesIn(workspace)).toEqual([
      '.github/workflows/trace-tests.yml',
      'tests/post-checkout.yaml',
      'tracerun.yaml'
    ])
    const written = await workspace.read('tests/post-checkout.yaml')
    expect(written).toContain('url: /checkout')
    expect(written).toContain('selector: span[service.name="payment"]:entry')
    expect(written).toContain('name: pricing asks postgresql at most once')
    expect(await workspace.read('tracerun.yaml')).toContain(`endpoint: ${shop.url}`)
  })

  test('passes by run, and fails once the shop has a fault', async () => {
    const healthy = await workspace.run(['run'])
    expect(healthy.exitCode, healthy.stdout).toBe(0)
    const faulty = await workspace.run(['run'], { env: { FAULT: 'n-plus-one' } })
    expect(faulty.exitCode, faulty.stdout).toBe(1)
    expect(faulty.stdout).toContain('pricing asks postgresql at most once')
  })

  test('is not written over, and nothing is sent, unless that is asked for', async () => {
    const before = await workspace.read('tests/post-checkout.yaml')
    const again = await workspace.run(['init', checkout(), ...SOON])
    expect({ exitCode: again.exitCode, stdout: again.stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(again.stderr).toContain('tests/post-checkout.yaml is there already: nothing was sent or written')
    expect(again.stderr).toContain('--force')
    expect(await workspace.read('tests/post-checkout.yaml')).toBe(before)
  })

  test('another test joins the project, whose files stay as they are', async () => {
    const before = await workspace.read('tracerun.yaml')
    const { exitCode, stdout } = await workspace.run(['init', `${shop.url}/health`, '--no-send'])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('tracerun.yaml is there already and stays as it is')
    expect(await workspace.read('tracerun.yaml')).toBe(before)
    expect(await workspace.read('tests/get-health.yaml')).toContain('url: /health')
  })
})

describe('where there is no trace to look at', () => {
  test('a system that is down leaves a test of the answer, the reason, and exit code 3', async () => {
    await using workspace = await openWorkspace()
    const listen = ['--otlp-listen', `127.0.0.1:${await freePort()}`]
    const url = `http://127.0.0.1:${await freePort()}/cart`
    const { exitCode, stdout, stderr } = await workspace.run(['init', url, ...listen])
    expect(exitCode).toBe(3)
    expect(stderr).toContain('nothing listens on')
    expect(stdout).toContain('wrote tests/get-cart.yaml')
    const written = await workspace.read('tests/get-cart.yaml')
    expect(written).toContain(
      '# Of the trace nothing is checked yet: the system did not answer when this was written.'
    )
    expect(written).toContain('response:status = 200')
    expect((await workspace.run(['validate'])).exitCode).toBe(0)
    expect((await workspace.run(['run', '--last-failed', ...listen])).exitCode).toBe(3)
  })

  test('a system that sends no spans leaves the same, with the diagnosis of a run, and the test passes', async () => {
    await using workspace = await openWorkspace()
    await using system = await startSystem(() => ({ status: 201 }))
    const listen = `127.0.0.1:${await freePort()}`
    const { exitCode, stdout, stderr } = await workspace.run([
      'init',
      `${system.url}/cart`,
      '--timeout',
      '300ms',
      '--otlp-listen',
      listen
    ])
    expect(exitCode).toBe(3)
    expect(stderr).toContain('nothing came from any service')
    expect(stderr).toContain('OTEL_EXPORTER_OTLP_ENDPOINT')
    expect(stdout).toContain('answered 201 Created; no spans came')
    expect((await workspace.run(['run'])).exitCode).toBe(0)
  })

  test('a port that is taken is said before anything is sent or written', async () => {
    await using workspace = await openWorkspace()
    await using system = await startSystem(() => ({}))
    await using other = await startSystem(() => ({}))
    const listen = `127.0.0.1:${other.port}`
    const { exitCode, stderr } = await workspace.run(['init', system.url, '--otlp-listen', listen])
    expect(exitCode).toBe(3)
    expect(stderr).toContain('already in use')
    expect(system.requests).toEqual([])
    expect(await filesIn(workspace)).toEqual([])
  })

  test('keeps the password of a data store out of the files, and says where it is read from', async () => {
    await using workspace = await openWorkspace()
    const { exitCode, stdout, stderr } = await workspace.run([
      'init',
      '--no-send',
      '--data-store',
      'jaeger=http://joe:opensesame@127.0.0.1:1',
      'http://127.0.0.1:1/x'
    ])
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toContain(
      'the password of the data store is not in the file: it is read from $DATA_STORE_PASSWORD'
    )
    expect(await workspace.read('.github/workflows/trace-tests.yml')).toContain(
      'DATA_STORE_PASSWORD: ${{ secrets.DATA_STORE_PASSWORD }}'
    )
    const files = await filesIn(workspace)
    for (const text of [stdout, ...(await Promise.all(files.map(workspace.read)))])
      expect(text).not.toContain('opensesame')
  })

  test('--no-send sends nothing, and writes', async () => {
    await using workspace = await openWorkspace()
    await using system = await startSystem(() => ({}))
    const { exitCode, stdout } = await workspace.run([
      'init',
      '--no-send',
      '--ci',
      'none',
      `${system.url}/cart`
    ])
    expect(exitCode).toBe(0)
    expect(system.requests).toEqual([])
    expect(stdout).not.toContain('sending')
    expect(await filesIn(workspace)).toEqual(['tests/get-cart.yaml', 'tracerun.yaml'])
  })

  test.each([[[]], [['--yes']]])('nobody at the terminal is asked nothing: init %s', async flags => {
    await using workspace = await openWorkspace()
    const { exitCode, stdout } = await workspace.run(['init', '--no-send', ...flags], {
      keepsStdinOpen: true
    })
    expect(exitCode).toBe(0)
    expect(stdout).not.toContain('?')
    expect(await workspace.read('tracerun.yaml')).toContain('endpoint: http://localhost:8080')
  })
})

/** Answers with a span of a service that reports an error, of its own and of nobody else. */
async function startFailing(port: number): Promise<SystemUnderTest> {
  return startSystem(async ({ traceId, parentSpanId }) => {
    await sendSpans(port, [{ traceId, spanId: 'aaaaaaaaaaaaaaa1', parentSpanId, service: 'cart' }])
    return { status: 500 }
  })
}

describe('the request', () => {
  test('goes out as curl would send it, its secrets in no file and in no output', async () => {
    const port = await freePort()
    await using workspace = await openWorkspace({ 'data/order.json': '{"sku":"SKU-1"}' })
    await using system = await startFailing(port)
    const { exitCode, stdout, stderr } = await workspace.run([
      ...['init', ...SOON, '--otlp-listen', `127.0.0.1:${port}`, '--', 'curl', '-X', 'PUT'],
      ...['-H', 'x-api-key: key-4711', '-u', 'joe:opensesame', '-b', 'sid=session-4711'],
      ...['--data-binary', '@data/order.json', `${system.url}/order`]
    ])
    expect(exitCode, stderr).toBe(0)
    const [request] = system.requests
    expect(request).toMatchObject({ method: 'PUT', body: '{"sku":"SKU-1"}' })
    expect(request?.headers).toMatchObject({
      'x-api-key': 'key-4711',
      cookie: 'sid=session-4711',
      authorization: `Basic ${Buffer.from('joe:opensesame').toString('base64')}`
    })
    const files = await Promise.all((await filesIn(workspace)).map(path => workspace.read(path)))
    const shown = [stdout, stderr, ...files].join('\n')
    for (const secret of ['key-4711', 'opensesame', 'session-4711']) expect(shown).not.toContain(secret)
    expect(stdout).toContain('the header x-api-key is not in the file: it is read from $X_API_KEY')
    expect(stdout).toContain('the answer was 500, and the test expects that')
    expect(await workspace.read('tests/put-order.yaml')).toContain('body: ../data/order.json')
    expect(await workspace.read('.github/workflows/trace-tests.yml')).toContain(
      'X_API_KEY: ${{ secrets.X_API_KEY }}'
    )
    const without = await workspace.run(['run'])
    expect(without.exitCode).toBe(2)
    expect(without.stderr).toContain('the environment variable `X_API_KEY` is not set')
    const env = { X_API_KEY: 'key-4711', API_PASSWORD: 'opensesame', COOKIE: 'sid=session-4711' }
    const again = await workspace.run(['run'], { env })
    expect(again.exitCode, again.stdout + again.stderr).toBe(0)
  })

  test('may come from standard input, as a browser copies it', async () => {
    await using workspace = await openWorkspace()
    const stdin = "curl 'http://shop.example/cart' \\\n  -H 'sec-fetch-mode: cors' \\\n  --compressed\n"
    const { exitCode, stdout } = await workspace.run(['init', '-', '--no-send', '--ci', 'gitlab'], { stdin })
    expect(exitCode).toBe(0)
    expect(stdout).toContain('left out, as a client or tracerun says them itself: sec-fetch-mode')
    expect(await filesIn(workspace)).toEqual([
      '.gitlab/trace-tests.yml',
      'tests/get-cart.yaml',
      'tracerun.yaml'
    ])
  })

  test.each([
    [['init', 'curl -F a=@b http://h/'], '-F cannot be repeated by a test'],
    [['init', '-X', 'POST', 'http://h/'], 'Put the whole curl command in quotes'],
    [['init', 'curl -H "a: $NOT_SET" http://h/'], 'the request reads $NOT_SET, which is not set'],
    [['init', 'curl -d @gone.json http://h/'], 'the body gone.json is not there']
  ])('that cannot be read is refused, and nothing is written: %s', async (words, message) => {
    await using workspace = await openWorkspace()
    const { exitCode, stderr } = await workspace.run(words)
    expect(exitCode).toBe(2)
    expect(stderr).toContain(message)
    await expect(access(join(workspace.path, 'tests'))).rejects.toThrow()
  })

  test('--force writes over what is there', async () => {
    await using workspace = await openWorkspace({ 'tests/get-cart.yaml': 'mine' })
    const words = ['init', 'http://h/cart', '--no-send', '--ci', 'none']
    expect((await workspace.run(words)).exitCode).toBe(2)
    expect(await workspace.read('tests/get-cart.yaml')).toBe('mine')
    expect((await workspace.run([...words, '--force'])).exitCode).toBe(0)
    expect(await workspace.read('tests/get-cart.yaml')).toContain('type: Test')
  })
})
