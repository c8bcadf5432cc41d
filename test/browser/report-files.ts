import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunEvent, TestReport } from '../../src/model/run-event.ts'
import { createEventReporter } from '../../src/report/document-reporter.ts'
import { createHtmlReporter } from '../../src/report/html/reporter.ts'
import type { TraceLimits } from '../../src/report/html/trace-budget.ts'
import { buildRun } from '../support/report-builder.ts'

/** Files that are gone when the tests of a file are over. */
export interface ReportFiles {
  path(name: string): string
  /** Writes a report of these tests, attempts included; its path. */
  write(name: string, tests: readonly TestReport[], limits?: TraceLimits): Promise<string>
  remove(): Promise<void>
}

export async function createReportFiles(): Promise<ReportFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'tracerun-html-'))
  const path = (name: string): string => join(folder, name)
  return {
    path,
    async write(name, tests, limits): Promise<string> {
      const text = await renderReport(tests, limits)
      await writeFile(path(name), text)
      return path(name)
    },
    remove: () => rm(folder, { recursive: true, force: true })
  }
}

/** The page, as a run with these tests writes it. */
async function renderReport(tests: readonly TestReport[], limits?: TraceLimits): Promise<string> {
  const parts: string[] = []
  const write = (text: string): void => {
    parts.push(text)
  }
  const reporter = createEventReporter(createHtmlReporter(write, limits))
  for (const event of tests.flatMap(eventsOf)) reporter.onEvent(event)
  const withoutTraces = tests.map(({ trace: _, earlier = [], ...test }) => ({
    ...test,
    ...(earlier.length > 0 ? { earlier: earlier.map(({ trace: _trace, ...attempt }) => attempt) } : {})
  }))
  await reporter.close(buildRun(withoutTraces))
  return parts.join('')
}

function eventsOf(test: TestReport): readonly RunEvent[] {
  const retried = (test.earlier ?? []).map((report): RunEvent => ({ type: 'test-retried', report }))
  return [...retried, { type: 'test-finished', report: test }]
}
