import { describe, expect, test } from 'vitest'
import { parseDocuments } from '../../../src/definition/parse-document.ts'
import { parseProject } from '../../../src/definition/project.ts'
import { loadValidators, validators } from '../../../src/definition/validators.ts'
import { judge } from '../../../src/judge/judge.ts'
import { nodesOf, nodesOfChecks } from '../../../src/judge/nodes.ts'
import { compilePlan } from '../../../src/plan/compile.ts'
import { positionOf } from '../../../src/source/line-index.ts'
import { compileText, parseText, planText, recordingRegistry } from '../../support/compile-text.ts'
import { contextFor } from '../../support/judge.ts'
import { traceOf } from '../../support/trace-builder.ts'

await loadValidators()

function definition(
  lines: string,
  specs = '  specs: [{ selector: "span:error", assertions: ["count() = 0"] }]'
): string {
  return [
    'type: Test',
    'spec:',
    '  name: a checkout',
    '  trigger: { type: http, httpRequest: { url: "http://shop" } }',
    specs,
    lines
  ].join('\n')
}

async function messages(text: string, settings = {}): Promise<readonly string[]> {
  const outcome = await compileText(text, settings)
  return outcome.problems.map(problem => problem.message)
}

describe('a plan', () => {
  test('is not made of definitions with mistakes, even where compiling finds none', async () => {
    const text = `${definition('')}\n  retires: 1`
    const { definitions } = parseDocuments({ name: 'a.yaml', text }, validators, {})
    expect(definitions).toHaveLength(1)
    expect(await compilePlan(definitions, recordingRegistry(), {})).toEqual({ ok: false, problems: [] })
  })

  test('is made of no definition at all, too', async () => {
    expect(await compilePlan([], recordingRegistry(), {})).toMatchObject({ ok: true, value: { tests: [] } })
  })

  test('says every mistake of every definition, each where it stands', async () => {
    const text = [
      definition('', '  specs: [{ selector: "span[", assertions: ["count() ="] }]'),
      definition('', '  specs: [{ selector: "span", assertions: ["attr:a = var:B"] }]')
    ].join('\n---\n')
    const outcome = await compileText(text)
    expect(outcome.ok).toBe(false)
    expect(
      outcome.problems.map(({ code, location }) => [
        code,
        positionOf(location!.source, location!.range.start).line
      ])
    ).toEqual([
      ['SELECTOR_SYNTAX', 5],
      ['ASSERTION_SYNTAX', 5],
      ['UNDEFINED_VARIABLE', 12]
    ])
  })

  test('gives every test an id of its own that can be a file name', async () => {
    const named = (name: string): string => definition('').replace('a checkout', JSON.stringify(name))
    const names = ['a / checkout', 'A checkout!', '../../etc', '日本', '???', 'CON', 'x'.repeat(300)]
    const outcome = await compileText(names.map(named).join('\n---\n'))
    expect(outcome.ok && outcome.value.tests.map(test => test.id)).toEqual([
      'a-checkout',
      'a-checkout-2',
      'etc',
      '日本',
      'test',
      'test-con',
      'x'.repeat(60)
    ])
  })

  test('keeps what a definition says', async () => {
    const planned = await planText(
      definition('  tags: [smoke]\n  skip: later\n  skipTraceCollection: true\n  id: My Id')
    )
    expect(planned).toMatchObject({ id: 'my-id', tags: ['smoke'], skip: 'later', collectsTrace: false })
  })
})

describe('how often a test is run again', () => {
  test.each([
    ['a flag, whatever the test says', '  retries: 2', { retries: { value: 3 } }, 3],
    ['the test, whatever the project says', '  retries: 0', 'retries: 4', 0],
    ['the project, where the test says nothing', '', 'retries: 4', 4],
    ['nobody', '', '', undefined]
  ])('is said by %s', async (_, lines, settings, retries) => {
    const project =
      typeof settings === 'string'
        ? parseProject({ name: 'tracerun.yaml', text: settings }, {}).settings
        : settings
    const planned = await planText(definition(lines), project)
    expect(planned.retries).toBe(retries)
  })
})

