import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type HttpSystem, startHttpSystem } from '../support/http-system.ts'
import type { InlineResult, Workspace } from '../support/run-inline.ts'
import { openWorkspace } from '../support/run-within.ts'

interface JsonTest {
  readonly name: string
  readonly outcome: string
  readonly reason?: string
  readonly suite?: { readonly name: string; readonly step: number; readonly steps: number }
}

function testsOf({ stdout }: InlineResult): readonly JsonTest[] {
  return (JSON.parse(stdout) as { readonly tests: readonly JsonTest[] }).tests
}

/** A test that judges the answer alone. */
function answered(name: string, url: string, parts = ''): string {
  return `type: Test
spec:
  name: ${name}
  skipTraceCollection: true
  trigger: { type: http, httpRequest: { url: "\${HOST}${url}" } }
  specs: [{ selector: ':root', assertions: ['response:status = 200'] }]
${parts}`
}

const ID = `  outputs: [{ name: ID, value: "response:body | json_path '$.id'" }]\n`

let shop: HttpSystem
let workspace: Workspace
const env = (): Record<string, string> => ({ HOST: shop.origin })
const run = (...args: readonly string[]): Promise<InlineResult> =>
  workspace.run(['run', '-o', 'json', ...args], { env: env() })
const sent = async (work: () => Promise<unknown>): Promise<readonly string[]> => {
  const before = shop.requests.length
  await work()
  return shop.requests.slice(before).map(({ path }) => path)
}

beforeAll(async () => {
  let orders = 0
  shop = await startHttpSystem((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://shop')
    if (pathname === '/gone') response.statusCode = 404
    if (pathname === '/cut') return void response.destroy()
    if (pathname === '/login') return void response.end('{"token":"a-session-token-0815"}')
    response.end(JSON.stringify({ id: `order-${++orders}`, authorization: request.headers.authorization }))
  })
  workspace = await openWorkspace({
    'suite.yaml': 'type: TestSuite\nspec: { name: journey, steps: [create, ./steps/pay.yaml, track] }\n',
    'create.yaml': answered('create', '/create', ID),
    'steps/pay.yaml': answered('pay', '/pay?id=${var:ID}', ID),
    'track.yaml': answered('track', '/track?id=${var:ID}')
  })
})
afterAll(async () => {
  await workspace[Symbol.asyncDispose]()
  await shop[Symbol.asyncDispose]()
})

