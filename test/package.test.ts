import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }

const run = promisify(execFile)
const ROOT = fileURLToPath(new URL('..', import.meta.url))
const npm = (cwd: string, ...args: string[]): Promise<{ stdout: string }> =>
  run('npm', [...args, '--no-audit', '--no-fund'], { cwd, shell: process.platform === 'win32' })

describe('the package, installed in an empty folder', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tracerun-package-'))
    await writeFile(join(folder, 'package.json'), '{"private":true,"type":"module"}')
    // Built already; a build of its own would pull the files away from under the other tests.
    await npm(ROOT, 'pack', '--ignore-scripts', '--pack-destination', folder)
    const tarball = (await readdir(folder)).find(name => name.endsWith('.tgz'))!
    await npm(folder, 'install', '--prefer-offline', `./${tarball}`)
  }, 120_000)
  afterAll(() => rm(folder, { recursive: true, force: true }))

  const node = (...args: string[]): Promise<{ stdout: string }> =>
    run(process.execPath, args, { cwd: folder })
  const tracerun = (...args: string[]): Promise<{ stdout: string }> =>
    node(join(folder, 'node_modules', 'tracerun', manifest.bin.tracerun), ...args)

  test('has a command that says its version', async () => {
    expect((await tracerun('--version')).stdout).toMatch(`tracerun/${manifest.version} `)
    expect(await readdir(join(folder, 'node_modules', '.bin'))).toContain('tracerun')
  })

  test('validates a file', async () => {
    await writeFile(join(folder, 'home.yaml'), HOME)
    expect((await tracerun('validate', 'home.yaml')).stdout).toBe('1 test in 1 file: nothing is wrong\n')
  })

  test('exports these names, and no others', async () => {
    const { stdout } = await node(
      '--input-type=module',
      '-e',
      "console.log(Object.keys(await import('tracerun')).join())"
    )
    expect(stdout.trim().split(',')).toEqual(['version'])
  })

  test('holds what a user needs and nothing of the workshop', async () => {
    expect((await readdir(join(folder, 'node_modules', 'tracerun'))).sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'bin',
      'dist',
      'package.json',
      'schemas'
    ])
  })
})

const HOME = `type: Test
spec:
  name: the home page is there
  trigger: { type: http, httpRequest: { url: "http://localhost:8080/" } }
  specs:
    - selector: span:entry
      assertions: [count() = 1]
`
