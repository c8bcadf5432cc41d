import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { openWorkspace, runInline } from '../support/run-inline.ts'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))

const CHECKOUT = `type: Test
spec:
  name: checkout
  tags: [smoke]
  trigger:
    type: http
    httpRequest: { method: POST, url: "http://127.0.0.1:1/checkout" }
  specs:
    - selector: span[service.name="payment"]
      assertions: ["count() = 1"]
`

describe('the program itself', () => {
  test.each([[['--version']], [['-V']], [['version']]])(
    '%j prints the version of the package, and on what it runs',
    async args => {
      const line = `tracerun/${version} ${process.platform}-${process.arch} node-${process.version}\n`
      expect(await runInline({}, args)).toMatchObject({ exitCode: 0, stdout: line, stderr: '' })
    }
  )

  test('--help tells commands, exit codes and examples', async () => {
    const { exitCode, stdout, stderr } = await runInline({}, ['--help'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    for (const word of ['run', 'validate', 'check', 'explain', 'trace', 'doctor', 'schema', 'version'])
      expect(stdout).toContain(`  ${word} `)
    for (const code of [0, 1, 2, 3, 70, 130]) expect(stdout).toMatch(new RegExp(`^ {2}${code} `, 'm'))
    expect(stdout).toContain('$ tracerun run -f checkout.yaml')
  })

  test.each(['run', 'validate', 'check', 'explain', 'trace', 'doctor', 'schema'])(
    '%s --help tells its own',
    async command => {
      const { exitCode, stdout } = await runInline({}, [command, '--help'])
      expect(exitCode).toBe(0)
      expect(stdout).toContain(`Usage: tracerun ${command}`)
      expect(stdout).toContain('$ tracerun')
    }
  )

  test('without a command it helps, and ends as a mistake', async () => {
    const { exitCode, stdout, stderr } = await runInline({}, [])
    expect(exitCode).toBe(2)
    expect(stdout).toContain('Usage: tracerun')
    expect(stderr).toContain('no command was given')
  })

  test.each([
    [['help', 'rnu'], "unknown command 'rnu'", 'did you mean run?'],
    [['rnu'], "unknown command 'rnu'", 'Did you mean run?'],
    [['run', '--bial'], "unknown option '--bial'", 'Did you mean --bail?'],
    [['validate', '--jobs', '3'], "unknown option '--jobs'", 'tracerun validate --help'],
    [['run', '--jobs'], "option '--jobs <n>' argument missing", 'tracerun run --help'],
    [['run', '-o', 'xml'], "argument 'xml' is invalid", 'tracerun run --help'],
    [['check', '-f', 'a.yaml'], "required option '--trace <file>' not specified", 'tracerun check --help'],
    [['explain', '--trace', 'a.json'], "missing required argument 'selector'", 'tracerun explain --help'],
    [['version', 'now'], 'too many arguments', 'tracerun version --help'],
    [['run', '--quiet', '--verbose'], "'--quiet' cannot be used with option '--verbose'", 'run --help'],
    [['run', '--repeat', '0'], '--repeat: expected a whole number from 1 to 1000, found "0"', ''],
    [['run', '--bail=none'], '--bail: expected a whole number from 1', ''],
    [['exec', '--shard', '3/2', '--', 'true'], '--shard: there is no shard 3 of 2', 'the first is 1/2'],
    [['run', '--html', 'a.html'], 'there is no flag --html', '--reporter html=report.html'],
    [['schema', 'reprot'], 'there is no schema "reprot"', 'did you mean report?']
  ])('%j is a usage error with a way out', async (args, message, hint) => {
    const { exitCode, stdout, stderr } = await runInline({}, args)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).toContain(hint)
  })

  test.each(['definition', 'project', 'report'])('schema %s is JSON Schema', async name => {
    const { exitCode, stdout } = await runInline({}, ['schema', name])
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema' })
  })
})

describe('validate', () => {
  test('of a good file says how many tests it holds', async () => {
    const { exitCode, stdout, stderr } = await runInline({ 'checkout.yaml': CHECKOUT }, [
      'validate',
      'checkout.yaml'
    ])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toContain('1 test in 1 file')
  })

  test('reports every mistake of every file with its place', async () => {
    const files = {
      'checkout.yaml': CHECKOUT.replace('count() = 1', 'count() == 1').replace('tags:', 'tagz:'),
      'cart.yaml': CHECKOUT.replace('span[service.name="payment"]', 'span[service.name=]')
    }
    const { exitCode, stderr } = await runInline(files, ['validate', 'checkout.yaml', 'cart.yaml'])
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/checkout\.yaml:4:3/)
    expect(stderr).toContain('tagz')
    expect(stderr).toContain('did you mean `tags`')
    expect(stderr).toMatch(/checkout\.yaml:10:\d+/)
    expect(stderr).toMatch(/cart\.yaml:9:\d+/)
    expect(stderr).toContain('^')
  })

  test.each([
    ['a missing file', {}, ['nowhere.yaml'], /nowhere\.yaml/],
    ['an empty folder', { 'specs/.keep': '' }, ['specs'], /specs/],
    ['a pattern that matches nothing', {}, ['specs/**/*.yaml'], /specs\/\*\*\/\*\.yaml/],
    ['YAML that is a list', { 'a.yaml': '- type: Test\n' }, ['a.yaml'], /a\.yaml:1:1/],
    ['YAML that is a text', { 'a.yaml': 'checkout\n' }, ['a.yaml'], /a\.yaml:1:1/],
    ['an empty file', { 'a.yaml': '' }, ['a.yaml'], /a\.yaml/],
    ['broken YAML', { 'a.yaml': 'type: Test\nspec: {name: [\n' }, ['a.yaml'], /a\.yaml:\d+:\d+/],
    ['a test without specs', { 'a.yaml': CHECKOUT.replace(/ {2}specs:.*$/s, '') }, ['a.yaml'], /specs/],
    ['nothing that was named', {}, [], /tracerun\.yaml/]
  ])('%s ends with 2', async (_, files, args, message) => {
    const { exitCode, stderr } = await runInline(files as Record<string, string>, ['validate', ...args])
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(message)
    expect(stderr).not.toContain('This is a bug')
  })

  test('reads standard input', async () => {
    expect(await runInline({}, ['validate', '-'], { stdin: CHECKOUT })).toMatchObject({ exitCode: 0 })
    expect(await runInline({}, ['validate', '-'], { stdin: 'type: Tset\n' })).toMatchObject({ exitCode: 2 })
  })

  test('reads the tests that tracerun.yaml names, from a folder below too', async () => {
    await using workspace = await openWorkspace({
      'tracerun.yaml': 'tests: [specs]\n',
      'specs/checkout.yaml': CHECKOUT
    })
    for (const folder of ['.', 'specs'])
      expect(await workspace.run(['validate'], { folder })).toMatchObject({ exitCode: 0 })
  })

  test('under --strict takes a warning for a mistake', async () => {
    const file = CHECKOUT.replace('type: Test', 'type: Test').replace(
      'spec:\n',
      'spec:\n  id: abc\n  version: 1\n'
    )
    const lenient = await runInline({ 'a.yaml': file }, ['validate', 'a.yaml'])
    expect(lenient.exitCode).toBe(0)
    const strict = await runInline({ 'a.yaml': file }, ['validate', 'a.yaml', '--strict'])
    expect(strict.exitCode).toBe(lenient.stdout.includes('warning') ? 2 : 0)
  })
})

