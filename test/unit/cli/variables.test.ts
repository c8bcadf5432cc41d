import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readVariables } from '../../../src/cli/variables.ts'

let cwd: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'tracerun-variables-'))
})
afterAll(() => rm(cwd, { recursive: true, force: true }))

async function read(
  texts: readonly string[],
  files: Record<string, string> = {}
): Promise<Record<string, string>> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text)
  const variables = await readVariables(texts, { cwd, variables: { REGION: 'eu' } })
  return Object.fromEntries(variables.map(({ name, value }) => [name, value]))
}

test('a pair is a variable, whatever its value holds', async () => {
  expect(await read(['HOST=http://localhost:8080/?a=b', 'EMPTY=', 'HOST=later'])).toEqual({
    HOST: 'later',
    EMPTY: ''
  })
})

test.each([
  ['lines.env', '# shop\nexport HOST=localhost\n\nNAME="SKU 1"\r\nQUOTED=\'x\'\n'],
  ['map.yaml', 'HOST: localhost\nNAME: SKU 1\nQUOTED: x\n'],
  ['map.json', '{"HOST": "localhost", "NAME": "SKU 1", "QUOTED": "x"}'],
  [
    'set.yaml',
    'type: VariableSet\nspec:\n  name: shop\n  values:\n    - { key: HOST, value: localhost }\n    - { key: NAME, value: SKU 1 }\n    - { key: QUOTED, value: x }\n'
  ]
])('a file of them: %s', async (name, text) => {
  expect(await read([name], { [name]: text })).toEqual({ HOST: 'localhost', NAME: 'SKU 1', QUOTED: 'x' })
})

test('a value keeps its digits, and takes variables of the process', async () => {
  const text = 'VERSION: 1.10\nBIG: 12345678901234567890\nREGION: ${REGION}\n'
  expect(await read(['values.yaml'], { 'values.yaml': text })).toEqual({
    VERSION: '1.10',
    BIG: '12345678901234567890',
    REGION: 'eu'
  })
})

test('a secret of a VariableSet is one', async () => {
  await writeFile(join(cwd, 'secret.yaml'), 'spec: { values: [{ key: TOKEN, value: hush, type: secret }] }\n')
  const [variable] = await readVariables(['secret.yaml'], { cwd, variables: {} })
  expect(variable).toMatchObject({ name: 'TOKEN', value: 'hush', isSecret: true })
})

test('a file that is not there is a usage error that tells the other spelling', async () => {
  await expect(read(['missing.env'])).rejects.toMatchObject({
    code: 'USAGE',
    hint: expect.stringContaining('NAME=value')
  })
})

test('a file that holds no variables is refused with its place', async () => {
  await writeFile(join(cwd, 'list.yaml'), '- HOST\n')
  await expect(read(['list.yaml'])).rejects.toMatchObject({ code: 'DEFINITION_INVALID' })
})
