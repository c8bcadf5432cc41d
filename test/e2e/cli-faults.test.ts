import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { until } from '../support/processes.ts'
import { BIN, openWorkspace, type Workspace } from '../support/run-inline.ts'
import { startSystem } from '../support/system-under-test.ts'

/** A test of the answer alone: it passes as soon as the system answers with 200. */
const testOf = (url: string, name = 'checkout'): string => `type: Test
spec:
  name: ${name}
  trigger: { type: http, httpRequest: { url: "${url}" } }
  specs: [{ selector: ":root", assertions: ["response:status = 200"] }]
`

async function openCheckout(url: string): Promise<Workspace> {
  return await openWorkspace({ 'checkout.yaml': testOf(url) })
}

const makePipe = (path: string): Buffer => execFileSync('sh', ['-c', `mkfifo '${path}'`])

const RUN = ['run', '-f', 'checkout.yaml']
const report = (text: string): { outcome: string; tests: { name: string; outcome: string }[] } =>
  JSON.parse(text)

describe('a run that is interrupted', () => {
  test('reports what was measured, and ends with 130', async () => {
    await using system = await startSystem(request => (request.path === '/slow' ? new Promise(() => {}) : {}))
    await using workspace = await openWorkspace({
      'suite.yaml': `${testOf(system.url)}---\n${testOf(`${system.url}/slow`, 'slow')}`
    })
    const { exitCode } = await workspace.run(
      [
        'run',
        '-f',
        'suite.yaml',
        '--jobs',
        '1',
        '--reporter',
        'json=report.json',
        '--reporter',
        'ndjson=e.ndjson'
      ],
      {
        onStart: child =>
          void until(() => system.requests.some(({ path }) => path === '/slow')).then(() =>
            child.kill('SIGINT')
          )
      }
    )
    expect(exitCode).toBe(130)
    const { tests } = report(await workspace.read('report.json'))
    expect(tests.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['checkout', 'passed'],
      ['slow', expect.not.stringMatching('passed')]
    ])
    expect((await workspace.read('e.ndjson')).trim().split('\n').at(-1)).toContain('run-finished')
    expect(existsSync(join(workspace.path, '.tracerun/last/checkout.json'))).toBe(true)
  })

  test('ends at once where it is interrupted twice', async () => {
    await using system = await startSystem(() => new Promise(() => {}))
    await using workspace = await openCheckout(system.url)
    const { exitCode, stderr } = await workspace.run(RUN, {
      onStart: child =>
        void until(() => system.requests.length > 0).then(() => {
          child.kill('SIGINT')
          child.kill('SIGTERM')
        })
    })
    expect(exitCode).toBe(130)
    expect(stderr).not.toContain('bug in tracerun')
  })
})

test('a run that is killed leaves the run before as it was, its port free, and nothing that stays', async () => {
  const port = await freePort()
  let isStuck = false
  await using system = await startSystem(() => (isStuck ? new Promise(() => {}) : {}))
  await using workspace = await openCheckout(system.url)
  const args = [...RUN, '--otlp-listen', `127.0.0.1:${port}`, '--reporter', 'json=report.json']
  expect((await workspace.run(args)).exitCode).toBe(0)
  const before = await workspace.read('.tracerun/last/checkout.json')

  isStuck = true
  const killed = await workspace.run(args, {
    onStart: child => void until(() => system.requests.length === 2).then(() => child.kill('SIGKILL'))
  })
  expect(killed.exitCode).toBeNull()
  expect(await workspace.read('.tracerun/last/checkout.json')).toBe(before)
  // Nobody takes the report of the run before for that of the one that was killed.
  expect(existsSync(join(workspace.path, 'report.json'))).toBe(false)
  const drafts = async (): Promise<readonly string[]> =>
    (await readdir(join(workspace.path, '.tracerun'))).filter(name => name.startsWith('.next-'))
  const [draft] = await drafts()
  await utimes(join(workspace.path, '.tracerun', draft!), 0, 0)

  isStuck = false
  expect((await workspace.run(args)).exitCode).toBe(0)
  expect(await drafts()).toEqual([])
  expect(report(await workspace.read('report.json')).outcome).toBe('passed')
  expect((await readdir(workspace.path)).filter(name => name.endsWith('.part'))).toEqual([])
})

