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
    files.put('test.json', 1, path => {
      rendered.push(text)
      return writeFile(path, text)
    })
  for (const line of ['a\n', 'b\n', 'c\n']) files.append('run.ndjson', line)
  expect(rendered).toEqual([])
  ready.resolve()
  await files.settle()
  expect(rendered).toEqual(['last'])
  expect(await readFile(join(folder, 'test.json'), 'utf8')).toBe('last')
  expect(await readFile(join(folder, 'run.ndjson'), 'utf8')).toBe('a\nb\nc\n')
})

test('what is small waits until all is settled, since something else may come for its file', async () => {
  const files = createDraftFolder(folder, Promise.resolve())
  const rendered: string[] = []
  files.put('small.json', 1, async path => {
    rendered.push('small')
    await writeFile(path, 'small')
  })
  // Meanwhile a disk that is asked has answered.
  await writeFile(join(folder, 'other.json'), 'other')
  expect(rendered).toEqual([])
  await files.settle()
  expect(rendered).toEqual(['small'])
})

test('what is much is written at once', async () => {
  const files = createDraftFolder(folder, Promise.resolve())
  const begun = withResolvers()
  files.put('large.json', MUCH, async () => begun.resolve())
  await begun.promise
})

test('no two writes into one file run at once, and a write of another does not wait for them', async () => {
  const files = createDraftFolder(folder, Promise.resolve())
  const slow = withResolvers()
  const other = withResolvers()
  const order: string[] = []
  files.put('one', MUCH, async () => {
    order.push('one begins')
    await slow.promise
    order.push('one ends')
  })
  await Promise.resolve()
  files.put('other', MUCH, async () => {
    order.push('other')
    other.resolve()
  })
  await other.promise
  files.put('one', MUCH, async () => {
    order.push('one again')
  })
  slow.resolve()
  await files.settle()
  expect(order).toEqual(['one begins', 'other', 'one ends', 'one again'])
})

test('after the first failure nothing is written', async () => {
  const files = createDraftFolder(folder, Promise.reject(new Error('the disk is full')))
  files.append('run.ndjson', 'a\n')
  await files.settle()
  files.put('late.json', MUCH, path => writeFile(path, 'late'))
  await files.settle()
  expect(files.failure?.cause).toEqual(new Error('the disk is full'))
  expect(await readdir(folder)).toEqual([])
})

function withResolvers(): { readonly promise: Promise<void>; resolve(): void } {
  let resolve: (() => void) | undefined
  const promise = new Promise<void>(done => {
    resolve = done
  })
  return { promise, resolve: () => resolve?.() }
}
