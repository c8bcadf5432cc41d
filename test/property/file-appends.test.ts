import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { FileSet } from '../../src/backends/file/file-set.ts'
import { Intake } from '../../src/backends/file/intake.ts'
import type { Span } from '../../src/model/span.ts'
import { encodeOtlpJson } from '../../src/otlp/encode.ts'
import { TraceStore } from '../../src/otlp/trace-store.ts'
import type { FetchResult } from '../../src/plugin/trace-backend.ts'
import { runs } from '../support/runs.ts'
import { spans } from '../support/span-arbitrary.ts'

let folder: string
let count = 0
const signal = new AbortController().signal

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tracerun-file-'))
})
afterAll(() => rm(folder, { recursive: true }))

const separators = fc.constantFrom('\n', '\r\n', '\n\n')
const otherSignals = fc.constantFrom(
  '{"resourceMetrics":[{"resource":{"attributes":[]},"scopeMetrics":[]}]}',
  '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"\\"resourceSpans\\""}}]}]}]}',
  ''
)
const documents = fc.record({
  batch: fc.array(spans, { minLength: 1, maxLength: 2 }),
  isPretty: fc.boolean(),
  before: otherSignals,
  separator: separators
})
/** Where the file is cut, as parts of its length. */
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 })

test('however the bytes of a file are split into appends, its spans are those of the whole', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(documents, { maxLength: 4 }),
      cuts,
      fc.boolean(),
      async (parts, marks, hasEnd) => {
        const text = parts.map(({ batch, isPretty, before, separator }) => {
          const document = JSON.stringify(encodeOtlpJson(batch), undefined, isPretty ? 2 : undefined)
          return `${before}${separator}${document}${separator}`
        })
        const whole = text.join('')
        const bytes = Buffer.from(hasEnd ? whole : whole.trimEnd())
        const expected = parts.flatMap(({ batch }) => batch)
        const offsets = [0, ...marks.map(mark => Math.floor(mark * bytes.byteLength)), bytes.byteLength]
        offsets.sort((a, b) => a - b)

        const path = join(folder, `${count++}.jsonl`)
        await writeFile(path, '')
        const store = new TraceStore(() => 0)
        const intake = new Intake(store)
        await using files = new FileSet([path], intake, () => 0, signal)
        for (const [index, offset] of offsets.entries()) {
          await appendFile(path, bytes.subarray(offset, offsets[index + 1] ?? bytes.byteLength))
          await files.read()
          if (index % 2 === 1) await files.read()
        }
        await files.read()

        expect(intake.complaints()).toBe('')
        for (const { traceId } of expected)
          expect(spansOf(intake.look(traceId, false))).toEqual(
            expected.filter(span => span.traceId === traceId)
          )
      }
    ),
    { numRuns: runs(30) }
  )
})

function spansOf(result: FetchResult): readonly Span[] {
  return result.status === 'found' ? result.spans : []
}
