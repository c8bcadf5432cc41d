import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { composeRegistry } from '../../src/cli/compose.ts'
import { type LoadEnvironment, loadDefinitions } from '../../src/definition/load.ts'
import { parseProject } from '../../src/definition/project.ts'
import { mergeSettings } from '../../src/definition/settings.ts'
import { loadValidators } from '../../src/definition/validators.ts'
import { type Diagnostic, inFileOrder } from '../../src/errors/diagnostic.ts'
import { createMask } from '../../src/model/mask.ts'
import { compilePlan } from '../../src/plan/compile.ts'
import { renderDiagnostics } from '../../src/report/diagnostics.ts'
import type { Screen } from '../../src/report/screen.ts'

await loadValidators()

const ROOT = fileURLToPath(new URL('../../specs/tracetest/', import.meta.url))
const SCREEN: Screen = { width: 120, colorLevel: 0, isInteractive: false, isCi: false, hasUnicode: true }

/** What of the corpus does not run yet, and what it lacks. An entry goes when its file is read without an error. */
const MISSING: Readonly<Record<string, string>> = {
  'analyzer.yaml': 'the analyzer',
  'monitor.yaml': 'monitors',
  'playwrightengine.yaml': 'browsers',
  'stores/awsxray.yaml': 'AWS X-Ray',
  'stores/azureappinsights.yaml': 'asking Azure',
  'stores/elasticapm.yaml': 'Elastic APM',
  'stores/opensearch.yaml': 'OpenSearch',
  'stores/signalfx.yaml': 'SignalFx',
  'stores/sumologic.yaml': 'Sumo Logic',
  'test-runner.yaml': 'required gates'
}

/** Read by Tracetest, which made something else of them than was meant: here they are refused, each with a way out. */
const REFUSED = ['curly-quotes.yaml', 'environment-unset.yaml', 'legacy-assertions.yaml', 'misspelt.yaml']

const PROJECT = `variables:
  CART_ID: cart-1
  SKU: SKU-1
  PAGE: 2
  SHOP: shop.example
  CUSTOMER: customer-1
  ORDER_ID: o-1
  SHOP_USER: reader
  SHOP_PASSWORD: opensesame
  KAFKA_USER: reader
  KAFKA_PASSWORD: opensesame
  TRACE_ID: 4bf92f3577b34da6a3ce929d0e0e4736
  API_TOKEN: opensesame
`

/** Files, and folders whose files belong together. */
const isCase = (name: string): boolean => !['bodies', 'profiles', 'protos', 'stores'].includes(name)
const cases = [
  ...readdirSync(ROOT).filter(name => isCase(name) && !name.endsWith('.txt')),
  ...readdirSync(`${ROOT}stores`).map(name => `stores/${name}`)
].sort()

interface Reading {
  readonly tests: number
  readonly problems: readonly Diagnostic[]
}

async function readCase(name: string): Promise<Reading> {
  const environment: LoadEnvironment = {
    cwd: ROOT,
    readStdin: () => Promise.resolve(new Uint8Array()),
    variables: { HOST: 'http://shop.example:8080', API_TOKEN: 'opensesame' }
  }
  const { settings } = parseProject({ name: 'tracerun.yaml', text: PROJECT }, {})
  // A data store is bound by the test that reads from it.
  const files = name.startsWith('stores/') ? [name, 'http-black-box.yaml'] : [name]
  const loaded = await loadDefinitions(files, environment)
  const plan = await compilePlan(
    loaded.value.definitions,
    composeRegistry(createMask()),
    mergeSettings([settings]),
    path => readFile(path)
  )
  const problems = inFileOrder([...loaded.problems, ...plan.problems])
  return { tests: plan.ok ? plan.value.tests.length : 0, problems }
}

function hasErrors({ problems }: Reading): boolean {
  return problems.some(({ severity }) => severity === 'error')
}

describe("files in each of Tracetest's shapes", () => {
  const readable = cases.filter(name => !(name in MISSING) && !REFUSED.includes(name))

  test.each(readable)('%s is read without a mistake', async name => {
    const { problems } = await readCase(name)
    expect(
      renderDiagnostics(
        problems.filter(({ severity }) => severity === 'error'),
        SCREEN,
        ''
      ).trim()
    ).toBe('')
  })

  test.each(REFUSED)('%s is refused', async name => {
    expect(hasErrors(await readCase(name))).toBe(true)
  })

  test('what is said of each is what was said before', async () => {
    const said: string[] = []
    for (const name of cases.filter(one => !(one in MISSING))) {
      const { tests, problems } = await readCase(name)
      const text =
        problems.length === 0 ? `${tests} to run\n` : renderDiagnostics(problems, SCREEN, 'nothing was run')
      said.push(`== ${name}\n${text}`)
    }
    await expect(said.join('\n')).toMatchFileSnapshot(`${ROOT}said.txt`)
  })

  test('what is listed as missing is missing still', async () => {
    const there = await Promise.all(
      Object.keys(MISSING).map(async name => (hasErrors(await readCase(name)) ? [] : [name]))
    )
    expect(there.flat(), 'take these out of MISSING').toEqual([])
  })

  test('what is listed is there', () => {
    expect([...Object.keys(MISSING), ...REFUSED].filter(name => !cases.includes(name))).toEqual([])
  })
})
