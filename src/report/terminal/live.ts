import { countOutcomes, type FinalOutcome } from '../../model/summary.ts'
import { clipLine, type Fragment, type Line, lineColumns, lineOf, padLine, toned } from '../line.ts'
import { paint } from '../paint.ts'
import { renderCount, renderNumber } from '../quantity.ts'
import type { Screen } from '../screen.ts'
import type { Outlet } from '../writer.ts'
import { createFoot, type Foot } from './foot.ts'
import { type Layout, layoutFor } from './layout.ts'
import { countFragments } from './outcomes.ts'

/** The passing of time, as far as lines that move need it. */
export interface Ticker {
  nowMs(): number
  /** Calls back again and again without keeping the process alive, until the returned function is called. */
  every(ms: number, callback: () => void): () => void
}

export const SYSTEM_TICKER: Ticker = {
  nowMs: () => performance.now(),
  every(ms, callback) {
    const timer = setInterval(callback, ms).unref()
    return () => clearInterval(timer)
  }
}

/** A test that has begun and has not ended. */
export interface RunningTest {
  readonly name: string
  readonly attempt: number
  readonly phase: 'starting' | 'triggering' | 'waiting' | 'watching'
  readonly spans: number
  readonly startedMs: number
}

/** Lines at the foot of the screen, one a running test, and where there are several, one of them all. */
export interface LiveRegion {
  start(tests: number): void
  update(id: string, test: RunningTest): void
  /** Notes how a test has ended. */
  finish(id: string, outcome: FinalOutcome): void
  /** Writes lines that stay, above those that move. */
  print(lines: readonly Line[]): void
  close(): void
}

/** Where lines that move are drawn. */
export interface LiveOptions {
  readonly screen: Screen
  readonly outlet: Outlet
  readonly ticker: Ticker
  /** Told what is drawn from now on, so that others can write above it, and when it is gone. */
  readonly holder?: { hold(foot: Foot): void; release(): void } | undefined
}

interface Progress {
  readonly running: readonly RunningTest[]
  readonly total: number
  readonly ended: ReadonlyMap<string, FinalOutcome>
  readonly startedMs: number
}

const REDRAW_MS = 100
const MAX_TESTS = 8
const PHASES: Readonly<Record<RunningTest['phase'], string>> = {
  starting: 'starting',
  triggering: 'sending',
  waiting: 'waiting',
  watching: 'watching'
}
const PHASE_COLUMNS = 10

/** Redraws at most ten times a second, and only where lines can be redrawn: elsewhere nothing moves. */
export function createLiveRegion({ screen, outlet, ticker, holder }: LiveOptions): LiveRegion {
  const running = new Map<string, RunningTest>()
  const ended = new Map<string, FinalOutcome>()
  let total = 0
  let startedMs = 0
  let stop: (() => void) | undefined

  const foot = createFoot(screen, outlet, maxRows =>
    renderLive({ running: [...running.values()], total, ended, startedMs }, ticker.nowMs(), {
      layout: layoutFor(screen),
      maxRows
    })
  )
  return {
    start(tests): void {
      total = tests
      startedMs = ticker.nowMs()
    },
    update(id, test): void {
      running.set(id, test)
      if (!screen.isInteractive || stop !== undefined) return
      holder?.hold(foot)
      stop = ticker.every(REDRAW_MS, () => foot.redraw())
      foot.redraw()
    },
    finish(id, outcome): void {
      running.delete(id)
      ended.set(id, outcome)
    },
    print(lines): void {
      foot.writeAbove(paint(lines, screen))
    },
    close(): void {
      stop?.()
      running.clear()
      foot.remove()
      if (stop !== undefined) holder?.release()
    }
  }
}

/** A line a running test, and how far the run has come. */
function renderLive(
  progress: Progress,
  nowMs: number,
  { layout, maxRows }: { readonly layout: Layout; readonly maxRows: number }
): readonly Line[] {
  const { running } = progress
  if (running.length === 0) return []
  const status = progress.total > 1 && maxRows > 1 ? [statusLine(progress, nowMs, layout)] : []
  const room = Math.min(MAX_TESTS, maxRows - status.length)
  const shown = running.length > room ? running.slice(0, room - 1) : running
  const more = running.length - shown.length
  const rest =
    more > 0 ? [fitLine(lineOf(toned(`  and ${renderCount(more, 'more test')} running`, 'dim')), layout)] : []
  return [...shown.map(test => liveLine(test, nowMs, layout)), ...rest, ...status]
}

/** One column stays free: a full line would make some terminals begin another. */
function fitLine(line: Line, { columns, signs }: Layout): Line {
  return clipLine(line, columns - 1, signs.ellipsis)
}

/** Phase, name, attempt, spans so far, elapsed. */
function liveLine(test: RunningTest, nowMs: number, layout: Layout): Line {
  const { columns, signs } = layout
  const head = lineOf(
    toned(`${signs.running} `, 'accent'),
    toned(PHASES[test.phase].padEnd(PHASE_COLUMNS), 'dim')
  )
  const attempt = test.attempt > 1 ? toned(`   attempt ${test.attempt}`, 'caution') : undefined
  const spans = test.spans === 0 ? '' : `   ${renderCount(test.spans, 'span')}`
  const elapsed = `   ${secondsSince(test.startedMs, nowMs).padStart(6)}`
  const tail = lineOf(attempt, toned(`${spans}${elapsed}`, 'dim'))
  const room = columns - 1 - lineColumns(head) - lineColumns(tail)
  if (room >= 12)
    return [...head, ...padLine(clipLine(lineOf(test.name), room, signs.ellipsis), room), ...tail]
  const sign = toned(`${signs.running} `, 'accent')
  const name = clipLine(lineOf(test.name), columns - 3 - elapsed.length, signs.ellipsis)
  return fitLine([sign, ...padLine(name, columns - 3 - elapsed.length), toned(elapsed, 'dim')], layout)
}

/** How far the run has come; of what has no room, the less telling is left out first. */
function statusLine({ running, total, ended, startedMs }: Progress, nowMs: number, layout: Layout): Line {
  const left = Math.max(0, total - ended.size - running.length)
  const parts: readonly { readonly line: Line; readonly weight: number }[] = [
    {
      line: lineOf(`${renderNumber(ended.size)} of ${renderNumber(total)} done`),
      weight: 5
    },
    { line: countFragments(countOutcomes(ended.values())), weight: 4 },
    { line: lineOf(toned(`${running.length} running`, 'dim')), weight: 2 },
    { line: left > 0 ? lineOf(toned(`${left} left`, 'dim')) : [], weight: 1 },
    { line: lineOf(toned(secondsSince(startedMs, nowMs), 'dim')), weight: 3 }
  ]
  const separator: Fragment = toned(` ${layout.signs.dot} `, 'dim')
  for (let least = 0; ; least++) {
    const kept = parts.filter(({ line, weight }) => weight > least && line.length > 0)
    const line = kept.flatMap((part, at) => (at === 0 ? part.line : [separator, ...part.line]))
    const whole: Line = [toned('  '), ...line]
    if (kept.length < 2 || lineColumns(whole) < layout.columns) return fitLine(whole, layout)
  }
}

function secondsSince(startedMs: number, nowMs: number): string {
  return `${(Math.max(0, nowMs - startedMs) / 1000).toFixed(1)} s`
}
