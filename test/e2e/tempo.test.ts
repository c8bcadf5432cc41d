import { afterEach, describe, expect, test } from 'vitest'
import type { InlineResult } from '../support/run-inline.ts'
import { runInline } from '../support/run-within.ts'
import { type SystemUnderTest, sendSpans, startSystem } from '../support/system-under-test.ts'
import { startTempoServer, type TempoServer } from '../support/tempo-server.ts'

const cleanups: AsyncDisposable[] = []
afterEach(async () => {
  for (const resource of cleanups.splice(0)) await resource[Symbol.asyncDispose]()
})

type Settings = NonNullable<Parameters<typeof startTempoServer>[0]>

interface Scene {
  readonly tempo: TempoServer
  readonly system: SystemUnderTest
}

/** A system that exports to Tempo, which tracerun only reads from. */
async function openScene(settings: Settings = {}): Promise<Scene> {
  const tempo = await startTempoServer(settings)
  const system = await startSystem(async ({ traceId, parentSpanId }) => {
    const port = Number(new URL(tempo.url).port)
    await sendSpans(port, [{ traceId, spanId: 'aaaaaaaaaaaaaaa1', parentSpanId }])
    return {}
  })
  cleanups.push(tempo, system)
  return { tempo, system }
}

function run(
  { system }: Scene,
  dataStore: string,
  {
    assertion = 'count() = 1',
    selector = 'span[service.name="gateway"]',
    args = [] as readonly string[]
  } = {}
): Promise<InlineResult> {
  const file = `type: Test
spec:
  name: checkout
  timeout: 9s
  flushDelay: 100ms
  async: 300ms
  absenceWindow: 100ms
  trigger: { type: http, httpRequest: { method: POST, url: "${system.url}/checkout" } }
  specs:
    - { selector: '${selector}', assertions: ['${assertion}'] }
`
  const store = `type: DataStore\nspec:\n  name: tempo\n  type: tempo\n  tempo: ${dataStore}\n`
  return runInline({ 'checkout.yaml': file, 'store.yaml': store }, [
    'run',
    '-f',
    'checkout.yaml',
    '-f',
    'store.yaml',
    ...args
  ])
}

describe('a run that reads from Tempo', () => {
  test('judges what the system sent there', async () => {
    const scene = await openScene()
    const { exitCode, stdout, stderr } = await run(scene, `{ url: "${scene.tempo.url}" }`)
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toContain('1 passed')
  })

  test('takes the document of Tracetest as it is, and fails where the system does', async () => {
    const scene = await openScene({ hasV2: false, onlyJson: true })
    const store = `{ type: http, http: { url: "${scene.tempo.url}", tls: { insecure: true } } }`
    const { exitCode, stdout } = await run(scene, store, { assertion: 'count() = 2' })
    expect(exitCode).toBe(1)
    expect(stdout).toContain('count() = 2')
  })

  test('takes its address from the command line, and links to the trace in Grafana', async () => {
    const scene = await openScene()
    const { exitCode, stdout } = await run(scene, '{ grafana: "http://grafana:3000" }', {
      assertion: 'count() = 2',
      args: ['--data-store', `tempo=${scene.tempo.url}`]
    })
    expect(exitCode).toBe(1)
    expect(stdout).not.toContain('grafana')
    const linked = await run(scene, `{ url: "${scene.tempo.url}", grafana: "http://grafana:3000" }`, {
      assertion: 'count() = 2',
      args: ['-o', 'json']
    })
    expect(linked.stdout).toContain('http://grafana:3000/explore?schemaVersion=1&panes=')
  })
})

describe('a trace that Tempo does not give whole never passes', () => {
  test('PARTIAL: what relies on all spans is undetermined, with the words of Tempo', async () => {
    const scene = await openScene({ partial: 'Trace exceeds maximum size of 5000000 bytes' })
    const { exitCode, stdout } = await run(scene, `{ url: "${scene.tempo.url}" }`)
    expect(exitCode).toBe(1)
    expect(stdout).toContain('Trace exceeds maximum size of 5000000 bytes')
    const empty = await run(scene, `{ url: "${scene.tempo.url}" }`, {
      selector: 'span[service.name="nobody"]',
      assertion: 'count() = 0'
    })
    expect(empty.exitCode).toBe(1)
  })

  test('422: there is no trace to judge, and the reason is the error', async () => {
    const refusal = { status: 422, body: 'trace exceeds max size (max bytes: 5000000)' }
    const scene = await openScene({ hasV2: false, refusal })
    const { exitCode, stdout, stderr } = await run(scene, `{ url: "${scene.tempo.url}" }`, {
      selector: 'span[service.name="nobody"]',
      assertion: 'count() = 0'
    })
    expect(exitCode).toBe(3)
    expect((stdout + stderr).replace(/\s+/g, ' ')).toContain('trace exceeds max size (max bytes: 5000000)')
  })

  test('a missing tenant: the error names the option', async () => {
    const scene = await openScene({ tenants: ['shop'] })
    const refused = await run(scene, `{ url: "${scene.tempo.url}" }`)
    expect(refused.exitCode).toBe(3)
    expect(refused.stdout + refused.stderr).toContain('`tenant: NAME`')
    const { exitCode } = await run(scene, `{ url: "${scene.tempo.url}", tenant: shop }`)
    expect(exitCode).toBe(0)
  })
})