describe('variables', () => {
  test('of a flag stand above those of the test, and those above the project', async () => {
    const { variables } = await planText(definition('  variables: { A: test, B: test }'), {
      variables: [{ name: 'A', value: 'flag', isSecret: false }],
      defaults: {
        variableSets: [],
        variables: [
          { name: 'B', value: 'project', isSecret: false },
          { name: 'C', value: 'project', isSecret: false }
        ]
      }
    })
    expect(Object.fromEntries([...variables].map(([name, { value }]) => [name, value]))).toEqual({
      A: 'flag',
      B: 'test',
      C: 'project'
    })
  })

  test('that are secret stay so, whoever says their value', async () => {
    const text = definition('  variables: [{ key: PIN, value: "0000", type: secret }]')
    const outcome = await compileText(text, { variables: [{ name: 'PIN', value: '1234', isSecret: false }] })
    expect(outcome.ok && outcome.value.secrets).toEqual(['1234'])
  })

  test('must be defined where they are read, in selectors and conditions too', async () => {
    const specs =
      '  specs: [{ selector: "span[name=\'${var:A}\']", when: "attr:a = var:B", assertions: ["attr:a = var:C"] }]'
    expect(await messages(definition('', specs))).toEqual([
      'the variable `A` is defined nowhere',
      'the variable `B` is defined nowhere',
      'the variable `C` is defined nowhere'
    ])
  })

  test('may be outputs of the test in its checks, not in its trigger and not in other outputs', async () => {
    const outputs = '  outputs: [{ name: A, value: attr:a }, { name: B, value: "var:A" }]'
    const specs = '  specs: [{ selector: "span[name=\'${var:A}\']", assertions: ["attr:a = var:B"] }]'
    const text = definition(outputs, specs).replace('http://shop', 'http://shop/${var:A}')
    expect(await messages(text)).toEqual([
      '`A` is an output of this test: it is known only once the trace is there; it is read at checkout.yaml:6 too'
    ])
  })

  test('cannot share a name with an output', async () => {
    const text = definition('  variables: { A: a }\n  outputs: [{ name: A, value: attr:a }]')
    expect(await messages(text)).toEqual([
      '`A` is a variable already: an output of that name would be another value'
    ])
  })

  test('that are secret must be long enough to be hidden', async () => {
    expect(await messages(definition('  variables: [{ key: PIN, value: "123", type: secret }]'))).toEqual([
      'the secret `PIN` has fewer than 4 characters, too few to be searched for'
    ])
  })
})

describe('a variable whose value is not set', () => {
  test('is said to be so once', async () => {
    const text = definition('  variables: [{ key: PIN, type: secret, value: "${PIN}" }]').replace(
      'http://shop',
      'http://shop/${var:PIN}'
    )
    expect(await messages(text)).toEqual(['the environment variable `PIN` is not set'])
  })
})

describe('a test that collects no spans', () => {
  const message = 'with `skipTraceCollection`, no span but the trigger is there to be selected'
  test.each([
    ['span:error', [message]],
    ["span[service.name='cart']", [message]],
    [':root', []],
    ['', []],
    ['span[]', []],
    ["span[tracetest.span.type='general']", []],
    ["span[name='Tracetest trigger']", []]
  ])('is warned of a selector that asks for some: %j', async (selector, warnings) => {
    const specs = `  specs: [{ selector: "${selector}", assertions: ["count() <= 1"] }]`
    expect(await messages(definition('  skipTraceCollection: true', specs))).toEqual(warnings)
  })
})

describe('texts that stand in several places', () => {
  const specs = `  specs:
    - { selector: 'span[service.name="a"]', assertions: ["count() = 1", "count() = 1"] }
    - { selector: 'span[service.name="b"]', assertions: ["count() = 1"] }
  outputs: [{ name: N, selector: 'span[service.name="a"]', value: count() }]`

  test('have trees of their own in a test, also in the second test that says the same', async () => {
    const { definitions } = parseDocuments(
      { name: 'a.yaml', text: `${definition('', specs)}\n---\n${definition('', specs)}` },
      validators,
      {}
    )
    const outcome = await compilePlan(definitions, recordingRegistry(), {})
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems))
    expect(outcome.value.tests).toHaveLength(2)
    for (const { checks } of outcome.value.tests) {
      const nodes = nodesOfChecks(checks).flatMap(nodesOf)
      expect(new Set(nodes).size).toBe(nodes.length)
    }
  })

  test('are each judged by the spans of their own spec', async () => {
    const { checks } = await planText(definition('', specs))
    const trace = traceOf(
      { id: 'one', service: 'a' },
      { id: 'two', service: 'b' },
      { id: 'three', service: 'b' }
    )
    const { specs: judged } = judge(checks, trace, contextFor(checks))
    expect(judged.map(spec => spec.checks.map(check => check.outcome))).toEqual([
      ['held', 'held'],
      ['violated']
    ])
  })
})

describe('patterns', () => {
  test('are checked before anything is sent', async () => {
    const specs = `  specs: [{ selector: 'span[name matches "("]', assertions: ["response:body | json_path '$[' = 1"] }]`
    const found = await messages(definition('', specs))
    expect(found).toHaveLength(2)
    expect(found[0]).toContain('`(` is no regular expression')
    expect(found[1]).toContain('`$[` is no JSONPath')
  })
})

