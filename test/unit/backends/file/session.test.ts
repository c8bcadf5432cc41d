import { appendFile, mkdir, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fileBackend } from '../../../../src/backends/file/index.ts'
import type { FileOptions } from '../../../../src/backends/file/options.ts'
import { createSystemClock } from '../../../../src/cli/clock.ts'
import { BackendError } from '../../../../src/errors/errors.ts'
import { parseTraceId } from '../../../../src/model/ids.ts'
import { encodeOtlpJson } from '../../../../src/otlp/encode.ts'
import type { FetchResult, TraceSession } from '../../../../src/plugin/trace-backend.ts'
import { buildSpan, TRACE_ID } from '../../../support/trace-builder.ts'

const OTHER_ID = parseTraceId('0af7651916cd43dd8448eb211c80319c')!
const signal = new AbortController().signal

let folder: string
let path: string
let sessions: TraceSession[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tracerun-file-'))
  path = join(folder, 'traces.jsonl')
  sessions = []
})
afterEach(async () => {
  await Promise.all(sessions.map(session => session[Symbol.asyncDispose]()))
  await rm(folder, { recursive: true })
})

async function open(options: Partial<FileOptions> = {}): Promise<TraceSession> {
  const session = await fileBackend.open(
    { path, ...options },
    {
      signal,
      clock: createSystemClock(),
      readFile: () => Promise.reject(new Error('the session reads by itself')),
      debug: () => undefined
    }
  )
  sessions.push(session)
  return session
}

/** A line as the exporter of the Collector writes it. */
function line(...names: readonly string[]): string {
  return `${JSON.stringify(encodeOtlpJson(names.map(id => buildSpan({ id, service: 'cart' }))))}\n`
}

function lineOf(traceId: string, name: string): string {
  return line(name).replaceAll(TRACE_ID, traceId)
}

const namesOf = (result: FetchResult): readonly string[] =>
  result.status === 'found' ? result.spans.map(span => span.name) : []

/** Looks whenever there is more, until an answer is as wanted. */
async function lookUntil(
  session: TraceSession,
  isWanted: (result: FetchResult) => boolean
): Promise<FetchResult> {
  let wake: () => void = () => undefined
  using subscription = session.subscribe?.(TRACE_ID, () => wake())
  expect(subscription).toBeDefined()
  for (;;) {
    const more = new Promise<void>(resolve => {
      wake = resolve
    })
    const result = await session.fetch(TRACE_ID, signal)
    if (isWanted(result)) return result
    await more
  }
}

const lookFor = (session: TraceSession, ...names: readonly string[]): Promise<FetchResult> =>
  lookUntil(session, result => names.every(name => namesOf(result).includes(name)))

const isTruncated = (result: FetchResult): boolean =>
  result.status === 'found' && result.completeness === 'truncated'