describe('a suite', () => {
  test('runs its steps one after the other, each with what those before it put out, and none of them twice', async () => {
    const requests = await sent(async () => {
      const result = await run('.')
      expect(result.exitCode, result.stderr).toBe(0)
      expect(testsOf(result)).toMatchObject([
        { name: 'create', outcome: 'passed', suite: { name: 'journey', step: 1, steps: 3 } },
        { name: 'pay', outcome: 'passed', suite: { step: 2 } },
        { name: 'track', outcome: 'passed', suite: { step: 3 } }
      ])
    })
    const [, pay, track] = requests
    expect(requests).toHaveLength(3)
    expect(pay).toMatch(/^\/pay\?id=order-\d+$/)
    // A later output of the same name stands over an earlier one.
    expect(track).toMatch(/^\/track\?id=order-\d+$/)
    expect(track?.split('=')[1]).not.toBe(pay?.split('=')[1])
  })

  test('says in its terminal output which step of which suite it ran', async () => {
    const { stdout } = await workspace.run(['run', '.'], { env: env() })
    expect(stdout).toContain('journey / create')
    expect(stdout).toContain('3 tests: 3 passed')
  })

  test('goes on after a step that failed', async () => {
    await using other = await openWorkspace({
      'a.yaml': [
        'type: TestSuite\nspec: { name: s, steps: [one, two] }\n',
        answered('one', '/gone', ID),
        answered('two', '/two?id=${var:ID}')
      ].join('---\n')
    })
    const result = await other.run(['run', '-o', 'json', 'a.yaml'], { env: env() })
    expect(result.exitCode).toBe(1)
    expect(testsOf(result).map(one => one.outcome)).toEqual(['failed', 'passed'])
  })

  test('stops there with --bail', async () => {
    await using other = await openWorkspace({
      'a.yaml': [
        'type: TestSuite\nspec: { name: s, steps: [one, two] }\n',
        answered('one', '/gone'),
        answered('two', '/two')
      ].join('---\n')
    })
    const result = await other.run(['run', '-o', 'json', '--bail', 'a.yaml'], { env: env() })
    expect(result.exitCode).toBe(1)
    expect(testsOf(result)).toMatchObject([{ outcome: 'failed' }, { outcome: 'skipped' }])
  })

  test('ends where a step could not be judged: nothing more is sent', async () => {
    await using other = await openWorkspace({
      'a.yaml': [
        'type: TestSuite\nspec: { name: s, steps: [one, two] }\n',
        answered('one', '/cut'),
        answered('two', '/two')
      ].join('---\n')
    })
    const requests = await sent(async () => {
      const result = await other.run(['run', '-o', 'json', 'a.yaml'], { env: env() })
      expect(result.exitCode).toBe(3)
      expect(testsOf(result)).toMatchObject([
        { outcome: 'errored' },
        { outcome: 'skipped', reason: 'the step "one" could not be judged' }
      ])
    })
    expect(requests).toEqual(['/cut'])
  })

  test('does not run a step that reads an output which found nothing; the run fails', async () => {
    await using other = await openWorkspace({
      'a.yaml': [
        'type: TestSuite\nspec: { name: s, steps: [one, two, three] }\n',
        answered('one', '/one', `  outputs: [{ name: NONE, value: "response:body | json_path '$.none'" }]\n`),
        answered('two', '/two?id=${var:NONE}'),
        answered('three', '/three')
      ].join('---\n')
    })
    const requests = await sent(async () => {
      const result = await other.run(['run', '-o', 'json', 'a.yaml'], { env: env() })
      expect(result.exitCode).toBe(1)
      expect(testsOf(result)).toMatchObject([
        { outcome: 'failed' },
        { outcome: 'skipped', reason: expect.stringContaining('NONE, which has no value in the step "one"') },
        { outcome: 'passed' }
      ])
    })
    expect(requests).toEqual(['/one', '/three'])
  })

  test('gives a step variables of its own, which stand over everything', async () => {
    await using other = await openWorkspace({
      'a.yaml': [
        'type: TestSuite\nspec: { name: s, steps: [one, { test: two, variables: { ID: "x-${var:ID}", B: "${var:ID}!" } }] }\n',
        answered('one', '/one', ID),
        answered('two', '/two?id=${var:ID}&b=${var:B}', '  variables: { B: own }\n')
      ].join('---\n')
    })
    const [, two] = await sent(() => other.run(['run', '--vars', 'B=flag', 'a.yaml'], { env: env() }))
    expect(two).toMatch(/^\/two\?id=x-order-\d+&b=x-order-\d+!$/)
  })

  test('gives a step variables that read those of the files and of the command line', async () => {
    await using other = await openWorkspace({
      'a.yaml': [
        'type: TestSuite\nspec: { name: s, variables: { S: suite }, steps: [{ test: one, variables: { A: "${var:S}-${var:T}-${var:F}", T: "${var:T}!" } }] }\n',
        answered('one', '/one?a=${var:A}&t=${var:T}', '  variables: { T: test }\n')
      ].join('---\n')
    })
    const [one] = await sent(() => other.run(['run', '--vars', 'F=flag', 'a.yaml'], { env: env() }))
    expect(one).toBe('/one?a=suite-test-flag&t=test!')
  })

  test('skips the steps that read what a skipped one would have put out; if none is left, that is no success', async () => {
    const steps = [
      answered('one', '/one', `  skip: not today\n${ID}`),
      answered('two', '/two?id=${var:ID}', ID),
      answered('three', '/three?id=${var:ID}')
    ]
    await using other = await openWorkspace({
      'a.yaml': ['type: TestSuite\nspec: { name: s, steps: [one, two, three] }\n', ...steps].join('---\n')
    })
    const requests = await sent(async () => {
      const result = await run(join(other.path, 'a.yaml'))
      expect(result.exitCode).toBe(2)
      expect(result.stderr).toContain('no test was run: every test that is meant is skipped: not today')
    })
    expect(requests).toEqual([])
    await other.write('b.yaml', answered('four', '/four'))
    const result = await other.run(['run', '-o', 'json', '.'], { env: env() })
    expect(result.exitCode).toBe(0)
    const reason = 'it reads the output ID of a step that is skipped'
    expect(testsOf(result)).toMatchObject([
      { reason: 'not today' },
      { reason },
      { reason },
      { outcome: 'passed' }
    ])
  })

  test('is chosen as a whole, by its tags, those of its tests, its name or that of a step', async () => {
    await using other = await openWorkspace({
      'a.yaml': [
        'type: TestSuite\nspec: { name: morning, tags: [early], steps: [one, two] }\n',
        answered('one', '/one', '  tags: [smoke]\n'),
        answered('two', '/two'),
        answered('alone', '/alone')
      ].join('---\n')
    })
    const names = async (...args: readonly string[]): Promise<readonly string[]> =>
      testsOf(await other.run(['run', '-o', 'json', ...args, 'a.yaml'], { env: env() })).map(one => one.name)
    expect(await names('--tag', 'early')).toEqual(['one', 'two'])
    expect(await names('--tag', 'smoke')).toEqual(['one', 'two'])
    expect(await names('--grep', 'morning')).toEqual(['one', 'two'])
    expect(await names('--grep', 'two')).toEqual(['one', 'two'])
    expect(await names('--tag', '!early')).toEqual(['alone'])
  })

  test('has steps that are judged again by their own files alone, the values that were handed on being saved', async () => {
    await using other = await openWorkspace({
      'suite.yaml': 'type: TestSuite\nspec: { name: journey, steps: [./create.yaml, ./pay.yaml] }\n',
      'create.yaml': answered('create', '/create', ID),
      'pay.yaml': answered('pay', '/gone?id=${var:ID}&sku=${var:SKU}', ID)
    })
    const result = await other.run(['run', 'suite.yaml', '--vars', 'SKU=1'], { env: env() })
    expect(result.exitCode).toBe(1)
    const check = await other.run(
      ['check', '-f', 'pay.yaml', '--trace', '.tracerun/last/journey-2-pay.json'],
      { env: env() }
    )
    expect([check.exitCode, check.stderr]).toEqual([1, ''])
  })

  test('hides what --secret names, be it an output or a variable of a step, and what a command is given as a token', async () => {
    const hide = async (files: string, ...args: readonly string[]): Promise<string> => {
      await using other = await openWorkspace({ 'a.yaml': files })
      const result = await other.run(['run', '--allow-exec', ...args, 'a.yaml'], { env: env() })
      expect(result.exitCode, result.stdout + result.stderr).toBe(0)
      const saved = await readdir(join(other.path, '.tracerun/last'))
      const texts = await Promise.all(saved.map(name => other.read(`.tracerun/last/${name}`)))
      return [result.stdout, result.stderr, ...texts].join('\n')
    }
    const token = `  outputs: [{ name: TOKEN, value: "response:body | json_path '$.token'" }]\n`
    expect(await hide(answered('log in', '/login', token), '--secret', 'TOKEN')).not.toContain(
      'session-token'
    )
    const given = [
      'type: TestSuite\nspec: { name: s, steps: [{ test: one, variables: { PIN: "9876-5432" } }] }\n',
      answered('one', '/one?pin=${var:PIN}', `  outputs: [{ name: P, value: "'\${var:PIN}'" }]\n`)
    ].join('---\n')
    expect(await hide(given, '--secret', 'PIN')).not.toContain('9876-5432')
    const command = [
      'type: TestSuite\nspec: { name: s, steps: [log in, use] }\n',
      answered('log in', '/login', token),
      answered('use', '')
        .replace(
          /trigger: .*/,
          () =>
            'trigger: { type: exec, exec: { command: [node, -e, ""], env: { SHOP_TOKEN: "${var:TOKEN}" } } }'
        )
        .replace('= 200', '= 0')
    ].join('---\n')
    expect(await hide(command)).not.toContain('session-token')
  })

  test('has steps of one test that are judged again by their ids', async () => {
    await using other = await openWorkspace({
      'a.yaml': [
        'type: TestSuite\nspec: { name: s, steps: [one, one] }\n',
        answered('one', '/one'),
        answered('two', '/two')
      ].join('---\n')
    })
    await other.run(['run', 'a.yaml'], { env: env() })
    const trace = '.tracerun/last/s-2-one.json'
    const check = (...args: readonly string[]): Promise<InlineResult> =>
      other.run(['check', '-f', 'a.yaml', '--trace', trace, ...args], { env: env() })
    expect((await check()).exitCode).toBe(0)
    const { exitCode, stderr } = await check('--test', 'one')
    expect(exitCode).toBe(2)
    expect(stderr).toContain('there are "s-1-one", "s-2-one", "two"')
    expect((await check('--test', 's-1-one')).exitCode).toBe(0)
  })

  test.each([
    ['sends as a credential', 'use', '${var:TOKEN}', ''],
    [
      'sends as a credential by another name',
      '{ test: use, variables: { T: "${var:TOKEN}", AUTH: "${var:T}" } }',
      '${var:AUTH}',
      ''
    ],
    ['sends as part of a credential', 'use', '${"${var:TOKEN}" | trim}', ''],
    [
      'takes for secret',
      'use',
      'none-of-them',
      '  variables: [{ key: TOKEN, value: unused-default, type: secret }]\n'
    ]
  ])(
    'hides an output that a later step %s, in everything that is printed and saved',
    async (_, step, token, variables) => {
      await using other = await openWorkspace({
        'a.yaml': [
          `type: TestSuite\nspec: { name: s, steps: [log in, ${step}] }\n`,
          answered(
            'log in',
            '/login',
            `  outputs: [{ name: TOKEN, value: "response:body | json_path '$.token'" }]\n`
          ),
          answered('use', '/use', variables).replace(
            'url:',
            () => `auth: { type: bearer, bearer: { token: '${token}' } }, url:`
          )
        ].join('---\n')
      })
      const before = shop.requests.length
      const result = await other.run(
        [
          'run',
          '--reporter',
          'pretty',
          '--reporter',
          'json=report.json',
          '--reporter',
          'ndjson=events.ndjson',
          'a.yaml'
        ],
        { env: env() }
      )
      expect(result.exitCode, result.stdout).toBe(0)
      const headers = new Map(shop.requests[before + 1]?.headers)
      const authorization = headers.get('Authorization') ?? headers.get('authorization')
      expect(authorization).toBe(`Bearer ${token === 'none-of-them' ? token : 'a-session-token-0815'}`)
      const saved = await readdir(join(other.path, '.tracerun/last'))
      const texts = await Promise.all(
        ['report.json', 'events.ndjson', ...saved.map(name => `.tracerun/last/${name}`)].map(other.read)
      )
      for (const text of [result.stdout, result.stderr, ...texts]) expect(text).not.toContain('session-token')
      const check = await other.run(['check', '-f', 'a.yaml', '--trace', '.tracerun/last/s-2-use.json'], {
        env: env()
      })
      expect(check.exitCode, check.stdout + check.stderr).toBe(0)
    }
  )
})

