import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openWorkspace, runInline } from '../support/run-inline.ts'

function testFile(name: string, ...lines: readonly string[]): string {
  return [
    'type: Test',
    'spec:',
    `  name: ${name}`,
    ...lines.map(line => `  ${line}`),
    '  trigger: { type: http, httpRequest: { url: "http://127.0.0.1:1/" } }',
    '  specs: [{ selector: span, assertions: ["count() = 1"] }]',
    ''
  ].join('\n')
}

const SHOP = {
  'shop.yaml': [
    testFile('cart', 'tags: [smoke, cart]', 'retries: 2', 'serial: stock'),
    'type: TestSuite\nspec: { name: an order, tags: [order], steps: [pay, ship] }\n',
    testFile('pay'),
    testFile('ship', 'skip: waits for parcels')
  ].join('---\n')
}

describe('list', () => {
  test('says which tests would be run, a line each, steps below their suite', async () => {
    const { exitCode, stdout, stderr } = await runInline(SHOP, ['list', 'shop.yaml'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toBe(
      [
        'shop.yaml:3   cart  [smoke, cart]  (serial: stock, retries: 2)',
        'shop.yaml:11  an order',
        'shop.yaml:15    pay',
        'shop.yaml:21    ship  (skipped: waits for parcels)',
        ''
      ].join('\n')
    )
  })

  test('says it as JSON', async () => {
    const { stdout } = await runInline(SHOP, ['list', '--json', 'shop.yaml', '--grep', 'cart|ship'])
    const suite = { id: 'an-order', name: 'an order', file: 'shop.yaml', line: 11, steps: 2 }
    const common = { file: 'shop.yaml', trigger: 'http' }
    expect(JSON.parse(stdout)).toEqual([
      { ...common, id: 'cart', name: 'cart', line: 3, tags: ['smoke', 'cart'], retries: 2, serial: 'stock' },
      {
        ...common,
        id: 'an-order-1-pay',
        name: 'pay',
        line: 15,
        tags: [],
        retries: 0,
        suite: { ...suite, step: 1 }
      },
      {
        ...common,
        id: 'an-order-2-ship',
        name: 'ship',
        line: 21,
        tags: [],
        retries: 0,
        skip: 'waits for parcels',
        suite: { ...suite, step: 2 }
      }
    ])
  })

  test('is wrong where none is left, and takes shards as they come', async () => {
    await using workspace = await openWorkspace(SHOP)
    expect(await workspace.run(['list', 'shop.yaml', '--grep', 'refund'])).toMatchObject({ exitCode: 2 })
    const lenient = await workspace.run(['list', 'shop.yaml', '--grep', 'refund', '--pass-with-no-tests'])
    expect(lenient).toMatchObject({ exitCode: 0, stdout: '' })
    const parts = [1, 2, 3].map(index =>
      workspace.run(['list', 'shop.yaml'], { env: { TRACERUN_SHARD: `${index}/3` } })
    )
    expect(
      (await Promise.all(parts)).map(({ exitCode, stdout }) => [exitCode, stdout.split('\n').length - 1])
    ).toEqual([
      [0, 1],
      [0, 3],
      [0, 0]
    ])
  })
})

describe('config', () => {
  const project = [
    'tests: [specs]',
    'flushDelay: 1500ms',
    'jobs: 2',
    'endpoint: http://shop:opensesame@localhost:8080',
    'pollingProfile: { periodic: { timeout: 1m, retryDelay: 5s } }',
    'variables: { API_TOKEN: opensesame }',
    ''
  ].join('\n')

  test('shows each setting, and who says it', async () => {
    const args = ['config', '--show', '--timeout', '9s', '--vars', 'SKU=opensesame']
    const env = { TRACERUN_JOBS: '7', TRACERUN_BAIL: '3', TRACERUN_ALLOW_EXEC: '1' }
    const { exitCode, stdout, stderr } = await runInline({ 'tracerun.yaml': project }, args, { env })
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    const rows = new Map(stdout.split('\n').map(row => [row.split(/\s+/)[0], row.replace(/\s+/g, ' ')]))
    expect(rows.get('timeout')).toBe('timeout 9s --timeout')
    expect(rows.get('jobs')).toBe('jobs 7 TRACERUN_JOBS')
    expect(rows.get('bail')).toBe('bail 3 TRACERUN_BAIL')
    expect(rows.get('allowExec')).toBe('allowExec true TRACERUN_ALLOW_EXEC')
    expect(rows.get('flushDelay')).toBe('flushDelay 1.5s tracerun.yaml:2:13')
    expect(rows.get('endpoint')).toBe('endpoint http://shop:***@localhost:8080 tracerun.yaml:4:11')
    expect(rows.get('pollingProfile')).toContain('timeout 1m, retryDelay 5s tracerun.yaml:5:')
    expect(rows.get('retries')).toBe('retries 0 default')
    expect(rows.get('variables')).toBe('variables SKU, API_TOKEN --vars')
    expect(stdout).not.toContain('opensesame')
  })

  test('shows it as JSON, every setting once', async () => {
    const { stdout } = await runInline({ 'tracerun.yaml': 'lag: 2s\n' }, ['config', '--json'])
    const rows = JSON.parse(stdout) as { name: string; value: string; origin: object }[]
    expect(rows.find(({ name }) => name === 'lag')).toEqual({
      name: 'lag',
      value: '2s',
      origin: { kind: 'file', file: 'tracerun.yaml', line: 1, column: 6 }
    })
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length)
    expect(rows.length).toBeGreaterThan(20)
  })

  test('warns of variables that mean nothing; run warns of misspelt ones alone', async () => {
    const env = { TRACERUN_TIMOUT: '5s', TRACERUN_CHANNEL: 'web' }
    const { stderr } = await runInline({}, ['config'], { env })
    expect(stderr).toBe(
      'warning: the variable TRACERUN_CHANNEL has no effect\n' +
        'warning: the variable TRACERUN_TIMOUT has no effect: did you mean TRACERUN_TIMEOUT?\n'
    )
    const validated = await runInline(SHOP, ['validate', 'shop.yaml'], { env })
    expect(validated.exitCode).toBe(0)
    expect(validated.stdout).toContain('did you mean TRACERUN_TIMEOUT?')
    expect(validated.stdout).not.toContain('CHANNEL')
  })

  test('refuses what is wrong', async () => {
    expect(await runInline({ 'tracerun.yaml': 'jobs: 0\n' }, ['config'])).toMatchObject({ exitCode: 2 })
    expect(await runInline({}, ['config', '--reporter', 'html'])).toMatchObject({ exitCode: 2 })
    const { exitCode, stderr } = await runInline({}, ['config'], { env: { TRACERUN_SHARD: '2' } })
    expect(exitCode).toBe(2)
    expect(stderr).toContain('TRACERUN_SHARD: expected INDEX/TOTAL')
  })
})

describe('a polling profile that a flag names', () => {
  const profile =
    'type: PollingProfile\nspec: { name: fast, strategy: periodic, periodic: { timeout: 7s } }\n'
  const shop = { 'shop.yaml': `${testFile('cart')}---\n${profile}` }

  test('is one of those in the files', async () => {
    const good = await runInline(shop, [
      'run',
      'shop.yaml',
      '--polling-profile',
      'fast',
      '--otlp-listen',
      '127.0.0.1:0'
    ])
    expect(good.exitCode).toBe(3)
    const { exitCode, stderr } = await runInline(shop, ['run', 'shop.yaml', '--polling-profile', 'fats'])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('there is no polling profile `fats` in the files that were read')
    expect(stderr).toContain('did you mean `fast`?')
  })
})

describe('completion', () => {
  const hasShell = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0

  test.runIf(hasShell('bash'))('for bash completes commands, flags and values', async () => {
    await using workspace = await openWorkspace({ 'my shop.yaml': '', 'stock.yaml': '' })
    const script = join(workspace.path, 'completion.bash')
    writeFileSync(script, (await workspace.run(['completion', 'bash'])).stdout)
    const complete = (...words: readonly string[]): readonly string[] => {
      const line = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tracerun; printf '%s\\n' "\${COMPREPLY[@]}"`
      return execFileSync('bash', ['-euc', line, 'bash', script, 'tracerun', ...words], {
        cwd: workspace.path,
        encoding: 'utf8'
      })
        .split('\n')
        .filter(word => word !== '')
        .toSorted()
    }
    expect(complete('va')).toEqual(['validate'])
    expect(complete('')).toEqual(
      expect.arrayContaining(['run', 'exec', 'list', 'config', 'completion', 'help'])
    )
    expect(complete('run', '--grep')).toEqual(['--grep', '--grep-invert'])
    expect(complete('run', '--data-store', 'j')).toEqual(['jaeger='])
    expect(complete('run', '--reporter', '')).toEqual(expect.arrayContaining(['json', 'pretty']))
    expect(complete('run', '-f', 'my')).toEqual(['my shop.yaml'])
    expect(complete('run', 'st')).toEqual(['stock.yaml'])
    expect(complete('run', '--timeout', '')).toEqual([])
    expect(complete('run', '--output', '=', 'pr')).toEqual(['pretty'])
    expect(complete('run', '-o', 'pr')).toEqual(['pretty'])
    expect(complete('schema', 'pro')).toEqual(['project'])
    expect(complete('exec', '--', 'stoc')).toEqual(['stock.yaml'])
  })

  test.each(['zsh', 'fish'])('for %s names every command and flag', async shell => {
    const { exitCode, stdout } = await runInline({}, ['completion', shell])
    expect(exitCode).toBe(0)
    for (const word of ['last-failed', 'data-store', 'completion', 'jaeger=']) expect(stdout).toContain(word)
    expect(stdout.match(/(?<!\\)'/g)!.length % 2).toBe(0)
  })

  for (const [shell, flag] of [
    ['zsh', '-n'],
    ['fish', '--no-execute']
  ] as const)
    test.runIf(hasShell(shell))(
      `for ${shell} is read by it (skipped where there is no ${shell})`,
      async () => {
        const { stdout } = await runInline({}, ['completion', shell])
        expect(spawnSync(shell, [flag], { input: stdout }).status).toBe(0)
      }
    )

  test('for another shell is refused', async () => {
    const { exitCode, stderr } = await runInline({}, ['completion', 'zhs'])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('did you mean zsh?')
  })
})

test('every example in a help names commands and flags that are there', async () => {
  await using workspace = await openWorkspace()
  const program = (await workspace.run(['--help'])).stdout
  const commands = [...program.matchAll(/^ {2}(\w+)(?: \[| <|\s{2})/gm)].map(([, name]) => name!)
  const names = commands.filter(name => program.includes(`  ${name} `) && !['help', 'h', 'V'].includes(name))
  const helps = new Map(
    await Promise.all(
      [...new Set(names)]
        .filter(name => /^[a-z]+$/.test(name))
        .map(async name => [name, await workspace.run([name, '--help'])] as const)
    )
  )
  const known = [...helps].filter(([, { exitCode }]) => exitCode === 0)
  expect(known.length).toBeGreaterThan(12)
  const texts = [program, ...known.map(([, { stdout }]) => stdout)]
  const examples = texts.flatMap(text => [...text.matchAll(/(?:^|\| )\s*\$? ?tracerun (\w+)(.*)$/gm)])
  const shown = examples.filter(([whole]) => !whole.includes('Usage'))
  expect(shown.length).toBeGreaterThan(40)
  for (const [whole, command, rest = ''] of shown) {
    const help = helps.get(command!)
    expect(help?.exitCode, whole).toBe(0)
    const own = command === 'init' || command === 'exec' ? rest.split(' -- ')[0]! : rest
    const flags = own.replace(/'[^']*'/g, '').matchAll(/(?<=\s)--?[a-z][a-z-]*/g)
    for (const [flag] of flags) expect(help!.stdout, whole).toContain(flag)
  }
})