describe('a file that is followed', () => {
  test('holds what was in it before and what is added', async () => {
    await writeFile(path, line('before'))
    const session = await open()
    expect(namesOf(await session.fetch(TRACE_ID, signal))).toEqual(['before'])
    await appendFile(path, line('after'))
    expect(await lookFor(session, 'after')).toMatchObject({ completeness: 'unknown' })
  })

  test('answers absent for a trace that is not in it', async () => {
    await writeFile(path, line('before'))
    const session = await open()
    expect(await session.fetch(OTHER_ID, signal)).toEqual({ status: 'absent' })
  })

  test('may be one that does not exist yet, which the description says, with a name that is near', async () => {
    await writeFile(join(folder, 'trace.jsonl'), '')
    const session = await open()
    expect(session.describe).toContain(`${path} does not exist yet: it is awaited (there is \`trace.jsonl\`)`)
    await writeFile(path, line('first'))
    await lookFor(session, 'first')
    expect(session.describe).not.toContain('awaited')
  })

  test('may be in a folder that does not exist yet', async () => {
    const below = join(folder, 'logs')
    const session = await open({ path: join(below, 'traces.jsonl') })
    await mkdir(below)
    await writeFile(join(below, 'traces.jsonl'), line('first'))
    await lookFor(session, 'first')
  })

  test('may be one of many that a pattern means, those that come later included', async () => {
    await writeFile(join(folder, 'a.jsonl'), line('first'))
    await writeFile(join(folder, 'a.txt'), line('unwanted'))
    const session = await open({ path: [join(folder, '*.jsonl'), join(folder, '**', 'deep.json')] })
    await writeFile(join(folder, 'b.jsonl'), line('second'))
    await mkdir(join(folder, 'x', 'y'), { recursive: true })
    await writeFile(join(folder, 'x', 'y', 'deep.json'), line('third'))
    const found = await lookFor(session, 'first', 'second', 'third')
    expect(namesOf(found)).not.toContain('unwanted')
  })

  test('is read to its end when it is renamed, and then its successor', async () => {
    await writeFile(path, line('first'))
    const session = await open()
    await appendFile(path, line('second'))
    await rename(path, join(folder, 'traces-2026-11-21.jsonl'))
    await appendFile(join(folder, 'traces-2026-11-21.jsonl'), line('third'))
    await writeFile(path, line('fourth'))
    const found = await lookFor(session, 'first', 'second', 'third', 'fourth')
    expect(found).toMatchObject({ completeness: 'unknown' })
  })

  test('is not read again under its new name, where a pattern means both', async () => {
    await writeFile(path, line('first'))
    const session = await open({ path: join(folder, '*.jsonl') })
    await rename(path, join(folder, 'old.jsonl'))
    await writeFile(path, line('second'))
    expect(namesOf(await lookFor(session, 'second'))).toEqual(['first', 'second'])
  })

  test('is read from its start after it was emptied, and awaited traces count as cut', async () => {
    await writeFile(path, line('first', 'and', 'more'))
    const session = await open()
    await session.fetch(TRACE_ID, signal)
    await truncate(path)
    await appendFile(path, line('second'))
    expect(await lookFor(session, 'first', 'second')).toMatchObject({
      completeness: 'truncated',
      note: expect.stringContaining(`${path} was emptied or written anew`)
    })
  })

  test('is read from its start after it was written anew with more than was in it', async () => {
    await writeFile(path, line('first'))
    const session = await open()
    await writeFile(path, line('second') + line('third'))
    await lookFor(session, 'first', 'second', 'third')
  })

  test('passes metrics and logs over', async () => {
    await writeFile(path, `{"resourceMetrics":[]}\n{"resourceLogs":[]}\n${line('span')}`)
    const session = await open()
    expect(await session.fetch(TRACE_ID, signal)).toMatchObject({
      completeness: 'unknown',
      spans: [{ name: 'span' }]
    })
  })

  test('may hold one document over many lines', async () => {
    const document = JSON.stringify(JSON.parse(line('pretty')), undefined, 2)
    await writeFile(path, document)
    const session = await open()
    await lookFor(session, 'pretty')
  })

  test('tells of traces that came and that nobody awaits, but not of old ones', async () => {
    await writeFile(path, line('old'))
    const session = await open()
    await appendFile(path, lineOf(OTHER_ID, 'foreign') + lineOf('b'.repeat(32), 'awaited'))
    await appendFile(path, line('mark'))
    await lookFor(session, 'mark')
    expect(session.foreign?.().map(({ traceId }) => traceId)).toContain(OTHER_ID)
    expect(session.foreign?.().map(({ traceId }) => traceId)).not.toContain(TRACE_ID)
  })
})

describe('a damaged line', () => {
  const torn = line('torn').slice(0, 100)

  test('that is merely unfinished is waited for', async () => {
    const session = await open()
    await writeFile(path, line('first') + torn)
    expect(await lookFor(session, 'first')).toMatchObject({ completeness: 'unknown' })
    await appendFile(path, line('torn').slice(100))
    expect(await lookFor(session, 'torn')).toMatchObject({ completeness: 'unknown' })
  })

  test('cuts the traces that are awaited, naming file and line', async () => {
    const session = await open()
    await session.fetch(TRACE_ID, signal)
    await writeFile(path, `${line('first')}${torn}\n${line('third')}`)
    expect(await lookUntil(session, isTruncated)).toMatchObject({
      note: expect.stringMatching(/^line 2 of .*traces\.jsonl cannot be read: not JSON/)
    })
    expect(session.describe).toContain('line 2 of')
  })

  test('cuts a trace that was there before it was asked for', async () => {
    await writeFile(path, `${torn}\n${line('second')}`)
    const session = await open()
    expect(await session.fetch(TRACE_ID, signal)).toMatchObject({ completeness: 'truncated' })
  })

  test('of the time before does not cut a trace that is awaited before it begins', async () => {
    await writeFile(path, `${torn}\n`)
    const session = await open()
    expect(await session.fetch(TRACE_ID, signal)).toEqual({ status: 'absent' })
    await appendFile(path, line('new'))
    expect(await lookFor(session, 'new')).toMatchObject({ completeness: 'unknown' })
  })

  test('of metrics to which a line of traces was glued is no metrics', async () => {
    const session = await open()
    await session.fetch(TRACE_ID, signal)
    await writeFile(path, `{"resourceMetrics":[{"resou${line('glued')}`)
    await lookUntil(session, isTruncated)
  })

  test('that is not UTF-8 is damage too', async () => {
    const session = await open()
    await session.fetch(TRACE_ID, signal)
    await writeFile(path, Buffer.from(line('caf\u00e9'), 'latin1'))
    expect(await lookUntil(session, isTruncated)).toMatchObject({
      note: expect.stringContaining('not UTF-8')
    })
  })

  test('with a span that has no usable id cuts its trace alone', async () => {
    const session = await open()
    await session.fetch(OTHER_ID, signal)
    await session.fetch(TRACE_ID, signal)
    await writeFile(path, line('bad').replace(/"spanId":"\w+"/, '"spanId":""'))
    await lookUntil(session, isTruncated)
    expect(await session.fetch(OTHER_ID, signal)).toEqual({ status: 'absent' })
  })
})

