import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readVariables } from '../../../src/cli/variables.ts'
import type { Diagnostic } from '../../../src/errors/diagnostic.ts'
import type { DefinitionError } from '../../../src/errors/errors.ts'
import { positionOf } from '../../../src/source/line-index.ts'

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
  return Object.fromEntries(
    variables.map(source => ['name' in source ? source.name : 'set', source.value] as const)
  )
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

test('what is neither a pair nor a file is the name of a set', async () => {
  expect(await read(['staging'])).toEqual({ set: 'staging' })
})

test('lines may hold quotes over several lines, blanks, comments and escapes', async () => {
  const text = 'A = two words # comment\nB="one\\n\\"two\\"\nthree"\n\n  C=\'#no\'\nD=a#b\nE=\nexport F=x\r\n'
  expect(await read(['.env'], { '.env': text })).toEqual({
    A: 'two words',
    B: 'one\n"two"\nthree',
    C: '#no',
    D: 'a#b',
    E: '',
    F: 'x'
  })
})

test.each([
  ['A=1\nthis is none\n', 'this line is no NAME=value', 2],
  ['A="1\nB=2\n', 'a quote is not closed, or something follows it', 1],
  ['A=1\nA=2\n', 'the variable `A` stands here twice', 2]
])('a line that is none is refused where it stands: %j', async (text, message, line) => {
  await writeFile(join(cwd, 'bad.env'), text)
  const refusal = readVariables(['bad.env'], { cwd, variables: {} })
  await expect(refusal).rejects.toMatchObject({ diagnostics: [{ message }] })
  const { diagnostics } = (await refusal.catch((error: unknown) => error)) as DefinitionError
  const [{ location }] = diagnostics as [Diagnostic]
  expect(positionOf(location!.source, location!.range.start).line).toBe(line)
})

test('a file that holds no variables is refused with its place', async () => {
  await writeFile(join(cwd, 'list.yaml'), '- HOST\n')
  await expect(read(['list.yaml'])).rejects.toMatchObject({ code: 'DEFINITION_INVALID' })
})

test('a comment after a blank is no value, be the blank the only one', async () => {
  const text = 'A= # comment\nB=#colour\nC=a#b  # comment\nD= spaced out \n'
  expect(await read(['comments.env'], { 'comments.env': text })).toEqual({
    A: '',
    B: '#colour',
    C: 'a#b',
    D: 'spaced out'
  })
})

test('lines of any length are read at once', async () => {
  const blanks = ' '.repeat(1_000_000)
  const text = `A=a${blanks}b\nB="${'x'.repeat(2_000_000)}"\n`
  const { A, B } = await read(['long.env'], { 'long.env': text })
  expect([A?.length, B?.length]).toEqual([1_000_002, 2_000_000])
})

test('what stands in a line that is wrong is not shown, nor the values of the others', async () => {
  const error = await read(['open.env'], {
    'open.env': 'TOKEN=first-secret\nTOKEN="second\nsecret"\nthird-secret\n'
  }).catch((caught: unknown) => caught as DefinitionError)
  const { diagnostics } = error as DefinitionError
  expect(diagnostics.map(({ message }) => message)).toEqual([
    'the variable `TOKEN` stands here twice',
    'this line is no NAME=value'
  ])
  for (const { location } of diagnostics) {
    expect(location?.source.text).not.toContain('secret')
    expect(location?.source.text.split('\n')[0]).toBe('TOKEN=••••••••••••')
  }
})

test('of a file that is something else altogether, the first lines are refused', async () => {
  const error = await read(['long.env'], { 'long.env': `A="open\n${'x\n'.repeat(500_000)}` }).catch(
    (caught: unknown) => caught as DefinitionError
  )
  expect((error as DefinitionError).diagnostics).toHaveLength(10)
})
