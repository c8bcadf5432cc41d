import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { readTrace } from '../../src/cli/read-trace.ts'
import { loadDefinitions } from '../../src/definition/load.ts'
import { parseProject } from '../../src/definition/project.ts'
import { withValidators } from '../../src/definition/validators.ts'
import { concealSecrets } from '../../src/init/conceal-secrets.ts'
import { testNameOf } from '../../src/init/names.ts'
import { proposeChecks } from '../../src/init/propose-checks.ts'
import { readRequest } from '../../src/init/read-request.ts'
import { renderProject, renderWorkflow } from '../../src/init/write-project.ts'
import { renderTest } from '../../src/init/write-test.ts'

const ROOT = fileURLToPath(new URL('../../specs/init/', import.meta.url))

const ANSWER = { status: 200, headers: [{ key: 'Content-Type', value: 'application/json; charset=utf-8' }] }

async function problemsOf(
  text: string,
  variables: Readonly<Record<string, string>>
): Promise<readonly unknown[]> {
  const readStdin = () => Promise.resolve(new TextEncoder().encode(text))
  const { problems } = await loadDefinitions(['-'], { cwd: process.cwd(), readStdin, variables })
  return problems
}

const requests: Readonly<Record<string, string>> = {
  'json-body': `curl -X POST http://h/checkout -H 'content-type: application/json' -d '{"sku":"SKU-1","lines":[],"by":{"a":1.0,"b":[1,2]},"note":"it'\\''s: #1"}'`,
  'text-body': `curl http://h/notes -H 'content-type: text/plain' --data-raw $'first: 1\\n  second\\n\\n- third # no comment\\n'`,
  'path-like-body': 'curl http://h/notes --data-raw /not/a/file',
  'template-like-body': `curl --json '{"text":"\${var:X} and \${HOME}"}' http://h/notes`,
  secrets: `curl http://joe:opensesame@h/orders?api_key=abcdef -H 'x-api-key: 1234567' -b 'sid=abcdef'`,
  bearer: `curl -k -H 'Authorization: Bearer abc.def' http://h/orders`,
  'values-that-yaml-reads': `curl http://h/x -H 'a: yes' -H 'b: 012' -H 'c: {x}' -H 'd: *x' -H 'e: " "' -H 'f: null' -H 'g: - x: y'`
}

describe('the test that is written for a request', () => {
  test.each(Object.entries(requests))('%s', async (name, command) => {
    const { request, secrets } = concealSecrets(readRequest([command]))
    const text = renderTest({
      name: testNameOf(request),
      request,
      secrets,
      specs: proposeChecks({ response: ANSWER }),
      remarks: ['Of the trace nothing is checked yet.']
    })
    const environment = { API_PASSWORD: 'p', API_TOKEN: 't', API_KEY: 'k', X_API_KEY: 'x', COOKIE: 'c' }
    expect(await problemsOf(text, environment)).toEqual([])
    await expect(text).toMatchFileSnapshot(`${ROOT}${name}.yaml`)
  })

  test('the indented JSON of a body is the JSON of the request, token by token', () => {
    const body = '{"a":1.0,"b":[{},[],[1,-2e3,true,null]],"c":"x, {y}: [z]\\"\\\\","d":12345678901234567890}'
    const { request } = concealSecrets(readRequest(['curl', '--json', body, 'http://h/x']))
    const text = renderTest({ name: 'x', request, secrets: [], specs: [], remarks: [] })
    const written = parse(text).spec.trigger.httpRequest.body as string
    expect(JSON.parse(written)).toEqual(JSON.parse(body))
    const space = /("(?:[^"\\]|\\.)*")|\s+/g
    expect(written.replace(space, '$1')).toBe(body.replace(space, '$1'))
    expect(written.split('\n').length).toBeGreaterThan(10)
  })
})

describe('the checks that a trace of the shop gives', () => {
  test.each(['healthy', 'n-plus-one', 'lost-event'] as const)('%s', async name => {
    const { request } = concealSecrets(readRequest(['curl -X POST http://h/checkout']))
    const { trace } = await readTrace(`test/fixtures/shop/${name}.json`, { cwd: process.cwd() })
    const specs = proposeChecks({ response: ANSWER, trace })
    const text = renderTest({ name: testNameOf(request), request, secrets: [], specs, remarks: [] })
    expect(await problemsOf(text, {})).toEqual([])
    await expect(text).toMatchFileSnapshot(`${ROOT}shop-${name}.yaml`)
  })
})

describe('what is written beside the test', () => {
  test.each([
    ['received', { endpoint: 'http://h', otlpListen: [], flushDelay: '500ms', measured: '210ms' }],
    ['slow', { endpoint: 'http://h', otlpListen: ['127.0.0.1:14318'], measured: '4.8s' }],
    [
      'stored',
      {
        endpoint: 'http://h',
        otlpListen: [],
        dataStore: 'jaeger=http://me:opensesame@localhost:16686',
        timeout: '1m'
      }
    ]
  ])('the project file: %s', async (name, project) => {
    const text = renderProject({ tests: 'tests/**/*.yaml', ...project })
    const { problems } = await withValidators(() =>
      parseProject({ name: 'tracerun.yaml', text }, { DATA_STORE_PASSWORD: 'opensesame' })
    )
    expect(problems).toEqual([])
    await expect(text).toMatchFileSnapshot(`${ROOT}project-${name}.yaml.txt`)
  })

  test.each([
    ['github', { kind: 'github', secrets: [], hasCompose: false, endpoint: 'http://localhost:4318' }],
    [
      'github-compose',
      { kind: 'github', secrets: ['API_TOKEN'], hasCompose: true, endpoint: 'http://localhost:4318' }
    ],
    ['github-store', { kind: 'github', secrets: [], hasCompose: true }],
    [
      'gitlab',
      { kind: 'gitlab', secrets: ['API_TOKEN'], hasCompose: true, endpoint: 'http://localhost:14318' }
    ]
  ] as const)('the workflow: %s', async (name, workflow) => {
    const text = renderWorkflow(workflow)
    expect(parse(text)).toBeTypeOf('object')
    await expect(text).toMatchFileSnapshot(`${ROOT}workflow-${name}.yml.txt`)
  })
})