describe('the wait of a test', () => {
  const flags = { wait: { timeoutMs: { value: 1 }, lagMs: { value: 2 } } }
  const project = {
    wait: {
      timeoutMs: {
        value: 60_000,
        location: { source: { name: 'tracerun.yaml', text: '' }, range: { start: 0, end: 0 } }
      },
      asyncMs: {
        value: 5000,
        location: { source: { name: 'tracerun.yaml', text: '' }, range: { start: 0, end: 0 } }
      }
    }
  }

  test('is what a flag says, whatever the test says', async () => {
    const { wait } = await planText(definition('  timeout: 40s\n  lag: 3s\n  flushDelay: 4s'), flags)
    expect(wait).toMatchObject({ timeoutMs: 1, lagMs: 2, flushDelayMs: 4000 })
  })

  test('is what the test says, whatever the project says', async () => {
    const { wait } = await planText(definition('  timeout: 40s'), project)
    expect(wait).toMatchObject({ timeoutMs: 40_000, asyncMs: 5000 })
  })

  test('is what its profile says where the test itself says nothing', async () => {
    const profile = '  pollingProfile: { periodic: { timeout: 50s, retryDelay: 2s } }'
    expect((await planText(definition(profile), project)).wait).toMatchObject({
      timeoutMs: 50_000,
      longestStepMs: 2000
    })
    expect((await planText(definition(`${profile}\n  timeout: 45s`), project)).wait.timeoutMs).toBe(45_000)
  })

  test('has nothing where nobody says anything', async () => {
    expect((await planText(definition(''))).wait).toEqual({
      allowOrphans: false,
      followsLinks: false,
      externalHosts: []
    })
  })

  test('takes a profile of another document by its name; one that is nowhere is a warning', async () => {
    const profile = 'type: PollingProfile\nspec: { name: ci, strategy: periodic, periodic: { timeout: 55s } }'
    const known = await compileText(`${profile}\n---\n${definition('  pollingProfile: ci')}`)
    expect(known.ok && known.value.tests[0]?.wait.timeoutMs).toBe(55_000)
    const unknown = await compileText(definition('  pollingProfile: ci'))
    expect(unknown.ok && unknown.value.tests[0]?.wait).toEqual({
      allowOrphans: false,
      followsLinks: false,
      externalHosts: []
    })
    expect(unknown.problems).toMatchObject([
      { severity: 'warning', message: expect.stringContaining('no polling profile `ci`') }
    ])
  })

  test('takes the profile that a flag names, whatever the test names; one that is nowhere is an error', async () => {
    const profile = (name: string, timeout: string): string =>
      `type: PollingProfile\nspec: { name: ${name}, strategy: periodic, periodic: { timeout: ${timeout} } }`
    const text = [profile('ci', '55s'), profile('fast', '20s'), definition('  pollingProfile: ci')].join(
      '\n---\n'
    )
    const flag = { pollingProfile: { value: 'fast' } }
    const chosen = await compileText(text, flag)
    expect(chosen.ok && chosen.value.tests[0]?.wait.timeoutMs).toBe(20_000)
    const { settings } = parseProject({ name: 'tracerun.yaml', text: 'pollingProfile: fast' }, {})
    const general = await compileText(text, settings)
    expect(general.ok && general.value.tests[0]?.wait.timeoutMs).toBe(55_000)
    const unknown = await compileText(text, { pollingProfile: { value: 'fats' } })
    expect(unknown).toMatchObject({
      ok: false,
      problems: [{ severity: 'error', hint: 'did you mean `fast`?' }]
    })
  })

  test('is warned of where it may end too early, and not where nothing is awaited', async () => {
    const outcome = await compileText(
      definition('  timeout: 10s\n  flushDelay: 1s\n  async: 7s\n  absenceWindow: 1s')
    )
    expect(outcome.problems.map(({ severity, message }) => [severity, message])).toEqual([
      ['warning', 'a timeout of 10s may end before a trace is known to be complete, which takes up to 10.3s']
    ])
    expect(
      await messages(definition('  timeout: 11s\n  flushDelay: 1s\n  async: 7s\n  absenceWindow: 1s'))
    ).toEqual([])
    const answered = '  specs: [{ assertions: ["response:status = 200"] }]'
    expect(await messages(definition('  timeout: 1s\n  skipTraceCollection: true', answered))).toEqual([])
  })
})

