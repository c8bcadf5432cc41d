import { renderBody } from '../document/body.ts'
import { headlineOf, renderHeadline } from '../document/headline.ts'
import type { JsonReport, JsonTest } from '../json-report.ts'
import { paint } from '../paint.ts'
import { renderCount, renderMs } from '../quantity.ts'
import type { Screen } from '../screen.ts'
import { layoutFor } from '../terminal/layout.ts'
import { titleOf } from '../test-title.ts'
import { escapeMarkdown, fence, link, table } from './markdown.ts'

/** A test that did not pass, and its trace as it was drawn. */
export interface DrawnTest {
  readonly test: JsonTest
  readonly drawing: string
}

const MAX_LISTED = 20
const MAX_SLOWEST = 5

/** The page of a job, as Markdown, in at most so many bytes: what does not fit is left out as a whole, and counted. */
export function renderSummary(
  report: JsonReport,
  drawn: readonly DrawnTest[],
  screen: Screen,
  maxBytes: number
): string {
  const head = headSection(report)
  const tail = [flakySection(report), slowestSection(report)].filter(section => section !== '')
  const failures = drawn.map(one => failureSection(one, screen))
  const reserved = bytesOf([head, ...tail].join('\n')) + 200
  if (reserved > maxBytes) return bytesOf(head) <= maxBytes ? head : ''
  const fitting: string[] = []
  let room = maxBytes - reserved
  for (const section of failures) {
    const size = bytesOf(section) + 1
    if (size > room) continue
    room -= size
    fitting.push(section)
  }
  const missing = failures.length - fitting.length
  const note =
    missing === 0
      ? []
      : [`${renderCount(missing, 'more test')} did not pass: the page of a job has no room for them.\n`]
  return [head, ...fitting, ...note, ...tail].join('\n')
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text)
}

function headSection({ outcome, summary, shard, warnings }: JsonReport): string {
  const { passed, flaky, failed, errored, skipped, durationMs } = summary
  const sign = outcome === 'passed' ? '✅' : '❌'
  const part = shard === undefined ? '' : `, shard ${shard.index} of ${shard.count}`
  const counts = [failed, errored, flaky, passed, skipped].map(String)
  const notes = warnings.map(warning => `- ${escapeMarkdown(warning)}\n`)
  return [
    `## ${sign} tracerun: ${outcome}${part}\n\n`,
    table(['failed', 'errored', 'flaky', 'passed', 'skipped', 'time'], [[...counts, renderMs(durationMs)]]),
    ...(notes.length === 0 ? [] : ['\n', ...notes])
  ].join('')
}

function failureSection({ test, drawing }: DrawnTest, screen: Screen): string {
  const sign = test.outcome === 'errored' ? '⚠️' : '❌'
  const facts = [
    escapeMarkdown(`${test.file}:${headlineOf(test).line}`),
    renderMs(test.durationMs),
    ...(test.attempt > 1 ? [`attempt ${test.attempt}`] : []),
    ...(test.traceId === undefined
      ? []
      : [link(`trace ${test.traceId}`, test.traceUrl) ?? `trace ${escapeMarkdown(test.traceId)}`])
  ]
  const body = paint(renderBody(test, layoutFor(screen)), screen)
  return `### ${sign} ${escapeMarkdown(titleOf(test))}\n\n${facts.join(' · ')}\n\n${fence(`${body}${drawing === '' ? '' : `\n${drawing}`}`)}`
}

function flakySection({ tests }: JsonReport): string {
  const flaky = tests.filter(test => test.outcome === 'flaky')
  if (flaky.length === 0) return ''
  const rows = flaky.slice(0, MAX_LISTED).map(test => {
    const earlier = (test.earlierAttempts ?? []).map(
      one => `${one.attempt}\\. ${escapeMarkdown(renderHeadline(headlineOf(one)))}`
    )
    return [escapeMarkdown(titleOf(test)), String(test.attempt), earlier.join('<br>')]
  })
  const more = flaky.length - rows.length
  const rest = more > 0 ? `\nand ${more} more\n` : ''
  return `### Flaky\n\n${table(['test', 'passed at attempt', 'before'], rows)}${rest}`
}

function slowestSection({ tests }: JsonReport): string {
  const run = tests.filter(test => test.outcome !== 'skipped')
  if (run.length < 2) return ''
  const slowest = run.toSorted((one, other) => other.durationMs - one.durationMs).slice(0, MAX_SLOWEST)
  const rows = slowest.map(test => [
    escapeMarkdown(titleOf(test)),
    renderMs(test.durationMs),
    link('trace', test.traceUrl) ?? ''
  ])
  return `### Slowest\n\n${table(['test', 'time', 'trace'], rows)}`
}
