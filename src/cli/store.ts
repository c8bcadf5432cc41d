import { rmSync } from 'node:fs'
import { copyFile, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Mask } from '../model/mask.ts'
import type { RunEvent, RunReport, TestReport } from '../model/run-event.ts'
import { renderJson } from '../report/json.ts'
import type { JsonReport, JsonTest } from '../report/json-report.ts'
import { renderNdjsonEvent } from '../report/ndjson.ts'
import { projectRun, projectTest } from '../report/projection.ts'
import { createTestDocuments } from '../report/test-documents.ts'
import { createDraftFolder } from './draft-folder.ts'
import { createFileNames } from './file-names.ts'
import { renderSavedRun } from './saved-run.ts'
import { renderUnpassed } from './selection/last-run.ts'

/** `.tracerun/last`: what `check` needs to judge the tests of the last run again, and `merge` to put runs together. */
export interface Store {
  /** Where a test is saved once the run is over, relative to the working directory; undefined if it is known not to be. */
  pathOf(test: { readonly id: string; readonly attempt: number }): string | undefined
  /** Takes events as they are, secrets included: what it writes is masked. */
  onEvent(event: RunEvent): void
  /** What is saved of a test at `path`, relative to the working directory, is saved with this run too, if it is still there. */
  keep(test: { readonly id: string; readonly attempt: number }, path: string): void
  /** Puts the run in the place of the one before. Says what went wrong, if anything did; never rejects. */
  close(): Promise<string | undefined>
}

export interface StoreOptions {
  readonly cwd: string
  readonly mask: Mask
  /** Tells the work of one process from that of another. */
  readonly runId: string
  /** A flaky test is one that did not pass. */
  readonly failOnFlaky?: boolean
  /** What is known of tests that this run leaves out. */
  readonly remembered?: readonly TestReport[]
}

const FOLDER = '.tracerun'

/** Where the last run is saved, below the working directory. */
export const LAST_RUN = '.tracerun/last'
/** Which of its tests did not pass. */
export const UNPASSED_FILE = 'unpassed.ndjson'

const STALE_AFTER_MS = 24 * 60 * 60 * 1000