describe('a report that cannot be written', () => {
  test.skipIf(!existsSync('/dev/full'))('costs the run its success, and the others nothing', async () => {
    await using system = await startSystem(() => ({}))
    await using workspace = await openCheckout(system.url)
    const args = [...RUN, '--reporter', 'json=/dev/full', '--reporter', 'ndjson=e.ndjson']
    const { exitCode, stdout, stderr } = await workspace.run(args)
    expect(exitCode).toBe(3)
    expect(stdout).toContain('1 passed')
    expect(stderr).toMatch(/the reporter "json=\/dev\/full" failed: ENOSPC/)
    expect(await workspace.read('e.ndjson')).toContain('run-finished')
    expect(existsSync(join(workspace.path, '.tracerun/last/checkout.json'))).toBe(true)
  })

  test('is said with its name where the disk is full, and no half of it is left', async () => {
    await using system = await startSystem(() => ({ body: 'x'.repeat(5000) }))
    await using workspace = await openCheckout(system.url)
    const words = [process.execPath, BIN, ...RUN, '--reporter', 'json=out/report.json'].map(
      word => `'${word}'`
    )
    const child = spawn('bash', ['-c', `ulimit -f 1; exec ${words.join(' ')}`], { cwd: workspace.path })
    const said: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => said.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk))
    const exitCode = await new Promise(resolve => child.on('close', resolve))
    const text = Buffer.concat(said).toString()
    expect(exitCode, text).toBe(3)
    expect(text).toContain('1 passed')
    expect(text).toContain('the reporter "json=out/report.json" failed: EFBIG')
    expect(text).toContain('the run could not be saved in .tracerun/last')
    expect(await readdir(join(workspace.path, 'out'))).toEqual([])
  })

  test.each([
    ['a folder', 'folder', /folder/],
    ['below a file', 'file/report.json', /file/]
  ])('is refused before the tests where its place is %s', async (_, path, words) => {
    await using system = await startSystem(() => ({}))
    await using workspace = await openCheckout(system.url)
    await mkdir(join(workspace.path, 'folder'))
    await writeFile(join(workspace.path, 'file'), '')
    const args = [...RUN, '--reporter', 'json=first.json', '--reporter', `json=${path}`]
    const { exitCode, stderr } = await workspace.run(args)
    expect(exitCode).toBe(3)
    expect(stderr).toMatch(/the json report cannot be written to/)
    expect(stderr).toMatch(words)
    expect(system.requests).toEqual([])
    expect((await readdir(workspace.path)).filter(name => name.includes('first'))).toEqual([])
  })

  test('is none where only its folder is missing', async () => {
    await using system = await startSystem(() => ({}))
    await using workspace = await openCheckout(system.url)
    const { exitCode } = await workspace.run([...RUN, '--reporter', 'json=a/b/c/report.json'])
    expect(exitCode).toBe(0)
    expect(report(await workspace.read('a/b/c/report.json')).outcome).toBe('passed')
  })
})

describe.skipIf(process.platform === 'win32')('a pipe', () => {
  test('that nobody reads ends the run within a bound, which names the report', async () => {
    await using system = await startSystem(() => ({}))
    await using workspace = await openCheckout(system.url)
    makePipe(join(workspace.path, 'pipe'))
    const args = [...RUN, '--reporter', 'json=pipe', '--reporter', 'ndjson=e.ndjson']
    const { exitCode, stdout, stderr } = await workspace.run(args)
    expect(exitCode).toBe(3)
    expect(stdout).toContain('1 passed')
    expect(stderr).toContain('the reporter "json=pipe" failed: it had not ended 10 s after the run')
    expect(await workspace.read('e.ndjson')).toContain('run-finished')
  })

  test('that is read gets the whole report, however slowly', async () => {
    await using system = await startSystem(() => ({ body: 'x'.repeat(300_000) }))
    await using workspace = await openCheckout(system.url)
    const path = join(workspace.path, 'pipe')
    makePipe(path)
    const read = readFile(path, 'utf8')
    const { exitCode, stderr } = await workspace.run([...RUN, '--reporter', 'json=pipe'])
    expect(exitCode, stderr).toBe(0)
    expect(report(await read).outcome).toBe('passed')
  })
})

describe.skipIf(process.platform === 'win32')('standard output', () => {
  test.each([
    ['closed by its reader', '| head -c 1', '${PIPESTATUS[0]}'],
    ['closed from the start', '>&-', '$?']
  ])('that is %s costs nothing but what it would have shown', async (_, redirection, status) => {
    await using system = await startSystem(() => ({}))
    await using workspace = await openCheckout(system.url)
    const words = [process.execPath, BIN, ...RUN, '--reporter', 'json=report.json'].map(word => `'${word}'`)
    const script = `${words.join(' ')} 2>err.txt ${redirection}; echo "${status}" >status.txt`
    const child = spawn('bash', ['-c', script], { cwd: workspace.path, stdio: 'ignore' })
    await new Promise(resolve => child.on('close', resolve))
    expect(await workspace.read('err.txt')).toBe('')
    expect((await workspace.read('status.txt')).trim()).toBe('0')
    expect(report(await workspace.read('report.json')).outcome).toBe('passed')
  })
})

test('a thousand files are one run, which opens few of them at once', async () => {
  await using system = await startSystem(() => ({}))
  const files = Array.from({ length: 1000 }, (_, at) => [`tests/t${at}.yaml`, testOf(system.url, `t${at}`)])
  await using workspace = await openWorkspace(Object.fromEntries(files) as Record<string, string>)
  const words = [process.execPath, BIN, 'run', 'tests', '--jobs', '16', '--reporter', 'json=report.json']
  const script = `ulimit -n 256; exec ${words.map(word => `'${word}'`).join(' ')} >out.txt 2>&1`
  const child = spawn('bash', ['-c', script], { cwd: workspace.path, stdio: 'ignore' })
  expect(await new Promise(resolve => child.on('close', resolve))).toBe(0)
  expect(report(await workspace.read('report.json')).tests).toHaveLength(1000)
  expect(await readdir(join(workspace.path, '.tracerun/last'))).toContain('t999.json')
}, 240_000)

test('a file of 10 MB is refused, not read', async () => {
  await using workspace = await openWorkspace({ 'large.yaml': `name: ${'x'.repeat(10_000_000)}` })
  const { exitCode, stderr } = await workspace.run(['validate', 'large.yaml'])
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(/large\.yaml is too large: 10000006 bytes/)
})
