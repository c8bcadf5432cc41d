import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fileBackend } from '../../../src/backends/file/index.ts'
import { otlpBackend } from '../../../src/backends/otlp/index.ts'
import { createSystemClock } from '../../../src/cli/clock.ts'
import type { Span } from '../../../src/model/span.ts'
import { encodeOtlpJson } from '../../../src/otlp/encode.ts'
import type { FetchResult } from '../../../src/plugin/trace-backend.ts'
import { buildSpan, TRACE_ID } from '../../support/trace-builder.ts'

const signal = new AbortController().signal
const context = {
  signal,
  clock: createSystemClock(),
  readFile: () => Promise.reject(new Error('nothing is to be read')),
  debug: () => undefined
}

const publish = buildSpan({ id: 'publish' })
const book = buildSpan({ id: 'book', trace: 'b', parent: 'ship' })
const ship = buildSpan({ id: 'ship', trace: 'b', links: [{ to: 'publish' }] })
const other = buildSpan({ id: 'other', trace: 'c' })
const lineOf = (...spans: readonly Span[]): string => `${JSON.stringify(encodeOtlpJson(spans))}\n`
const namesOf = (result: FetchResult): readonly string[] =>
  result.status === 'found' ? result.spans.map(span => span.name).sort() : []

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tracerun-linked-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('the receiver gives a trace with those that link to it, and announces their spans', async () => {
  await using session = await otlpBackend.open({ listen: ['127.0.0.1:0'] }, context)
  const send = async (...spans: readonly Span[]): Promise<void> => {
    const headers = { 'content-type': 'application/json' }
    const request = { method: 'POST', headers, body: lineOf(...spans) }
    const { ok } = await fetch(`${session.endpoints![0]!}/v1/traces`, request)
    expect(ok).toBe(true)
  }
  let calls = 0
  using _ = session.subscribe!(TRACE_ID, () => calls++, 'linked')
  await send(publish, book, other)
  expect(namesOf(await session.fetch(TRACE_ID, signal, 'linked'))).toEqual(['publish'])
  const before = calls
  await send(ship)
  expect(calls).toBeGreaterThan(before)
  expect(namesOf(await session.fetch(TRACE_ID, signal, 'linked'))).toEqual(['book', 'publish', 'ship'])
  expect(namesOf(await session.fetch(TRACE_ID, signal))).toEqual(['publish'])
  expect(session.foreign!().map(({ traceId }) => traceId)).toEqual([other.traceId])
})

test('a file that is read once gives a trace with those that link to it', async () => {
  const path = join(folder, 'traces.jsonl')
  await writeFile(path, lineOf(book, other) + lineOf(ship) + lineOf(publish))
  await using session = await fileBackend.open({ path, tail: false }, context)
  const found = await session.fetch(TRACE_ID, signal, 'linked')
  expect(namesOf(found)).toEqual(['book', 'publish', 'ship'])
  expect(found).toMatchObject({ completeness: 'complete' })
})

test('a file that is followed gives what links to a trace when it comes, and is cut with what cannot be read', async () => {
  const path = join(folder, 'traces.jsonl')
  await writeFile(path, lineOf(publish))
  await using session = await fileBackend.open({ path }, context)
  using _ = session.subscribe!(TRACE_ID, () => undefined, 'linked')
  await appendFile(path, lineOf(book, ship))
  await expect
    .poll(async () => namesOf(await session.fetch(TRACE_ID, signal, 'linked')), { timeout: 10_000 })
    .toEqual(['book', 'publish', 'ship'])
  await appendFile(path, '{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"no id"}]}]}]}\n')
  await expect
    .poll(() => session.fetch(TRACE_ID, signal, 'linked'), { timeout: 10_000 })
    .toMatchObject({ completeness: 'truncated' })
})
