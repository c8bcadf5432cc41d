import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TestDefinition } from '../../../src/definition/document.ts'
import { type LoadEnvironment, loadDefinitions } from '../../../src/definition/load.ts'
import { loadProject } from '../../../src/definition/project.ts'
import { renderLocation } from '../../../src/source/line-index.ts'

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'load-'))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true })
    writeFileSync(join(cwd, name), content)
  }
}

function environment(stdin = '', folder = cwd): LoadEnvironment {
  return { cwd: folder, readStdin: () => Promise.resolve(new TextEncoder().encode(stdin)), variables: {} }
}

function definition(extra = '', body = ''): string {
  return [
    'type: Test',
    'spec:',
    '  name: a checkout',
    '  trigger:',
    '    type: http',
    `    httpRequest: { url: "http://localhost/checkout"${body} }`,
    '  specs: [{ selector: "span:error", assertions: ["count() = 0"] }]',
    extra
  ].join('\n')
}

function only(definitions: readonly { kind: string }[]): TestDefinition {
  expect(definitions).toHaveLength(1)
  return definitions[0] as TestDefinition
}

describe('loading definitions', () => {
  test('passes over YAML of others in a folder, and says which', async () => {
    write({
      'cart.yaml': definition(),
      'compose.yaml': 'services: { cart: { image: cart } }',
      'k8s.yaml': 'apiVersion: v1\nkind: Pod\nspec: {}',
      'chart.yaml': 'image: {{ .Values.image }}\n'
    })
    const { value, problems } = await loadDefinitions(['.'], environment())
    expect(problems).toEqual([])
    expect(value.definitions).toHaveLength(1)
    expect(value.foreignFiles).toEqual(['chart.yaml', 'compose.yaml', 'k8s.yaml'])
  })

  test('passes over nothing that is meant to be a test', async () => {
    write({
      'a.yaml': definition().replace('Test', 'Tset'),
      'b.yaml': 'type: Test\nspec: {{',
      'c.yaml': 'spec:\n  name: cart',
      'd.yaml': '- type: Test\n  spec: {}'
    })
    const { value, problems } = await loadDefinitions(['.'], environment())
    expect(value.foreignFiles).toEqual([])
    expect(problems.map(({ location }) => location?.source.name)).toEqual([
      'a.yaml',
      'b.yaml',
      'c.yaml',
      'd.yaml'
    ])
  })

  test('refuses the YAML of others where it was named', async () => {
    write({ 'compose.yaml': 'services: {}' })
    const { problems } = await loadDefinitions(['compose.yaml'], environment())
    expect(problems.map(({ message }) => message)).toEqual([
      'this is no definition: `type` and `spec` are missing'
    ])
  })

  test('reads standard input', async () => {
    const { value, problems } = await loadDefinitions(['-'], environment(definition()))
    expect(problems).toEqual([])
    expect(renderLocation(only(value.definitions).location)).toBe('<stdin>:3:9')
  })

  test('reads the files that options name, from the folder of the definition', async () => {
    write({
      'specs/cart.yaml': definition('', ', body: "../bodies/cart.json"'),
      'bodies/cart.json': '{"sku":"${var:SKU}"}'
    })
    const { value } = await loadDefinitions(['specs'], environment())
    const file = only(value.definitions).files.get('../bodies/cart.json')
    expect(file?.path).toBe(join(cwd, 'bodies/cart.json'))
    expect(file?.text?.locate({ start: 8, end: 18 }).source.name).toBe('bodies/cart.json')
  })

  test('says of a file that is not there why, and leaves it to the trigger whether that matters', async () => {
    write({ 'cart.yaml': definition('', ', body: "./none.json"') })
    const { value, problems } = await loadDefinitions(['cart.yaml'], environment())
    expect(problems).toEqual([])
    expect(only(value.definitions).files.get('./none.json')).toMatchObject({
      problem: 'there is no such file'
    })
  })

  test('takes in the data store and the profile that are named by a path', async () => {
    write({
      'cart.yaml': definition('  dataStore: ./env/store.yaml\n  pollingProfile: ./env/profile.yaml'),
      'env/store.yaml':
        'type: DataStore\nspec: { name: here, type: otlp, otlp: { listen: ["127.0.0.1:4318"] } }',
      'env/profile.yaml':
        'type: PollingProfile\nspec: { name: ci, strategy: periodic, periodic: { timeout: 2m } }'
    })
    const { value, problems } = await loadDefinitions(['cart.yaml'], environment())
    expect(problems).toEqual([])
    const test = only(value.definitions)
    expect(test.dataStore).toMatchObject({ type: { value: 'otlp' } })
    expect(test.pollingProfile).toMatchObject({ timeoutMs: { value: 120_000 } })
  })

  test('reports a path that leads nowhere, or to something else', async () => {
    write({
      'cart.yaml': definition('  dataStore: ./none.yaml\n  pollingProfile: ./store.yaml'),
      'store.yaml': 'type: DataStore\nspec: { name: here, type: otlp }'
    })
    const { value, problems } = await loadDefinitions(['cart.yaml'], environment())
    expect(problems.map(({ message }) => message)).toEqual([
      'cannot read none.yaml: there is no such file',
      '`./store.yaml` holds no document of type `PollingProfile`'
    ])
    expect(only(value.definitions).isIncomplete).toBe(true)
  })
})

describe('the project file', () => {
  test('is found upwards; its files are named from where it stands', async () => {
    write({
      'tracerun.yaml': 'tests: [specs]\nreporters: [pretty, json=out/report.json]\nflushDelay: 200ms',
      'specs/eu/cart.yaml': ''
    })
    const outcome = await loadProject(environment('', join(cwd, 'specs/eu')))
    expect(outcome).toMatchObject({
      ok: true,
      value: {
        folder: cwd,
        settings: {
          tests: [{ value: join(cwd, 'specs') }],
          reporters: [{ value: 'pretty' }, { value: `json=${join(cwd, 'out/report.json')}` }],
          wait: { flushDelayMs: { value: 200 } }
        }
      }
    })
  })

  test('need not be there', async () => {
    mkdirSync(join(cwd, 'empty'))
    expect(await loadProject(environment('', join(cwd, 'empty')))).toMatchObject({
      ok: true,
      value: undefined
    })
  })

  test('must be there if it is named', async () => {
    await expect(loadProject(environment(), 'ci.yaml')).rejects.toThrow(
      'cannot read ci.yaml: there is no such file'
    )
  })

  test('is checked as a definition is', async () => {
    write({
      'tracerun.yaml': 'flushDealy: 200ms\njobs: many\nendpoint: localhost\notlpListen: ["127.0.0.1:65536"]'
    })
    const outcome = await loadProject(environment())
    expect(outcome.ok).toBe(false)
    expect(outcome.problems.map(({ message }) => message)).toEqual([
      'unknown key `flushDealy`',
      '`jobs`: expected a number from 1, found the text "many"',
      '`endpoint`: expected a URL, found the text "localhost"',
      'an entry of `otlpListen`: expected HOST:PORT, found the text "127.0.0.1:65536"'
    ])
  })
})
