import { chmod, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { openWorkspace, type Workspace } from '../support/run-inline.ts'
import { sendSpans, startSystem } from '../support/system-under-test.ts'
import { type ActionOptions, type ActionResult, manifest, runAction, step } from './run-action.ts'

const cleanups: AsyncDisposable[] = []
afterEach(async () => {
  for (const resource of cleanups.splice(0)) await resource[Symbol.asyncDispose]()
})

type Run = (
  inputs?: Readonly<Record<string, string>>,
  options?: Pick<ActionOptions, 'env' | 'cancel'>
) => Promise<ActionResult>

interface Job {
  readonly workspace: Workspace
  readonly run: Run
}

async function openJob(files: Readonly<Record<string, string>>): Promise<Job> {
  const workspace = await openWorkspace(files)
  const outside = await openWorkspace()
  cleanups.push(workspace, outside)
  return {
    workspace,
    run: (inputs = {}, options = {}) =>
      runAction({ workspace: workspace.path, temp: outside.path, inputs, ...options })
  }
}

function testFile(url: string, assertion: string): string {
  return `type: Test
spec:
  name: checkout
  timeout: 8s
  flushDelay: 500ms
  absenceWindow: 100ms
  async: 300ms
  trigger: { type: http, httpRequest: { method: POST, url: "${url}/checkout" } }
  specs:
    - selector: span[service.name="gateway"]
      assertions: [${assertion}]
`
}

interface Shop extends Job {
  readonly listen: string
}

/** A service that sends one span a request and answers 200 from its second request on, and tests of it. */
async function openShop(
  files: Readonly<Record<string, string>> = { 'checkout.yaml': 'count() = 1' }
): Promise<Shop> {
  const port = await freePort()
  let requests = 0
  const system = await startSystem(async ({ traceId, parentSpanId }) => {
    requests++
    await sendSpans(port, [{ traceId, spanId: 'aaaaaaaaaaaaaaa1', parentSpanId }])
    return { status: requests === 1 ? 503 : 200, body: '{}' }
  })
  cleanups.push(system)
  const written = Object.entries(files).map(([name, assertion]) => [name, testFile(system.url, assertion)])
  const job = await openJob(Object.fromEntries(written) as Record<string, string>)
  return { ...job, listen: `--otlp-listen 127.0.0.1:${port}` }
}

describe('the Action', () => {
  test('passes with the tests, and counts them', async () => {
    const { run, listen } = await openShop()
    const { exitCode, stdout, stderr, outputs } = await run({
      files: 'checkout.yaml',
      args: listen,
      version: 'local'
    })
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toContain('1 passed')
    expect(outputs).toMatchObject({ passed: '1', failed: '0', flaky: '0', 'exit-code': '0' })
    expect(JSON.parse(await readFile(outputs['report']!, 'utf8'))).toMatchObject({ outcome: 'passed' })
  })

  test('fails with a test, with its exit code', async () => {
    const { run, listen } = await openShop({ 'checkout.yaml': 'count() = 2', 'more.yaml': 'count() = 1' })
    const { exitCode, stdout, outputs } = await run({
      files: 'checkout.yaml\nmore.yaml\n',
      args: listen,
      version: 'local'
    })
    expect(exitCode).toBe(1)
    expect(stdout).toContain('checkout.yaml:')
    expect(outputs).toMatchObject({ passed: '1', failed: '1', 'exit-code': '1' })
  })

  test.each([
    ['', 0],
    ['--fail-on-flaky', 1]
  ])(
    'counts a test that passes at its second attempt as flaky; with %j it ends with %i',
    async (flag, code) => {
      const { run, listen } = await openShop({ 'checkout.yaml': 'response:status = 200' })
      const args = `${listen} --retries 1 ${flag}`
      const { exitCode, outputs } = await run({ files: 'checkout.yaml', args, version: 'local' })
      expect(outputs).toMatchObject({ passed: '0', flaky: '1', failed: '0', 'exit-code': String(code) })
      expect(exitCode).toBe(code)
    }
  )

  test('shows what failed at its line, and in the summary of the job', async () => {
    const { run, listen } = await openShop({ 'checkout.yaml': 'count() = 2' })
    const { stdout, summary } = await run({ files: 'checkout.yaml', args: listen, version: 'local' })
    expect(stdout).toMatch(/^::error [^\n]*file=checkout\.yaml,[^\n]*line=11/m)
    expect(summary).toContain('count() = 2')
  })

  test('counts what could not be judged as failed', async () => {
    const { run } = await openJob({ 'away.yaml': testFile('http://127.0.0.1:1', 'count() = 1') })
    const { exitCode, outputs } = await run({
      files: 'away.yaml',
      args: `--otlp-listen 127.0.0.1:${await freePort()}`,
      version: 'local'
    })
    expect(exitCode).toBe(3)
    expect(outputs).toMatchObject({ passed: '0', failed: '1', 'exit-code': '3' })
  })

  test('finds files in folders with blanks in their names, one a line, and writes the reports asked for', async () => {
    const { run, listen, workspace } = await openShop({
      'my shop/trace tests/check out.yaml': 'count() = 1',
      'my shop/more.yaml': 'count() = 1'
    })
    const { exitCode, outputs } = await run({
      files: '\n  trace tests/check out.yaml  \r\nmore.yaml',
      reporters: 'ndjson=our reports/events.ndjson',
      args: `${listen} --grep "check"'out'`,
      version: 'local',
      'working-directory': 'my shop'
    })
    expect(exitCode).toBe(0)
    expect(outputs['passed']).toBe('2')
    expect(await workspace.read('my shop/our reports/events.ndjson')).toContain('checkout')
  })

  test('starts the system itself where a command is given, with its arguments', async () => {
    const { run, listen, workspace } = await openShop()
    await workspace.write('start it.js', "console.error('up', process.argv[2]); setInterval(() => {}, 1000)")
    const { exitCode, stderr, stdout } = await run({
      files: 'checkout.yaml',
      start: `"${process.execPath}" 'start it.js' "on port $PORT"`,
      args: `${listen} --wait-for http://127.0.0.1:1/ --wait-timeout 300ms`,
      version: 'local'
    })
    expect(stdout + stderr).toContain('up on port $PORT')
    expect(exitCode).toBe(3)
  })

  const HOSTILE = ['$(touch x)', '`touch x`', '; touch x', '| touch x', '&& touch x', '> x', '%0Atouch x']
  test.each(['files', 'start', 'args', 'reporters', 'version', 'working-directory'])(
    'runs nothing that stands in %s',
    async input => {
      const { run, workspace } = await openJob({})
      const { exitCode } = await run({ files: '.', version: 'local', [input]: HOSTILE.join('\n') })
      expect(exitCode).toBe(2)
      expect(await readdir(workspace.path)).not.toContain('x')
    }
  )

  const WRONG: readonly (readonly [inputs: Readonly<Record<string, string>>, said: string])[] = [
    [{ version: '1.2.3; ls' }, 'version: "1.2.3; ls" is none: write 1.2.3, ^1.2.3, latest or local'],
    [{ version: 'file:../elsewhere' }, 'version: "file:../elsewhere" is none'],
    [{ args: "--grep 'check" }, "args: the quote ' at character 8 is not closed"],
    [
      { args: '-- npm start' },
      'args: there is nothing behind -- here: a command to start goes into the input start'
    ],
    [{ start: 'npm "start' }, 'start: the quote " at character 5 is not closed'],
    [{ 'working-directory': 'no%where\nelse' }, 'working-directory: no%25where%0Aelse is not a folder']
  ]
  test.each(WRONG)(
    'says what is wrong with an input, on a line that the runner shows: %j',
    async (inputs, said) => {
      const { run } = await openJob({})
      const { exitCode, stdout, outputs } = await run({ version: 'local', ...inputs })
      expect(exitCode).toBe(2)
      expect(stdout).toMatch(/^::error title=tracerun::[^\n]*\n$/)
      expect(stdout).toContain(said)
      expect(outputs).toMatchObject({ passed: 'unknown', failed: 'unknown', report: '', 'exit-code': '2' })
    }
  )

  test('says on such a line that no test was run, and passes the exit code on', async () => {
    const { run } = await openJob({})
    const { exitCode, stdout, stderr, outputs } = await run({ files: 'none.yaml', version: 'local' })
    expect(exitCode).toBe(2)
    expect(stderr).toContain('none.yaml')
    expect(stdout).toContain('::error title=tracerun::no test was run')
    expect(outputs).toMatchObject({ passed: 'unknown', failed: 'unknown', flaky: 'unknown', report: '' })
  })

  test('does not pass where the arguments ask for something else than tests', async () => {
    const { run } = await openJob({})
    const { exitCode, outputs } = await run({ args: '--help', version: 'local' })
    expect(exitCode).toBe(2)
    expect(outputs).toMatchObject({ passed: 'unknown', 'exit-code': '2' })
  })

  test('says what is missing where the Node of the job is too old', async () => {
    const old = 'Object.defineProperty(process, "versions", { value: { node: "18.20.0" } })'
    const { run } = await openJob({})
    const env = { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(old)}` }
    const { exitCode, stdout } = await run({ version: 'local' }, { env })
    expect(exitCode).toBe(2)
    expect(stdout).toContain('::error title=tracerun::Node: it is 18.20.0, and 20.19 is needed')
  })

  // There are no signals to other processes on Windows.
  test.skipIf(process.platform === 'win32')(
    'tells tracerun that the job is cancelled, and counts what was done',
    async () => {
      let requested = (): void => {}
      const cancel = new Promise<void>(resolve => {
        requested = resolve
      })
      const system = await startSystem(() => {
        requested()
        return new Promise(() => {})
      })
      cleanups.push(system)
      const { run } = await openJob({ 'checkout.yaml': testFile(system.url, 'count() = 1') })
      const args = `--otlp-listen 127.0.0.1:${await freePort()}`
      const { exitCode, outputs } = await run({ files: 'checkout.yaml', args, version: 'local' }, { cancel })
      expect(exitCode).toBe(130)
      expect(outputs).toMatchObject({ passed: '0', 'exit-code': '130' })
    }
  )

  // The package that npx finds here is linked as npm does it on systems with symbolic links.
  test.skipIf(process.platform === 'win32')(
    'hands each word to the package of npm as it is, and asks no registry for one that is installed',
    async () => {
      const { run, workspace } = await openJob({
        'node_modules/tracerun/package.json':
          '{ "name": "tracerun", "version": "9.8.7", "bin": { "tracerun": "bin.js" } }',
        'node_modules/tracerun/bin.js':
          '#!/usr/bin/env node\nrequire("node:fs").writeFileSync("words.json", JSON.stringify(process.argv.slice(2)))',
        'node_modules/.bin/tracerun': '#!/bin/sh\nexec node node_modules/tracerun/bin.js "$@"\n'
      })
      await chmod(join(workspace.path, 'node_modules/.bin/tracerun'), 0o755)
      const { exitCode } = await run({
        files: 'a $(touch x).yaml\nC:\\tests\\b.yaml',
        args: `--config C:\\ci\\tracerun.yaml --vars 'it''s' --grep "\`touch x\` \\"q\\"" --debug`,
        start: 'npm "run x"',
        version: '9.8.7'
      })
      expect(exitCode).toBe(2)
      const words = JSON.parse(await workspace.read('words.json')) as string[]
      const isReport = (word: string): boolean => word.startsWith('--reporter=json=')
      expect(words.filter(word => !isReport(word))).toEqual([
        'exec',
        '--file=a $(touch x).yaml',
        '--file=C:\\tests\\b.yaml',
        ...['--config', 'C:\\ci\\tracerun.yaml', '--vars', 'its', '--grep', '`touch x` "q"', '--debug'],
        ...['--', 'npm', 'run x']
      ])
      expect(words.filter(isReport)).toHaveLength(1)
      expect(await readdir(workspace.path)).not.toContain('x')
    }
  )
})

describe('action.yml', () => {
  test('starts the script by a line that no input is part of', () => {
    expect(step.run).toBe('exec node "$GITHUB_ACTION_PATH/action/run.mjs"')
    expect(step.shell).toBe('bash')
  })

  test('hands each of its inputs to the script', () => {
    const handed = Object.values(step.env).map(text => /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(text)?.[1])
    expect(handed.sort()).toEqual(Object.keys(manifest.inputs).sort())
  })

  test('has the outputs that the script writes, and no others', async () => {
    const { run } = await openJob({})
    const { outputs } = await run({ version: 'none of them' })
    expect(Object.keys(outputs).sort()).toEqual(Object.keys(manifest.outputs).sort())
    for (const [name, { value }] of Object.entries(manifest.outputs))
      expect(value).toBe(`\${{ steps.${step.id}.outputs.${name} }}`)
  })
})
