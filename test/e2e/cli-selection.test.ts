import { afterEach, describe, expect, test } from 'vitest'
import type { InlineResult, Workspace } from '../support/run-inline.ts'
import { openWorkspace } from '../support/run-inline.ts'
import { type SystemUnderTest, startSystem } from '../support/system-under-test.ts'

const cleanups: AsyncDisposable[] = []
afterEach(async () => {
  for (const resource of cleanups.splice(0)) await resource[Symbol.asyncDispose]()
})

const TITLES = ['cart', 'pay', 'refund'] as const

function file(url: string, status: Readonly<Record<string, number>> = {}): string {
  return TITLES.map(
    name => `type: Test
spec:
  name: ${name}
  tags: [${name}]
  skipTraceCollection: true
  trigger: { type: http, httpRequest: { url: "${url}/${name}" } }
  specs:
    - selector: :root
      assertions: ["response:status = ${status[name] ?? 200}"]
`
  ).join('---\n')
}

interface Shop {
  readonly workspace: Workspace
  readonly system: SystemUnderTest
  run(...args: readonly string[]): Promise<InlineResult>
}

async function openShop(status: Readonly<Record<string, number>> = {}): Promise<Shop> {
  const system = await startSystem(() => ({}))
  const workspace = await openWorkspace({ 'shop.yaml': file(system.url, status) })
  cleanups.push(system, workspace)
  return {
    system,
    workspace,
    run: (...args) => workspace.run(['run', ...args], { env: { TRACERUN_OTLP_LISTEN: '127.0.0.1:0' } })
  }
}

function titles(stdout: string): readonly string[] {
  const { tests } = JSON.parse(stdout) as { tests: { name: string }[] }
  return tests.map(({ name }) => name)
}

describe('run', () => {
  test('takes lines of files, patterns, tags and shards', async () => {
    const { run } = await openShop()
    const json = async (...args: readonly string[]): Promise<readonly string[]> => {
      const { stdout, stderr, exitCode } = await run('-o', 'json', ...args)
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
      return titles(stdout)
    }
    expect(await json('shop.yaml:12')).toEqual(['pay'])
    expect(await json('shop.yaml', '--grep', '^(CART|pay)$', '--grep-invert', 'pa')).toEqual(['cart'])
    expect(await json('shop.yaml', '--tag', 'not (cart or pay)')).toEqual(['refund'])
    expect(await json('shop.yaml', '--shard', '2/2')).toEqual(['pay'])
  })

  test('runs again what did not pass, until nothing is left', async () => {
    const { run, workspace, system } = await openShop({ pay: 500 })
    expect(await run('shop.yaml')).toMatchObject({ exitCode: 1 })
    const again = await run('-o', 'json', '--last-failed', 'shop.yaml')
    expect([again.exitCode, titles(again.stdout)]).toEqual([1, ['pay']])
    await workspace.write('shop.yaml', file(system.url))
    expect(await run('--last-failed', 'shop.yaml')).toMatchObject({ exitCode: 0 })
    const none = await run('--last-failed', 'shop.yaml')
    expect(none.exitCode).toBe(2)
    expect(none.stderr).toContain('nothing failed last time')
    expect(await run('--last-failed', '--pass-with-no-tests', 'shop.yaml')).toMatchObject({ exitCode: 0 })
  })

  test('takes a shard without a test for a success that reports no test', async () => {
    const { run, system } = await openShop()
    const { exitCode, stdout, stderr } = await run('-o', 'json', 'shop.yaml', '--shard', '9/9')
    expect([exitCode, titles(stdout)]).toEqual([0, []])
    expect(JSON.parse(stdout)).toMatchObject({ shard: { index: 9, count: 9 } })
    expect(stderr).toContain('no test was run: shard 9 of 9 has none')
    expect(system.requests).toEqual([])
  })

  test.each([
    [['shop.yaml:99'], 'shop.yaml:99: there is no test at this line'],
    [['shop.yaml', '--last-failed'], '--last-failed: there is no last run in .tracerun/last'],
    [['shop.yaml', '--grep', '(pay'], '--grep: this is no regular expression: missing closing )'],
    [['shop.yaml', '--tag', 'pay cart'], '"and" or "or" is missing before "cart"']
  ])('%j sends nothing, and says why', async (args, message) => {
    const { run, system } = await openShop()
    const { exitCode, stderr } = await run(...args)
    expect(exitCode).toBe(2)
    expect(stderr).toContain(message)
    expect(system.requests).toEqual([])
  })

  test('obeys `only` with a warning, and refuses it in CI', async () => {
    const { workspace, system } = await openShop()
    const text = file(system.url).replace('  name: pay\n', '  name: pay\n  only: true\n')
    await workspace.write('shop.yaml', text)
    const run = (CI: string, ...more: readonly string[]): Promise<InlineResult> =>
      workspace.run(['run', '-o', 'json', 'shop.yaml', ...more], {
        env: { TRACERUN_OTLP_LISTEN: '127.0.0.1:0', CI }
      })
    const here = await run('false')
    expect([here.exitCode, titles(here.stdout)]).toEqual([0, ['pay']])
    expect(here.stderr).toContain('shop.yaml:14:9  warning: "pay" says `only`: 2 other tests are not run')
    for (const refused of [await run('true'), await run('', '--strict')]) {
      expect(refused.exitCode).toBe(2)
      expect(refused.stderr).toContain('shop.yaml:14:9')
    }
    expect(system.requests).toHaveLength(1)
  })
})