describe('variables', () => {
  const echo = answered('echo', '/${var:A}/${var:B}/${var:C}/${var:D}/${env:E}')
  const files = {
    'tracerun.yaml':
      'variables: { A: project, B: project, C: project, D: project, E: project }\nvariableSets: [./defaults.env]\n',
    'defaults.env': 'A=project-set\n',
    'echo.yaml': `${echo}  variables: { B: test, C: test, D: test }\n  variableSets: [staging]\n`,
    'sets.yaml':
      'type: VariableSet\nspec: { id: staging, name: the stage, values: [{ key: C, value: set }, { key: D, value: set }] }\n---\ntype: Environment\nspec: { name: flags, values: [{ key: D, value: flag-set }] }\n',
    'more.env': 'E="from a file"\n'
  }

  test('come from the project, the test and the command line, sets before what is written beside them', async () => {
    await using other = await openWorkspace(files)
    const [path] = await sent(() =>
      other.run(['run', 'echo.yaml', 'sets.yaml', '--vars', 'flags', '--vars', 'more.env'], { env: env() })
    )
    expect(path).toBe('/project/test/test/flag-set/from%20a%20file')
  })

  test('that are missing are said all at once, with every place, and nothing is sent or asked', async () => {
    await using other = await openWorkspace({
      'a.yaml': [answered('a', '/${var:HOME}/${var:SKU}'), answered('b', '/${var:SKU}')].join('---\n')
    })
    const requests = await sent(async () => {
      const { exitCode, stderr } = await other.run(['run', 'a.yaml'], { env: env() })
      expect(exitCode).toBe(2)
      expect(stderr).toContain('the variable `HOME` is defined nowhere')
      expect(stderr).toContain('the variable `SKU` is defined nowhere; it is read at a.yaml:12 too')
      expect(stderr).toContain('--vars SKU=…')
    })
    expect(requests).toEqual([])
  })

  test('of a set that is nowhere are an error that says how a single one is written', async () => {
    await using other = await openWorkspace(files)
    const { exitCode, stderr } = await other.run(['run', 'echo.yaml', 'sets.yaml', '--vars', 'flgs'], {
      env: env()
    })
    expect(exitCode).toBe(2)
    expect(stderr).toContain('--vars flgs: there is no such file, and no variable set of that name')
    expect(stderr).toContain('did you mean `flags`?')
  })
})
