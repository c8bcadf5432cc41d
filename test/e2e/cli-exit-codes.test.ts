import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { BIN, openWorkspace } from '../support/run-inline.ts'

test.each([
  ['is thrown where nobody catches it', 'setImmediate(() => { throw new Error("the shop burns") })'],
  ['is a promise that nobody awaits', 'setImmediate(() => Promise.reject(new Error("the shop burns")))']
])('a bug of ours that %s is 70, and is said to be one', async (_, code) => {
  await using workspace = await openWorkspace({
    // Into a process that waits for standard input.
    'break.cjs': `setTimeout(() => { ${code} }, 300)`
  })
  const keep = (args: readonly string[]): Promise<{ exitCode: number | null; stderr: string }> =>
    workspace.run(args, { env: { NODE_OPTIONS: `--require=${join(workspace.path, 'break.cjs')}` } })
  await workspace.write(
    'trace.json',
    '{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"1","spanId":"1"}]}]}]}'
  )
  await workspace.write(
    'a.yaml',
    'type: Test\nspec:\n  name: a\n  trigger: { type: http, httpRequest: { url: "http://127.0.0.1:1" } }\n  specs: [{ selector: span, assertions: ["count() = 1"] }]\n'
  )
  const args = ['check', '-f', 'a.yaml', '--trace', 'trace.json', '--watch']
  const plain = await keep(args)
  expect(plain.exitCode).toBe(70)
  expect(plain.stderr).toContain('This is a bug in tracerun')
  expect(plain.stderr).toContain('the shop burns')
  expect(plain.stderr).not.toContain('break.cjs')
  const debug = await keep([...args, '--debug'])
  expect(debug.exitCode).toBe(70)
  expect(debug.stderr).toContain('break.cjs')
})

const FULL_DISK = '/dev/full'

test.runIf(existsSync(FULL_DISK)).each([['schema'], ['--version']])(
  'an output that cannot be written is 3, and no bug of ours: %s',
  async command => {
    await using workspace = await openWorkspace()
    const full = openSync(FULL_DISK, 'w')
    const { status, stderr } = spawnSync(process.execPath, [BIN, command], {
      cwd: workspace.path,
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8'
    })
    closeSync(full)
    expect(status).toBe(3)
    expect(stderr).toContain('error: standard output cannot be written: ENOSPC')
  }
)

test('--debug, or TRACERUN_DEBUG, says what happens inside on standard error', async () => {
  await using workspace = await openWorkspace({
    'specs/notes.yaml': 'shopping: list\n',
    'specs/a.yaml':
      'type: Test\nspec:\n  name: a\n  trigger: { type: http, httpRequest: { url: "http://127.0.0.1:1" } }\n  specs: [{ selector: span, assertions: ["count() = 1"] }]\n'
  })
  const args = ['validate', 'specs']
  expect((await workspace.run(args)).stderr).not.toContain('debug:')
  expect((await workspace.run([...args, '--debug'])).stderr).toContain('debug: ')
  expect((await workspace.run(args, { env: { TRACERUN_DEBUG: '1' } })).stderr).toContain('debug: ')
  expect((await workspace.run(args, { env: { TRACERUN_DEBUG: '0' } })).stderr).not.toContain('debug:')
})
