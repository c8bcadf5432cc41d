import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openWorkspace } from '../support/run-inline.ts'

const CHECKOUT = `type: Test
spec:
  name: checkout
  trigger:
    type: http
    httpRequest: { method: POST, url: "http://127.0.0.1:1/checkout" }
  specs:
    - selector: span[service.name="payment"]
      assertions: ["count() = 1"]
`

/** The files of the bundle that a command loads, by the name of the part that each begins with. */
async function filesLoadedBy(args: readonly string[]): Promise<readonly string[]> {
  await using workspace = await openWorkspace({ 'checkout.yaml': CHECKOUT })
  const coverage = join(workspace.path, 'coverage')
  await workspace.run(args, { env: { NODE_V8_COVERAGE: coverage } })
  const [file] = await readdir(coverage)
  const { result } = JSON.parse(await readFile(join(coverage, file!), 'utf8')) as {
    readonly result: readonly { readonly url: string }[]
  }
  return result
    .map(({ url }) => /\/dist\/cli\/(?:chunks\/)?(?<name>[^/]+)\.js$/.exec(url)?.groups?.['name'])
    .filter(name => name !== undefined)
    .map(name => name.replace(/-[A-Z0-9]{8}$/, ''))
}

/** The parts that are loaded on use among the files. */
function partsIn(files: readonly string[]): readonly string[] {
  return files.filter(name => name !== 'chunk').toSorted()
}

test('--version loads no part of the program', async () => {
  expect(partsIn(await filesLoadedBy(['--version']))).toEqual(['main'])
})

test('validate loads the validators of what the file holds, and no more', async () => {
  const files = await filesLoadedBy(['validate', 'checkout.yaml'])
  expect(partsIn(files)).toEqual(['httpRequest', 'main', 'start', 'test', 'validate'])
  // Each file costs a start as much as thousands of lines do.
  expect(files.length).toBeLessThanOrEqual(14)
})

test('run loads the trigger and the data store that a test has, and no other', async () => {
  const files = await filesLoadedBy(['run', 'checkout.yaml', '--otlp-listen', '127.0.0.1:0'])
  expect(partsIn(files)).toEqual(['httpRequest', 'main', 'run', 'send', 'session', 'start', 'test'])
})
