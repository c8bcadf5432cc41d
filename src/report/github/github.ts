import type { Trace } from '../../model/trace.ts'
import { drawTest } from '../document/drawing.ts'
import type { DocumentReporter } from '../document-reporter.ts'
import type { JsonReport, JsonTest } from '../json-report.ts'
import { paint } from '../paint.ts'
import type { Screen } from '../screen.ts'
import { layoutFor } from '../terminal/layout.ts'
import { type PathOf, renderAnnotations } from './annotations.ts'
import { renderCommand } from './command.ts'
import { renderSummary } from './summary.ts'

/** The page that GitHub shows of a job; several steps and programs may add to it. */
export interface SummaryFile {
  /** How much it already holds. */
  size(): Promise<number>
  append(text: string): Promise<void>
}

export interface GithubOptions {
  /** Takes a command for the runner, a line without its break. */
  say(command: string): void
  readonly pathOf: PathOf
  /** Absent outside a job. */
  readonly summary?: SummaryFile | undefined
}

/** Of a step; what is larger GitHub does not show at all. */
const MOST_BYTES = 1024 * 1024

const PAGE: Screen = { width: 100, colorLevel: 0, isInteractive: false, isCi: true, hasUnicode: true }

/** Marks what went wrong at its line in the repository, and writes the page of the job. */
export function createGithubReporter({ say, pathOf, summary }: GithubOptions): DocumentReporter {
  const drawings = new Map<string, string>()
  return {
    name: 'github',
    onTest(test: JsonTest, trace: Trace | undefined): void {
      drawings.delete(test.id)
      if (summary !== undefined && hasFailed(test))
        drawings.set(test.id, paint(drawTest(test, trace, layoutFor(PAGE)), PAGE))
    },
    async close(report: JsonReport): Promise<void> {
      for (const command of renderAnnotations(report, PAGE, pathOf)) say(command)
      if (summary === undefined) return
      const drawn = report.tests
        .filter(hasFailed)
        .map(test => ({ test, drawing: drawings.get(test.id) ?? '' }))
      try {
        const room = MOST_BYTES - (await summary.size())
        await summary.append(renderSummary(report, drawn, PAGE, room))
      } catch (error) {
        // A container may have the variables of the job without its files: no reason to fail it.
        const reason = error instanceof Error ? error.message : String(error)
        say(renderCommand('warning', { title: 'tracerun' }, `the summary could not be written: ${reason}`))
      }
    }
  }
}

function hasFailed({ outcome }: JsonTest): boolean {
  return outcome === 'failed' || outcome === 'errored'
}