/** Saves beside the last run and replaces it at the end, all at once: a reader never sees half of each. */
export function createStore({ cwd, mask, runId, failOnFlaky = false, remembered = [] }: StoreOptions): Store {
  const root = join(cwd, FOLDER)
  const draft = join(root, `.next-${runId}`)
  const names = createFileNames()
  /** The attempts that have a file. */
  const saved = new Set<string>()
  /** The last word on each test. */
  const documents = createTestDocuments()
  /** Tests that have not been started. */
  let unstarted = Number.POSITIVE_INFINITY
  const kept: { readonly from: string; readonly to: string }[] = []
  // No test may have the name of the report.
  const reportName = names.nameOf('', 'report', '.json')
  const files = createDraftFolder(draft, prepare(root, draft))

  function nameOf(test: { readonly id: string; readonly attempt: number }): string {
    const wanted = test.attempt > 1 ? `${test.id}-attempt-${test.attempt}` : test.id
    return names.nameOf(keyOf(test), mask.text(wanted), '.json')
  }
  function save(report: TestReport): void {
    saved.add(keyOf(report))
    files.put(nameOf(report), report.trace?.spans.length ?? 1, () =>
      renderSavedRun(mask.value(report), isMasked(report, mask))
    )
  }

  async function finish(): Promise<{ readonly cause: unknown } | undefined> {
    try {
      for (const { from, to } of kept)
        await copyFile(from, to).catch((error: NodeJS.ErrnoException) => {
          if (error.code !== 'ENOENT') throw error
        })
      await replace(root, draft, runId)
      return undefined
    } catch (cause) {
      return { cause }
    }
  }

  function withFile(test: JsonTest): JsonTest {
    const { earlierAttempts } = test
    return {
      ...test,
      ...(earlierAttempts ? { earlierAttempts: earlierAttempts.map(withFile) } : {}),
      ...(saved.has(keyOf(test)) ? { saved: nameOf(test) } : {})
    }
  }
  function documentOf(report: RunReport): JsonReport {
    const tests = report.tests.map(test => withFile(documents.get(test.id) ?? projectTest(test)))
    return projectRun(report, tests)
  }

  return {
    pathOf: test => (files.failure === undefined ? `${LAST_RUN}/${nameOf(test)}` : undefined),
    onEvent(event) {
      if (event.type === 'test-progressed') return
      if (event.type === 'run-started') unstarted = event.tests
      // While the last traces come there is nothing else to do.
      else if (event.type === 'test-started' && event.attempt === 1 && --unstarted === 0) files.hurry()
      if (event.type === 'run-finished') {
        const unpassed = renderUnpassed(mask.value([...remembered, ...event.report.tests]), failOnFlaky)
        files.put(UNPASSED_FILE, 1, () => unpassed)
      } else if (event.type !== 'run-started' && event.type !== 'test-started') {
        save(event.report)
        if (event.type !== 'test-retried')
          documents.put(event.report.id, projectTest(mask.value(event.report)))
      }
      files.append('run.ndjson', renderNdjsonEvent(mask.value(event)))
      if (event.type === 'run-finished')
        files.put(reportName, 1, () => renderJson(mask.value(documentOf(event.report))))
    },
    keep(test, path) {
      kept.push({ from: join(cwd, path), to: join(draft, nameOf(test)) })
    },
    async close() {
      await files.settle()
      const failure = files.failure ?? (await finish())
      if (failure === undefined) return undefined
      await rm(draft, { recursive: true, force: true }).catch(() => {})
      const reason = failure.cause instanceof Error ? failure.cause.message : String(failure.cause)
      // Which call on which of our drafts failed helps nobody.
      const short = reason.replace(/^(E[A-Z]+: [^,]+), .*$/s, '$1')
      return mask.text(
        `the run could not be saved in ${LAST_RUN}, so \`check\` cannot judge it again: ${short}`
      )
    }
  }
}

function keyOf({ id, attempt }: { readonly id: string; readonly attempt: number }): string {
  return `${id}\0${attempt}`
}

/** Only what a judgement reads counts: a secret in the YAML file itself is there again when it is judged. */
function isMasked(report: TestReport, mask: Mask): boolean {
  const read = [report.trace?.spans, report.response, report.variables, report.generated]
  return mask.value(read) !== read
}

async function prepare(root: string, draft: string): Promise<void> {
  await mkdir(draft, { recursive: true })
  await writeFile(join(root, '.gitignore'), '*\n', { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await removeStale(root)
}

/** What processes that were killed have left. */
async function removeStale(root: string): Promise<void> {
  const entries = await readdir(root)
  for (const name of entries.filter(entry => /^\.(next|old)-/.test(entry))) {
    const path = join(root, name)
    const { mtimeMs } = await stat(path)
    if (performance.timeOrigin + performance.now() - mtimeMs > STALE_AFTER_MS)
      await rm(path, { recursive: true, force: true })
  }
}

async function replace(root: string, draft: string, runId: string): Promise<void> {
  const last = join(root, 'last')
  const old = join(root, `.old-${runId}`)
  await renameInsistently(last, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  await renameInsistently(draft, last).catch(async (error: unknown) => {
    await rename(old, last).catch(() => {})
    throw error
  })
  // Hundreds of files: asked for one by one, each would take several turns of a process that has nothing else to do.
  rmSync(old, { recursive: true, force: true })
}

/** On Windows a virus scanner or an editor may hold a file for a moment. */
async function renameInsistently(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await rename(from, to)
      return
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (attempt === 5 || (code !== 'EPERM' && code !== 'EACCES' && code !== 'EBUSY')) throw error
      await new Promise(resolve => setTimeout(resolve, 50 * attempt))
    }
  }
}
