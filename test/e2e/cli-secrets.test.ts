import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { freePort } from '../support/free-port.ts'
import type { Workspace } from '../support/run-inline.ts'
import { openWorkspace } from '../support/run-within.ts'
import { sendSpans, startSystem } from '../support/system-under-test.ts'

const TOKEN = 'tok/en+ü "quoted" 4711'
const PASSWORD = 'correct horse & battery'
const PROCESS_SECRET = 'from-the-environment-1'

/** Whatever is longer than this of a secret is recognised. */
const PIECE = 9

/** Forms in which a text may show up: as it is, in URLs, in JSON, in JSON in JSON, in base64 at each alignment. */
function formsOf(secret: string): readonly string[] {
  const json = JSON.stringify(secret).slice(1, -1)
  const base64 = [0, 1, 2].map(lead => {
    const text = Buffer.from('x'.repeat(lead) + secret).toString('base64')
    return text.slice(4, -4)
  })
  const forms = [
    secret,
    encodeURIComponent(secret),
    encodeURI(secret),
    new URLSearchParams({ k: secret }).toString().slice(2),
    json,
    JSON.stringify(json).slice(1, -1),
    ...base64,
    ...base64.map(text => text.replaceAll('+', '-').replaceAll('/', '_'))
  ]
  return forms.filter(form => form.length >= PIECE)
}

test('a secret appears in no output, report or saved file, in no encoding', async () => {
  const port = await freePort()
  await using system = await startSystem(async request => {
    const authorization = String(request.headers.authorization)
    await sendSpans(port, [
      {
        traceId: request.traceId,
        spanId: 'aaaaaaaaaaaaaaa1',
        parentSpanId: request.parentSpanId,
        name: `POST ${request.path}`,
        attributes: {
          'http.request.header.authorization': authorization,
          'url.full': `http://shop/checkout?token=${encodeURIComponent(TOKEN)}`,
          'log.message': JSON.stringify({ token: TOKEN, inner: JSON.stringify({ token: TOKEN }) }),
          'basic.decoded': Buffer.from(authorization.replace('Basic ', ''), 'base64').toString('utf8'),
          'b64.shifted': Buffer.from(`?${TOKEN}`).toString('base64url'),
          'process.secret': PROCESS_SECRET,
          public: 'SKU-1'
        }
      }
    ])
    return {
      headers: { 'content-type': 'application/json', 'x-echo': encodeURIComponent(TOKEN) },
      body: JSON.stringify({ authorization, token: TOKEN, nested: JSON.stringify({ password: PASSWORD }) })
    }
  })
  const yaml = `type: Test
spec:
  name: secrets
  timeout: 9s
  flushDelay: 500ms
  absenceWindow: 100ms
  async: 300ms
  variables:
    - { key: TOKEN, value: '${TOKEN}', type: secret }
  trigger:
    type: http
    httpRequest:
      method: POST
      url: "${system.url}/checkout?token=\${var:TOKEN}"
      auth: { type: basic, basic: { username: shop, password: "${PASSWORD}" } }
      headers: [{ key: x-token, value: "\${var:TOKEN}" }]
      body: '{"token": \${var:TOKEN}}'
  specs:
    - selector: span[service.name="gateway"]
      assertions:
        - attr:public = "SKU-2"
        - attr:log.message = "nothing"
        - attr:http.request.header.authorization = "nothing"
        - attr:url.full = "\${var:TOKEN}"
        - attr:basic.decoded = "nothing"
        - attr:b64.shifted = "nothing"
        - attr:process.secret = "nothing"
        - response:body = "nothing"
  outputs:
    - { name: LEAK, selector: 'span[service.name="gateway"]', value: attr:log.message }
`
  await using workspace = await openWorkspace({ 'secrets.yaml': yaml })
  const args = [
    'run',
    '-f',
    'secrets.yaml',
    '--otlp-listen',
    `127.0.0.1:${port}`,
    '--debug',
    '--secret',
    'PROCESS_SECRET'
  ]
  const reporters = [
    '--reporter',
    'json=report.json',
    '--reporter',
    'ndjson=events.ndjson',
    '--reporter',
    'pretty'
  ]
  const result = await workspace.run([...args, ...reporters], { env: { PROCESS_SECRET } })
  expect(result.exitCode).toBe(1)
  // What was sent and seen is what the system got: the mask is on what leaves, not on what works.
  expect(system.requests[0]!.body).toBe(`{"token": ${TOKEN}}`)

  const check = await workspace.run([
    'check',
    '-f',
    'secrets.yaml',
    '--trace',
    '.tracerun/last/secrets.json',
    '--debug'
  ])
  expect([1, 3]).toContain(check.exitCode)
  const saved = await readdir(join(workspace.path, '.tracerun/last'))
  const places: Record<string, string> = {
    stdout: result.stdout,
    stderr: result.stderr,
    'check stdout': check.stdout,
    'check stderr': check.stderr,
    'report.json': await workspace.read('report.json'),
    'events.ndjson': await workspace.read('events.ndjson')
  }
  for (const name of saved) places[name] = await workspace.read(`.tracerun/last/${name}`)
  expect(Object.keys(places)).toContain('secrets.json')
  for (const [place, text] of Object.entries(places))
    for (const secret of [TOKEN, PASSWORD, PROCESS_SECRET, `shop:${PASSWORD}`])
      for (const form of formsOf(secret)) expect(text.includes(form), `${form} in ${place}`).toBe(false)
  expect(places['report.json']).toContain('***')
  expect(places['secrets.json']).toContain('SKU-1')
})