describe('a format that is not supported', () => {
  const framed = Buffer.concat([Buffer.from([0, 0, 0, 9]), Buffer.from('\n\u0007protobuf')])
  test.each([
    ['gzip', gzipSync(line('span'))],
    ['zstd', Buffer.from([0, 0, 0, 9, 0x28, 0xb5, 0x2f, 0xfd, 1, 2])],
    ['protobuf', framed],
    ['UTF-16', Buffer.from(`\ufeff${line('span')}`, 'utf16le')]
  ])('is refused: %s', async (name, bytes) => {
    await writeFile(path, bytes)
    const error = await open().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(BackendError)
    expect((error as Error).message).toMatch(name)
    expect((error as Error).message).toMatch('use format json without compression')
  })

  test('is refused in a file that comes later, and whoever waits is told', async () => {
    const session = await open()
    const woken = new Promise<void>(resolve => session.subscribe?.(TRACE_ID, resolve))
    await writeFile(path, framed)
    await woken
    await expect(session.fetch(TRACE_ID, signal)).rejects.toThrow(BackendError)
  })
})

describe('a file that is finished', () => {
  test('is read once, and its traces are complete', async () => {
    await writeFile(path, line('first') + line('second').trimEnd())
    const session = await open({ tail: false })
    expect(session.subscribe).toBeUndefined()
    expect(await session.fetch(TRACE_ID, signal)).toMatchObject({ completeness: 'complete' })
    expect(namesOf(await session.fetch(TRACE_ID, signal))).toEqual(['first', 'second'])
  })

  test('is cut where its last line is', async () => {
    await writeFile(path, line('first') + line('second').slice(0, 100))
    const session = await open({ tail: false })
    expect(await session.fetch(TRACE_ID, signal)).toMatchObject({
      completeness: 'truncated',
      note: expect.stringContaining('line 2 of')
    })
  })

  test('must exist, and a near name is offered', async () => {
    await writeFile(join(folder, 'trace.jsonl'), '')
    await expect(open({ tail: false })).rejects.toThrow(`there is no file ${path} (there is \`trace.jsonl\`)`)
    await expect(open({ tail: false, path: join(folder, '*.json') })).rejects.toThrow('no file fits')
  })

  test('is pushed by nobody', () => {
    const { isPushed, stepMs } = fileBackend.caps({ path, tail: false })
    expect(isPushed).toBe(false)
    expect(stepMs.first, 'steps that start at 0 never grow').toBeGreaterThan(0)
    expect(fileBackend.caps({ path })).toMatchObject({ isPushed: true, lagMs: 1000 })
  })
})

describe('what is no file', () => {
  test('a folder is refused, with the pattern for what is in it', async () => {
    await expect(open({ path: folder })).rejects.toMatchObject({
      message: `${folder} is a folder`,
      hint: expect.stringContaining('*.jsonl')
    })
  })

  test('no path at all is refused', async () => {
    const nothing = {} as FileOptions
    await expect(
      fileBackend.open(nothing, {
        signal,
        clock: createSystemClock(),
        readFile: () => Promise.reject(new Error('the session reads by itself')),
        debug: () => undefined
      })
    ).rejects.toThrow('it needs a path')
  })

  test('standard input is refused', async () => {
    await expect(open({ path: '-' })).rejects.toThrow('standard input')
    expect(fileBackend.parseAddress?.('-')).toContain('standard input')
    expect(fileBackend.parseAddress?.('')).toContain('file=traces.jsonl')
    expect(fileBackend.parseAddress?.('logs/*.jsonl')).toEqual({ path: 'logs/*.jsonl' })
  })
})
