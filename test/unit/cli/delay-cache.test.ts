import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDelayCache } from '../../../src/cli/delay-cache.ts'
import { createMask } from '../../../src/model/mask.ts'
import { createManualClock } from '../../support/manual-clock.ts'

let cwd: string
let debugged: string[]
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'tracerun-'))
  debugged = []
})
afterEach(() => rm(cwd, { recursive: true, force: true }))

const open = (secrets: readonly string[] = []) =>
  openDelayCache(
    {
      cwd,
      mask: createMask(secrets),
      clock: createManualClock(),
      debug: message => void debugged.push(message)
    },
    'run-1'
  )
const keep = async (text: string): Promise<void> => {
  await mkdir(join(cwd, '.tracerun', 'cache'), { recursive: true })
  await writeFile(join(cwd, '.tracerun', 'cache', 'delays.json'), text)
}

test('what one run learned the next one knows', async () => {
  const first = await open()
  first.memory.note('jaeger at http://localhost:16686', 'payment', 8000)
  await first.save()
  const second = await open()
  expect(second.memory.longestMs('jaeger at http://localhost:16686')).toBe(8000)
  expect(await readdir(join(cwd, '.tracerun', 'cache'))).toEqual(['delays.json'])
  expect(debugged).toEqual([])
})

test('a run that learned nothing writes nothing', async () => {
  await (await open()).save()
  expect(await readdir(cwd)).toEqual([])
})

test('a secret in the name of a backend or service is not written, and still found', async () => {
  const name = 'jaeger at http://user:s3cret-word@localhost'
  const first = await open(['s3cret-word'])
  first.memory.note(name, 's3cret-word', 8000)
  await first.save()
  const text = await readFile(join(cwd, '.tracerun', 'cache', 'delays.json'), 'utf8')
  expect(text).not.toContain('s3cret-word')
  expect((await open(['s3cret-word'])).memory.longestMs(name)).toBe(8000)
})

test.each([
  ['damaged', '[{"backend":"jaeg'],
  ['empty', ''],
  ['not a list', '{"gapMs":1}'],
  ['too large', `[${' '.repeat(1_000_001)}]`],
  ['nested without end', '['.repeat(50_000)],
  ['null', 'null']
])('a file that is %s counts for nothing', async (_what, text) => {
  await keep(text)
  const cache = await open()
  expect(cache.memory.longestMs('jaeger')).toBe(0)
  cache.memory.note('jaeger', 'payment', 7000)
  await cache.save()
  expect((await open()).memory.longestMs('jaeger')).toBe(7000)
})

test('a folder that cannot be written to is no failure', async () => {
  await writeFile(join(cwd, '.tracerun'), 'a file in the way')
  const cache = await open()
  cache.memory.note('jaeger', 'payment', 7000)
  await cache.save()
  expect(debugged).not.toEqual([])
})
