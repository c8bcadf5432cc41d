import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freePort } from '../support/free-port.ts'
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
