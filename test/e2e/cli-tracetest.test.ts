import { describe, expect, test } from 'vitest'
import type { Workspace } from '../support/run-inline.ts'
import { openWorkspace } from '../support/run-within.ts'
import { type SystemUnderTest, startSystem } from '../support/system-under-test.ts'

const testOf = (url: string): string => `type: Test
spec:
  id: ping
  name: ping
  skipTraceCollection: true
  trigger: { type: http, httpRequest: { url: "${url}/\${var:PATH}" } }
  specs: [{ selector: ':root', assertions: ['response:status = 200'] }]
`

const SETS = `type: VariableSet
spec:
  name: local
  values: [{ key: PATH, value: ping }]
`

const SUITE = `type: TestSuite
spec:
  name: a suite
  steps: [./ping.yaml]
`

async function openProject(): Promise<{ workspace: Workspace; system: SystemUnderTest } & AsyncDisposable> {
  const system = await startSystem(() => ({}))
  const workspace = await openWorkspace({
    'ping.yaml': testOf(system.url),
    'suite.yaml': SUITE,
    'local.yaml': SETS
  })
  return {
    workspace,
    system,
    [Symbol.asyncDispose]: async () => {
      await workspace[Symbol.asyncDispose]()
      await system[Symbol.asyncDispose]()
    }
  }
}

describe("lines of Tracetest's command line", () => {
  test.each([
    [['run', 'test', '-f', 'ping.yaml', '--vars', 'local.yaml']],
    [['run', 'test', '--file', 'ping.yaml', '--vars', 'local.yaml', '-o', 'json']],
    [['run', 'testsuite', '-f', 'suite.yaml', '--vars', 'local.yaml']],
    [['run', 'transaction', '-f', 'suite.yaml', '--vars', 'local.yaml']],
    [['run', 'test', '-f', 'ping.yaml', '--vars', 'local.yaml', '--required-gates', 'test-specs']]
  ])('%s', async words => {
    await using project = await openProject()
    const { exitCode, stdout, stderr } = await project.workspace.run(words)
    expect(exitCode, stdout + stderr).toBe(0)
    expect(project.system.requests.map(({ path }) => path)).toEqual(['/ping'])
  })

  test.each(['-e', '--environment'])('%s is --vars, and says so', async flag => {
    await using project = await openProject()
    const { exitCode, stderr } = await project.workspace.run([
      'run',
      'test',
      '-f',
      'ping.yaml',
      flag,
      'local.yaml'
    ])
    expect(exitCode).toBe(0)
    expect(stderr).toContain('--environment is an older spelling of --vars')
  })

  test('a gate that nobody watches is refused before anything is sent', async () => {
    await using project = await openProject()
    const { exitCode, stderr } = await project.workspace.run([
      ...['run', 'test', '-f', 'ping.yaml', '--vars', 'local.yaml'],
      ...['--required-gates', 'test-specs,analyzer-score']
    ])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('there is no gate analyzer-score')
    expect(stderr).toContain('leave all gates but test-specs out')
    expect(project.system.requests).toEqual([])
  })

  test('a folder may be called test', async () => {
    await using project = await openProject()
    await project.workspace.write('test/ping.yaml', testOf(project.system.url))
    const { exitCode } = await project.workspace.run(['run', 'test', '--vars', 'PATH=here'])
    expect(exitCode).toBe(0)
    expect(project.system.requests.map(({ path }) => path)).toEqual(['/here'])
  })
})
