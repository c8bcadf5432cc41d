import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDraftFolder } from '../../../src/cli/draft-folder.ts'

/** More than may wait. */
const MUCH = 10_000

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tracerun-draft-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('of what waits for one file only the last is written, and what is appended comes in order', async () => {
  const ready = withResolvers()
  const files = createDraftFolder(folder, ready.promise)
  const rendered: string[] = []
  for (const text of ['first', 'last'])
    files.put('test.json', MUCH, () => {
      rendered.push(text)
      return text
    })
  for (const line of ['a\n', 'b\n', 'c\n']) files.append('run.ndjson', line)
  expect(rendered).toEqual([])
  ready.resolve()
  await files.settle()
  expect(rendered).toEqual(['last'])
  expect(await contents()).toEqual({ 'run.ndjson': 'a\nb\nc\n', 'test.json': 'last' })
})

test('what is small waits until all is settled, since something else may come for its file', async () => {
  const files = createDraftFolder(folder, Promise.resolve())
  const rendered: string[] = []
  files.put('small.json', 1, () => {
    rendered.push('small')
    return 'small'
  })
  // Meanwhile a disk that is asked has answered.
  await writeFile(join(folder, 'other.json'), 'other')
  expect(rendered).toEqual([])
  await files.settle()
  expect(await contents()).toEqual({ 'other.json': 'other', 'small.json': 'small' })
})

test('in a hurry what is small is written at once, too, and what comes for its file after that stands in its place', async () => {
  const files = createDraftFolder(folder, Promise.resolve())
  const begun = withResolvers()
  files.put('small.json', 1, () => {
    begun.resolve()
    return 'small'
  })
  files.hurry()
  await begun.promise
  files.put('small.json', 1, () => 'revised')
  files.put('other.json', 1, () => 'other')
  files.append('run.ndjson', 'a\n')
  await files.settle()
  expect(await contents()).toEqual({ 'other.json': 'other', 'run.ndjson': 'a\n', 'small.json': 'revised' })
})

test('what is much is written at once, and what comes for its file after that stands in its place', async () => {
  const files = createDraftFolder(folder, Promise.resolve())
  const begun = withResolvers()
  files.append('run.ndjson', 'a\n')
  files.put('large.json', MUCH, () => {
    begun.resolve()
    return 'large '.repeat(100_000)
  })
  await begun.promise
  files.append('run.ndjson', 'b\n')
  files.put('large.json', MUCH, () => 'larger')
  files.put('other.json', MUCH, () => 'other')
  await files.settle()
  expect(await contents()).toEqual({ 'large.json': 'larger', 'other.json': 'other', 'run.ndjson': 'a\nb\n' })
})

test('where files come quicker than they are written beside, those that wait stay few', async () => {
  const files = createDraftFolder(folder, Promise.resolve())
  // Meanwhile a disk that is asked has answered.
  expect(await contents()).toEqual({})
  const waiting = new Set(Array.from({ length: 20 }, (_, at) => `${at}.json`))
  for (const name of waiting)
    files.put(name, MUCH / 10, () => {
      waiting.delete(name)
      return name
    })
  expect(waiting).toEqual(new Set(['15.json', '16.json', '17.json', '18.json', '19.json']))
  await files.settle()
  expect(Object.keys(await contents())).toHaveLength(20)
})

test('after the first failure nothing is written', async () => {
  const files = createDraftFolder(folder, Promise.reject(new Error('the disk is full')))
  files.append('run.ndjson', 'a\n')
  await files.settle()
  files.put('late.json', MUCH, () => 'late')
  await files.settle()
  expect(files.failure?.cause).toEqual(new Error('the disk is full'))
  expect(await contents()).toEqual({})
})

test.each([1, MUCH])('what cannot be rendered, of size %i, is a failure like any other', async size => {
  const files = createDraftFolder(folder, Promise.resolve())
  await Promise.resolve()
  files.put('test.json', size, () => {
    throw new Error('no text for this')
  })
  await files.settle()
  expect(files.failure?.cause).toEqual(new Error('no text for this'))
})

async function contents(): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(folder)).toSorted()
  return Object.fromEntries(
    await Promise.all(names.map(async name => [name, await readFile(join(folder, name), 'utf8')] as const))
  )
}

function withResolvers(): { readonly promise: Promise<void>; resolve(): void } {
  let resolve: (() => void) | undefined
  const promise = new Promise<void>(done => {
    resolve = done
  })
  return { promise, resolve: () => resolve?.() }
}
