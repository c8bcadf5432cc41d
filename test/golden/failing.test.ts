import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { openWorkspace, type Workspace } from '../support/run-inline.ts'

const SPECS = fileURLToPath(new URL('../../specs/failing/', import.meta.url))
const TRACES = fileURLToPath(new URL('../fixtures/shop/', import.meta.url))

/** What a mistake has to be called in the first two lines below the assertion that it makes fail. */
const CAUSES: Readonly<Record<string, RegExp>> = {
  'attribute-renamed': /has http\.request\.method = "POST", not http\.method \(http\.method became/,
  'attribute-deprecated-in-assertion': /db\.statement is missing .* which has db\.query\.text/,
  'letter-case-of-a-value': /service\.name is "payment": letter case differs from "Payment"/,
  'another-parent': /it is below payment · POST \/charge, not below span\[service\.name="inventory"\]/,
  'not-a-child': /but not directly: its parent is payment · POST \/charge/,
  'text-for-a-number': /is the int 200, and the selector asks for the text "OK"/,
  'typo-in-a-key': /has payment\.amount = 99\.99, not paymnet\.amount/,
  'typo-in-a-service': /service\.name is "payment", not "paymet"/,
  'white-space-in-a-name': /name is "POST \/charge": white space differs from "POST {2}\/charge"/,
  'name-nearly-right': /name is "authorise card", not "authorize card"/,
  'wrong-kind': /kind is "server", not "client"/,
  'typo-in-an-assertion': /payment\.ammount is missing .* which has payment\.amount/,
  'nothing-near': /name is "POST \/charge", not "POST \/refund"/
}

const reports = new Map<string, string>()

beforeAll(async () => {
  await using workspace = await openWorkspace()
  for (const name of readdirSync(SPECS)) {
    if (!name.endsWith('.yaml')) continue
    reports.set(name.replace('.yaml', ''), await judge(name, workspace))
  }
})

/** What the built command line says of a file, at a fixed width and without the time that judging took. */
async function judge(name: string, workspace: Workspace): Promise<string> {
  const text = readFileSync(`${SPECS}${name}`, 'utf8')
  const trace = /^# trace: (.+)$/m.exec(text)?.[1]
  await workspace.write(name, text)
  await workspace.write('trace.json', readFileSync(`${TRACES}${trace}.json`, 'utf8'))
  const { exitCode, stdout } = await workspace.run(['check', '-f', name, '--trace', 'trace.json'], {
    env: { COLUMNS: '110', NO_COLOR: '1' }
  })
  expect(exitCode, stdout).toBe(1)
  return stdout.replace(/ · [\d.]+ m?s\n$/, ' · 0 ms\n')
}

describe('a failing check is explained', () => {
  test.each(readdirSync(SPECS).filter(name => name.endsWith('.yaml')))('%s', async name => {
    const golden = `${SPECS}${name.replace('.yaml', '.report.txt')}`
    await expect(reports.get(name.replace('.yaml', ''))).toMatchFileSnapshot(golden)
  })
})

test.each(Object.entries(CAUSES))('what is wrong comes first: %s', (name, cause) => {
  const [, below = ''] = (reports.get(name) ?? '').split(/\| +\^+\n/)
  const [first = '', second = '', third = ''] = below.split('\n').map(line => line.trim())
  // A sentence that does not fit its line goes on in the next one.
  expect([first, `${first} ${second}`, `${second} ${third}`]).toContainEqual(expect.stringMatching(cause))
})

test('a secret that is longer than a sentence is hidden in reasons and nearest misses too', async () => {
  const secret = Array.from({ length: 40 }, (_, at) => `k${at * 7919}`).join('')
  const trace = JSON.parse(readFileSync(`${TRACES}healthy.json`, 'utf8'))
  const spans = trace.resourceSpans.flatMap((resource: { scopeSpans: { spans: unknown[] }[] }) =>
    resource.scopeSpans.flatMap(scope => scope.spans)
  )
  const charge = spans.find((span: { name: string }) => span.name === 'POST /charge')
  charge.attributes.push({ key: 'auth.token', value: { stringValue: `Bearer ${secret}` } })
  const selector = 'span[name="POST /charge"]'
  await using workspace = await openWorkspace({
    'trace.json': JSON.stringify(trace),
    'test.yaml': `type: Test
spec:
  name: secret
  trigger: { type: http, httpRequest: { url: "http://localhost:8080/\${var:TOKEN}" } }
  specs:
    - { selector: '${selector}', assertions: ["attr:auth.token < 5", "sum(attr:auth.token) < 5"] }
    - { selector: '${selector.replace(']', ' auth.token=5]')}', assertions: ["count() = 1"] }
`
  })
  const { stdout, exitCode } = await workspace.run(
    ['check', '-f', 'test.yaml', '--trace', 'trace.json', '--vars', `TOKEN=${secret}`, '--secret', 'TOKEN'],
    { env: { COLUMNS: '110', NO_COLOR: '1' } }
  )
  expect(exitCode).toBe(1)
  expect(stdout.match(/the text "Bearer \*\*\*"/g)).toHaveLength(3)
  expect(stdout).not.toContain(secret.slice(0, 8))
})