/** What a service may make of a text that it was sent. */
const ECHOES: Readonly<Record<string, (text: string) => string>> = {
  raw: text => text,
  url: encodeURIComponent,
  lowerUrl: text => encodeURIComponent(text).replace(/%../g, code => code.toLowerCase()),
  form: text => new URLSearchParams({ k: text }).toString().slice(2),
  json: text => JSON.stringify(text).slice(1, -1),
  jsonInJson: text => JSON.stringify(JSON.stringify(text)).slice(3, -3),
  html: text => text.replace(/[&<>"']/g, letter => `&#${letter.charCodeAt(0)};`),
  xml: text =>
    text.replace(
      /[&<>"']/g,
      letter => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[letter] ?? '&apos;'
    ),
  singleQuoted: text => text.replaceAll("'", `'\\''`),
  doubleQuoted: text => text.replace(/["\\$`]/g, '\\$&'),
  ansiC: text => text.replace(/['\\]/g, '\\$&').replaceAll('\n', '\\n'),
  hex: text => Buffer.from(text).toString('hex'),
  base64: text => Buffer.from(text).toString('base64'),
  base64After1: text => Buffer.from(`x${text}`).toString('base64').slice(2),
  base64After2: text => Buffer.from(`xy${text}`).toString('base64').slice(3),
  base64OfJson: text =>
    Buffer.from(JSON.stringify({ t: text }))
      .toString('base64')
      .slice(8),
  base64Url: text => Buffer.from(text).toString('base64url')
}

/** The characters at the border of two texts are of both: the middle of a form is its own. */
const middle = (text: string): string => text.replace(/=+$/, '').slice(4, -4)

const HOSTILE = `q"u'o<t>e&s \\ 100%25+/=für 日本 $HOME`
const LINES = 'first-line "of" three\nsecond-line <of> three\nthird-line of three'
const STORE = `st'ore "pass" 9+9/=ü`

async function reporterNames(workspace: Workspace): Promise<readonly string[]> {
  const { stderr } = await workspace.run([
    'run',
    '-f',
    'all.yaml',
    '--vars',
    'PROCESS=',
    '--reporter',
    'zzzzzzzz'
  ])
  const [, names] = /there are ([\w, ]+)/.exec(stderr) ?? []
  if (names === undefined) throw new Error(stderr)
  return names.split(', ')
}

async function filesBelow(path: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  const texts = await Promise.all(
    files.map(async file => [relative(path, file), await readFile(file, 'utf8')] as const)
  )
  return Object.fromEntries(texts)
}

test('whatever a service makes of secrets, and wherever it puts them, nothing that a run writes shows them', async () => {
  const port = await freePort()
  const secrets = [HOSTILE, LINES, PROCESS_SECRET]
  const string = (text: string): unknown => ({ stringValue: text })
  const list = secrets.flatMap(secret =>
    Object.entries(ECHOES).map(([name, echo]) => ({ name, text: echo(secret) }))
  )
  const attributes = [
    ...list.map(({ name, text }, at) => ({ key: `echo.${name}.${at}`, value: string(`<${text}>`) })),
    ...secrets.map(secret => ({ key: `key.${secret}`, value: string('key') })),
    { key: 'bytes', value: { bytesValue: Buffer.from(`\u0000${HOSTILE}`).toString('base64') } },
    {
      key: 'list',
      value: {
        arrayValue: {
          values: [
            string(HOSTILE),
            { kvlistValue: { values: [{ key: LINES, value: string(PROCESS_SECRET) }] } }
          ]
        }
      }
    }
  ]
  await using system = await startSystem(async request => {
    const time = String(BigInt(Math.round(performance.timeOrigin + performance.now())) * 1_000_000n)
    const span = {
      traceId: request.traceId,
      spanId: 'aaaaaaaaaaaaaaa1',
      parentSpanId: request.parentSpanId,
      name: `POST ${HOSTILE}`,
      kind: 2,
      startTimeUnixNano: time,
      endTimeUnixNano: time,
      attributes,
      events: [
        { name: `event ${LINES}`, timeUnixNano: time, attributes: [{ key: 'e', value: string(HOSTILE) }] }
      ],
      status: { code: 2, message: `failed with ${HOSTILE}` }
    }
    const resource = {
      attributes: [
        { key: 'service.name', value: string('gateway') },
        { key: 'r', value: string(HOSTILE) }
      ]
    }
    await fetch(`http://127.0.0.1:${port}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        resourceSpans: [{ resource, scopeSpans: [{ scope: { name: HOSTILE }, spans: [span] }] }]
      })
    })
    return {
      headers: { 'x-url': encodeURIComponent(HOSTILE), 'x-base64': Buffer.from(LINES).toString('base64') },
      body: JSON.stringify(list)
    }
  })
  const yaml = (text: string): string => JSON.stringify(text)
  const assertions = [
    ...list.map(({ name }, at) => `attr:echo.${name}.${at} = "nothing"`),
    'attr:list = "nothing"',
    'attr:bytes = "nothing"',
    'attr:r = "nothing"',
    'response:body = "nothing"',
    'attr:public contains "${var:HOSTILE}"'
  ]
  const file = `type: Test
spec:
  name: ${yaml(`checkout ${HOSTILE}`)}
  description: ${yaml(LINES)}
  timeout: 9s
  flushDelay: 500ms
  absenceWindow: 100ms
  async: 300ms
  variables:
    - { key: HOSTILE, value: ${yaml(HOSTILE)}, type: secret }
    - { key: LINES, value: ${yaml(LINES)}, type: secret }
  trigger:
    type: http
    httpRequest:
      method: POST
      url: "${system.url}/checkout?token=\${var:HOSTILE}"
      auth: { type: basic, basic: { username: shop, password: ${yaml(PASSWORD)} } }
      headers: [{ key: x-token, value: "\${env:PROCESS}" }]
      body: '\${var:HOSTILE} \${var:LINES}'
  specs:
    - name: ${yaml(`spec ${HOSTILE}`)}
      selector: span[service.name="gateway"]
      assertions: ${JSON.stringify(assertions)}
  outputs:
    - { name: LEAK, selector: 'span[service.name="gateway"]', value: attr:echo.raw.0 }
---
type: Test
spec:
  name: store
  timeout: 1s
  dataStore: { type: jaeger, jaeger: { url: "http://127.0.0.1:1", auth: { type: basic, basic: { username: shop, password: ${yaml(STORE)} } } } }
  trigger: { type: http, httpRequest: { url: "${system.url}" } }
  specs: [{ selector: span, assertions: ["count() = 1"] }]
`
  await using workspace = await openWorkspace({ 'all.yaml': file })
  const names = await reporterNames(workspace)
  expect(names).toEqual(expect.arrayContaining(['pretty', 'json', 'ndjson', 'junit', 'html', 'github']))
  const files = names.filter(name => name !== 'github').map(name => `out/${name}.txt`)
  const reporters = ['github', ...files.map(path => `${path.slice(4, -4)}=${path}`)].flatMap(reporter => [
    '--reporter',
    reporter
  ])
  const env = { PROCESS_SECRET, GITHUB_STEP_SUMMARY: join(workspace.path, 'summary.md') }
  const args = ['-f', 'all.yaml', '--vars', `PROCESS=${PROCESS_SECRET}`, '--secret', 'PROCESS', '--debug']
  const run = await workspace.run(['run', ...args, '--otlp-listen', `127.0.0.1:${port}`, ...reporters], {
    env
  })
  expect([1, 3], run.stderr).toContain(run.exitCode)
  const saved = (await readdir(join(workspace.path, '.tracerun/last'))).find(name =>
    name.startsWith('checkout')
  )!
  const trace = ['--trace', `.tracerun/last/${saved}`]
  const said = await Promise.all([
    workspace.run(['check', ...args, '--test', `checkout ${HOSTILE}`, ...trace]),
    workspace.run(['explain', 'span[r="x"]', ...trace]),
    workspace.run(['trace', `.tracerun/last/${saved}`])
  ])
  const { 'all.yaml': _, ...written } = await filesBelow(workspace.path)
  const places: Record<string, string> = { 'names of files': Object.keys(written).join('\n'), ...written }
  for (const [at, { stdout, stderr }] of [run, ...said].entries()) {
    places[`stdout ${at}`] = stdout
    places[`stderr ${at}`] = stderr
  }
  for (const secret of [...secrets, PASSWORD, STORE, ...LINES.split('\n')])
    for (const [name, echo] of Object.entries(ECHOES))
      for (const [place, text] of Object.entries(places))
        expect(text.includes(middle(echo(secret))), `${name} of ${secret} in ${place}`).toBe(false)
  expect(places[join('.tracerun/last', saved)]).toContain('echo.hex')
  for (const path of [...files, 'summary.md']) expect(places[path], path).toContain('***')
})

test('a check that reads a masked value is undetermined when it is repeated offline', async () => {
  const port = await freePort()
  await using system = await startSystem(async request => {
    const { traceId, parentSpanId } = request
    const attributes = { token: 'hunter-22', sku: 'SKU-1' }
    await sendSpans(port, [{ traceId, spanId: 'aaaaaaaaaaaaaaa1', parentSpanId, attributes }])
    return {}
  })
  const yaml = `type: Test
spec:
  name: masked
  timeout: 9s
  flushDelay: 500ms
  async: 300ms
  trigger: { type: http, httpRequest: { url: "${system.url}" } }
  specs:
    - selector: span[service.name="gateway"]
      assertions: ['attr:token = "\${env:TOKEN}"', 'attr:sku = "SKU-1"']
  variables: [{ key: TOKEN, value: hunter-22, type: secret }]
`
  await using workspace = await openWorkspace({ 'masked.yaml': yaml })
  const run = await workspace.run(['run', '-f', 'masked.yaml', '--otlp-listen', `127.0.0.1:${port}`])
  expect(run.exitCode, run.stdout + run.stderr).toBe(0)
  const args = ['check', '-f', 'masked.yaml', '--trace', '.tracerun/last/masked.json', '-o', 'json']
  const { exitCode, stdout } = await workspace.run(args)
  expect(exitCode).toBe(1)
  const [masked, plain] = JSON.parse(stdout).tests[0].specs[0].assertions
  expect(masked).toMatchObject({ outcome: 'undetermined', reason: { code: 'masked' } })
  expect(plain).toMatchObject({ outcome: 'held' })
})

test('a mistake in a file is shown without the secrets of the file', async () => {
  const yaml = `type: Test
spec:
  name: mistake
  variables: [{ key: TOKEN, value: hunter-22-hunter, type: secret }]
  trigger: { type: http, httpRequest: { url: "http://127.0.0.1:1/?t=hunter-22-hunter" } }
  specs: [{ selector: 'span[token="hunter-22-hunter"]', assertions: ["count() == 1"] }]
`
  await using workspace = await openWorkspace({ 'mistake.yaml': yaml })
  const { exitCode, stdout, stderr } = await workspace.run(['validate', 'mistake.yaml'])
  expect(exitCode).toBe(2)
  expect(stdout + stderr).not.toContain('hunter-22-hunter')
  expect(stderr).toContain('mistake.yaml:6:')
})

test.each([
  ['a value that is no mapping', 'auth: hunter-22-hunter'],
  ['a quote that is never closed', `auth: { type: bearer, bearer: { token: 'hunter-22-hunter } }`],
  ['a list for a credential', 'headers: [{ key: authorization, value: [hunter-22-hunter] }]'],
  ['a quote that ends early', 'headers: [{ key: cookie, value: "hunter"-22-hunter" }]']
])('a mistake in a place for secrets is shown without what stands there: %s', async (_, line) => {
  const yaml = `type: Test
spec:
  name: mistake
  trigger:
    type: http
    httpRequest:
      url: http://127.0.0.1:1
      ${line}
  specs: [{ selector: span, assertions: ["count() = 1"] }]
`
  await using workspace = await openWorkspace({ 'mistake.yaml': yaml })
  const { exitCode, stdout, stderr } = await workspace.run(['validate', 'mistake.yaml'])
  expect(exitCode).toBe(2)
  expect(stdout + stderr).not.toMatch(/hunter|-22/)
  expect(stderr).toContain('mistake.yaml:8:')
})