describe('run, before anything is sent', () => {
  test.each([
    ['a missing file', ['-f', 'nowhere.yaml'], 'nowhere.yaml'],
    ['a tag that no test has', ['-f', 'checkout.yaml', '--tag', 'smok'], 'did you mean smoke?'],
    ['a name that no test has', ['-f', 'checkout.yaml', '--grep', 'refund'], 'no test was run'],
    ['a reporter that is not there', ['-f', 'checkout.yaml', '--reporter', 'jsno'], 'did you mean json?'],
    [
      'two reporters on one output',
      ['-f', 'checkout.yaml', '--reporter', 'json', '--reporter', 'ndjson'],
      'two reporters'
    ],
    ['no number of jobs', ['-f', 'checkout.yaml', '--jobs', 'many'], '--jobs'],
    ['no duration', ['-f', 'checkout.yaml', '--timeout', 'soon'], '--timeout'],
    ['a secret that is nothing', ['-f', 'checkout.yaml', '--secret', 'TOKEN'], '--secret TOKEN'],
    ['variables that are not there', ['-f', 'checkout.yaml', '--vars', 'none.env'], 'NAME=value'],
    ['a project file that is not there', ['-f', 'checkout.yaml', '--config', 'none.yaml'], 'none.yaml']
  ])('%s ends with 2', async (_, args, message) => {
    const { exitCode, stdout, stderr } = await runInline({ 'checkout.yaml': CHECKOUT }, ['run', ...args])
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain(message)
  })

  test('a secret that is too short to be searched for ends with 2', async () => {
    const { exitCode, stderr } = await runInline(
      { 'checkout.yaml': CHECKOUT },
      ['run', '-f', 'checkout.yaml', '--secret', 'PIN'],
      {
        env: { PIN: '123' }
      }
    )
    expect(exitCode).toBe(2)
    expect(stderr).toContain('fewer than 4 characters')
    expect(stderr).not.toContain('123')
  })

  test('tests that are all skipped are no success, unless that is allowed', async () => {
    const files = {
      'checkout.yaml': CHECKOUT.replace('  tags:', '  skip: the payment service is being rebuilt\n  tags:')
    }
    const { exitCode, stderr } = await runInline(files, ['run', '-f', 'checkout.yaml'])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('the payment service is being rebuilt')
    const args = ['run', '-f', 'checkout.yaml', '--pass-with-no-tests']
    expect(await runInline(files, args)).toMatchObject({ exitCode: 0 })
  })

  test('no test is a success where that is allowed', async () => {
    const args = [
      'run',
      '-f',
      'checkout.yaml',
      '--grep',
      'refund',
      '--tag',
      'nightly',
      '--pass-with-no-tests'
    ]
    expect(await runInline({ 'checkout.yaml': CHECKOUT }, args)).toMatchObject({ exitCode: 0 })
  })
})

