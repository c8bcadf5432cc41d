import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readReport } from '../../../src/cli/read-report.ts'
import { createStore } from '../../../src/cli/store.ts'
import { createMask } from '../../../src/model/mask.ts'
import { renderJson } from '../../../src/report/json.ts'
import { projectRun } from '../../../src/report/projection.ts'
import { buildRun, buildTest, nPlusOneTest } from '../../support/report-builder.ts'

let cwd: string
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'tracerun-report-'))
})
afterEach(() => rm(cwd, { recursive: true, force: true }))

async function write(name: string, text: string): Promise<void> {
  await mkdir(dirname(join(cwd, name)), { recursive: true })
  await writeFile(join(cwd, name), text)
}

const report = projectRun(buildRun([nPlusOneTest()]))

test.each([
  ['a/report.json', 'a'],
  ['a/last/report.json', 'a'],
  ['a/.tracerun/last/report.json', 'a'],
  ['a/any.json', 'a/any.json']
])('%s is found as %s', async (file, path) => {
  await write(file, renderJson(report))
  const stored = await readReport(path, cwd)
  expect(stored).toEqual({ path: file, folder: dirname(join(cwd, file)), report })
})

test('what the store leaves is read, with the file of each trace', async () => {
  const store = createStore({ cwd, mask: createMask(), runId: 'r' })
  const retried = nPlusOneTest({ id: 'report' })
  const { trace: _, ...first } = retried
  const last = buildTest({ id: 'report', attempt: 2, earlier: [first] })
  store.onEvent({ type: 'test-retried', report: retried })
  store.onEvent({ type: 'test-finished', report: last })
  const skipped = buildTest({ id: 'b', skipped: 'later' })
  const ended = buildRun([last, skipped], { shard: { index: 1, count: 2 } })
  store.onEvent({ type: 'run-finished', report: ended })
  expect(await store.close()).toBeUndefined()
  const stored = await readReport('.', cwd)
  expect(stored.report.shard).toEqual({ index: 1, count: 2 })
  expect(stored.report.tests[0]).toMatchObject({
    id: 'report',
    outcome: 'flaky',
    saved: 'report-attempt-2.json',
    earlierAttempts: [{ attempt: 1, saved: 'report-2.json' }]
  })
})

const text = renderJson(report)

test.each([
  ['cut.json', text.slice(0, 500), /^cut\.json is damaged: /],
  [
    'newer.json',
    text.replace('"schemaVersion": 1', '"schemaVersion": 2'),
    /has version 2, and tracerun \S+ reads version 1$/
  ],
  ['empty.json', '', /^empty\.json is damaged: /],
  [
    'other.json',
    '{"resourceSpans":[]}',
    /other\.json is no report of a run, or a damaged one: the document has no "schemaVersion"/
  ],
  ['list.json', '[]', /no report of a run/],
  [
    'word.json',
    text.replace('"outcome": "failed",\n      "attempt"', '"outcome": "fine",\n      "attempt"'),
    /: \/tests\/0\/outcome is not as the schema/
  ],
  ['less.json', text.replace(/"exitCode": 1,/, ''), /the document has no "exitCode"/]
])('%s is refused', async (name, content, message) => {
  await write(name, content)
  await expect(readReport(name, cwd)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(message),
    hint: expect.any(String)
  })
})

test('a folder without a report, and a path that leads nowhere, are refused', async () => {
  await mkdir(join(cwd, 'empty'))
  await expect(readReport('empty', cwd)).rejects.toMatchObject({
    exitCode: 2,
    message: 'empty: there is no report of a run in this folder'
  })
  await expect(readReport('nowhere', cwd)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('nowhere')
  })
})