describe('the backend of a test', () => {
  test('is our own receiver where nobody says anything', async () => {
    expect((await planText(definition(''))).backend).toMatchObject({ kind: 'otlp', key: 'otlp {}' })
  })

  test('is shared by kinds that are one receiver', async () => {
    const keys = await Promise.all(
      ['otlp', 'honeycomb'].map(
        async kind => (await planText(definition(`  dataStore: { type: ${kind} }`))).backend.key
      )
    )
    expect(new Set(keys).size).toBe(1)
  })

  test('is the only data store among the files; of several, the one that is named', async () => {
    const store = (name: string): string => `type: DataStore\nspec: { name: ${name}, type: honeycomb }`
    expect((await planText(`${store('one')}\n---\n${definition('')}`)).backend.kind).toBe('honeycomb')
    const two = `${store('one')}\n---\n${store('two')}\n---\n`
    const unnamed = await compileText(two + definition(''))
    expect(unnamed.ok && unnamed.value.tests[0]?.backend.kind).toBe('otlp')
    expect(unnamed.problems.map(problem => problem.message)).toEqual([
      'there are several data stores: only tests that name one use it'
    ])
    const named = await compileText(two + definition('  dataStore: two'))
    expect(named.ok && named.value.tests[0]?.backend.kind).toBe('honeycomb')
    expect((await compileText(two + definition('  dataStore: tow'))).problems.at(-1)?.hint).toBe(
      'did you mean `two`?'
    )
  })

  test('is what a flag says, whatever a file says', async () => {
    const dataStore = { type: { value: 'honeycomb' } }
    expect((await planText(definition('  dataStore: { type: otlp }'), { dataStore })).backend.kind).toBe(
      'honeycomb'
    )
    expect(await messages(definition(''), { dataStore: { type: { value: 'jaeger' } } })).toEqual([
      'the data store `jaeger` is still to come'
    ])
  })

  test('listens where a flag says, else where the file says, else where the project says', async () => {
    const own = definition('  dataStore: { type: otlp, otlp: { listen: ["127.0.0.1:1"] } }')
    const flag = { otlpListen: [{ value: '127.0.0.1:2' }] }
    const project = {
      otlpListen: [
        {
          value: '127.0.0.1:3',
          location: { source: { name: 'tracerun.yaml', text: '' }, range: { start: 0, end: 0 } }
        }
      ]
    }
    const keyOf = async (text: string, settings: object): Promise<string> =>
      (await planText(text, settings)).backend.key
    expect(await keyOf(own, flag)).toBe('otlp {"listen":["127.0.0.1:2"]}')
    expect(await keyOf(own, project)).toBe('otlp {"listen":["127.0.0.1:1"]}')
    expect(await keyOf(definition(''), project)).toBe('otlp {"listen":["127.0.0.1:3"]}')
  })

  test('forwards where a flag says, else where the file says, else where the project says', async () => {
    const own = definition('  dataStore: { type: otlp, otlp: { forward: "http://file:4318" } }')
    const flag = { otlpForward: { value: 'http://flag:4318' } }
    const location = { source: { name: 'tracerun.yaml', text: '' }, range: { start: 0, end: 0 } }
    const project = { otlpForward: { value: 'http://project:4318', location } }
    const keyOf = async (text: string, settings: object): Promise<string> =>
      (await planText(text, settings)).backend.key
    expect(await keyOf(own, flag)).toBe('otlp {"forward":"http://flag:4318"}')
    expect(await keyOf(own, project)).toBe('otlp {"forward":"http://file:4318"}')
    expect(await keyOf(definition(''), project)).toBe('otlp {"forward":"http://project:4318"}')
    expect(await keyOf(definition(''), {})).toBe('otlp {}')
  })
})

test('pages may send spans whose origin a flag names, else the file, else the project', async () => {
  const own = definition('  dataStore: { type: otlp, otlp: { cors: ["https://file.example"] } }')
  const flag = { otlpCors: [{ value: 'https://flag.example' }] }
  const location = { source: { name: 'tracerun.yaml', text: '' }, range: { start: 0, end: 0 } }
  const project = { otlpCors: [{ value: 'https://project.example', location }] }
  const keyOf = async (text: string, settings: object): Promise<string> =>
    (await planText(text, settings)).backend.key
  expect(await keyOf(own, flag)).toBe('otlp {"cors":["https://flag.example"]}')
  expect(await keyOf(own, project)).toBe('otlp {"cors":["https://file.example"]}')
  expect(await keyOf(definition(''), project)).toBe('otlp {"cors":["https://project.example"]}')
})

describe('a definition for other plug-ins', () => {
  test('is refused, if its schema let it pass', async () => {
    const registry = { ...recordingRegistry(), triggers: new Map() }
    const outcome = await compilePlan(parseText(definition('')), registry, {})
    expect(outcome.problems).toMatchObject([
      { code: 'UNKNOWN_TRIGGER', message: 'the trigger `http` is still to come' }
    ])
  })
})