describe('every key of the project file', () => {
  const settings: readonly (readonly [flag: string, variable: string])[] = [
    ['--timeout', 'TRACERUN_TIMEOUT'],
    ['--flush-delay', 'TRACERUN_FLUSH_DELAY'],
    ['--lag', 'TRACERUN_LAG'],
    ['--tail-sampling', 'TRACERUN_TAIL_SAMPLING'],
    ['--absence-window', 'TRACERUN_ABSENCE_WINDOW'],
    ['--async', 'TRACERUN_ASYNC'],
    ['--external', 'TRACERUN_EXTERNAL'],
    ['--orphans', 'TRACERUN_ORPHANS'],
    ['--links', 'TRACERUN_LINKS'],
    ['--data-store', 'TRACERUN_DATA_STORE'],
    ['--otlp-listen', 'TRACERUN_OTLP_LISTEN'],
    ['--otlp-cors', 'TRACERUN_OTLP_CORS'],
    ['--otlp-forward', 'TRACERUN_OTLP_FORWARD'],
    ['--propagation', 'TRACERUN_PROPAGATION'],
    ['--wait-for', 'TRACERUN_WAIT_FOR'],
    ['--wait-timeout', 'TRACERUN_WAIT_TIMEOUT'],
    ['--trace-url', 'TRACERUN_TRACE_URL'],
    ['--jobs', 'TRACERUN_JOBS'],
    ['--retries', 'TRACERUN_RETRIES'],
    ['--reporter', 'TRACERUN_REPORTERS'],
    ['--polling-profile', 'TRACERUN_POLLING_PROFILE'],
    ['--endpoint', 'TRACERUN_ENDPOINT']
  ]
  const wrong = ' , '

  test('is here, except for mappings, the variables and the files of tests', async () => {
    const { stdout } = await runInline({}, ['schema', 'project'])
    const keys = Object.keys((JSON.parse(stdout) as { properties: object }).properties)
    const named = keys.map(key => `TRACERUN_${key.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()}`)
    const others = ['TESTS', 'VARIABLES', 'VARIABLE_SETS', 'DATA_STORES', 'PIPELINE']
    const expected = named.filter(name => !others.includes(name.replace('TRACERUN_', '')))
    // `pipeline: { tailSampling }`
    expect(settings.map(([, name]) => name).toSorted()).toEqual(
      [...expected, 'TRACERUN_TAIL_SAMPLING'].toSorted()
    )
  })

  test('is a flag of run', async () => {
    const flags = settings.map(([flag]) => `${flag}=${wrong}`)
    const { exitCode, stderr } = await runInline({ 'a.yaml': CHECKOUT }, ['run', 'a.yaml', ...flags])
    expect(exitCode).toBe(2)
    for (const [flag] of settings) expect(stderr).toContain(`${flag}: expected `)
  })

  test('is a variable of the process', async () => {
    const env = Object.fromEntries(settings.map(([, variable]) => [variable, wrong]))
    const { exitCode, stderr } = await runInline({ 'a.yaml': CHECKOUT }, ['run', 'a.yaml'], { env })
    expect(exitCode).toBe(2)
    for (const [, variable] of settings) expect(stderr).toContain(`${variable}: expected `)
  })

  test('is obeyed: a data store that is still to come is named, and so is a variable that is missing', async () => {
    const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
      runInline(
        { 'a.yaml': CHECKOUT.replace('/checkout', '/${var:PATH_OF_CART}') },
        ['run', 'a.yaml', ...args],
        {
          env
        }
      )
    for (const store of ['awsxray', 'awsxray=eu-west-1'])
      expect((await run(['--data-store', store])).stderr).toContain('`awsxray` is still to come')
    for (const store of ['jaegr', 'jaegr=http://localhost:16686'])
      expect((await run(['--data-store', store])).stderr).toContain('did you mean `jaeger`?')
    expect((await run([])).stderr).toContain('the variable `PATH_OF_CART` is defined nowhere')
    const given = await run(['--bail'], { TRACERUN_VARIABLES: 'PATH_OF_CART=cart' })
    expect(given.stdout).toContain('POST http://127.0.0.1:1/cart got no answer')
  })
})
