import { clipLine, type Line, lineColumns, lineOf, padLine, toned } from '../line.ts'
import { paint } from '../paint.ts'
import { renderCount } from '../quantity.ts'
import type { Screen } from '../screen.ts'
import type { Outlet } from '../writer.ts'
import { type Layout, layoutFor } from './layout.ts'

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
  readonly phase: 'starting' | 'triggering' | 'waiting' | 'watching'
  readonly spans: number
  readonly startedMs: number
}

/** Lines at the foot of the screen, one a running test, that later output replaces. */
export interface LiveRegion {
  update(id: string, test: RunningTest | undefined): void
  /** Writes lines that stay, above those that move. */
  print(lines: readonly Line[]): void
  close(): void
}

const REDRAW_MS = 100
const MAX_LINES = 8
const PHASES: Readonly<Record<RunningTest['phase'], string>> = {
  starting: 'starting',
  triggering: 'sending',
  waiting: 'waiting',
  watching: 'watching'
}
const PHASE_COLUMNS = 10

/** Redraws at most ten times a second, and only where lines can be redrawn: elsewhere nothing moves. */
export function createLiveRegion(screen: Screen, outlet: Outlet, ticker: Ticker): LiveRegion {
  const running = new Map<string, RunningTest>()
  let drawn = 0
  let stop: (() => void) | undefined

  const erased = (): string => (drawn === 0 ? '' : `\u001b[${drawn}A\u001b[0J`)
  const redraw = (printed: string): void => {
    const lines = screen.isInteractive
      ? renderLive([...running.values()], ticker.nowMs(), layoutFor(screen))
      : []
    const text = erased() + printed + paint(lines, screen)
    drawn = lines.length
    if (text !== '') outlet.write(text)
  }
  return {
    update(id, test): void {
      if (test === undefined) running.delete(id)
      else running.set(id, test)
      if (!screen.isInteractive || stop !== undefined || test === undefined) return
      stop = ticker.every(REDRAW_MS, () => redraw(''))
      redraw('')
    },
    print(lines): void {
      redraw(paint(lines, screen))
    },
    close(): void {
      stop?.()
      running.clear()
      redraw('')
    }
  }
}

/** A line a running test: phase, name, spans so far, elapsed. */
function renderLive(running: readonly RunningTest[], nowMs: number, layout: Layout): readonly Line[] {
  const shown = running.length > MAX_LINES ? running.slice(0, MAX_LINES - 1) : running
  const lines = shown.map(test => liveLine(test, nowMs, layout))
  const more = running.length - shown.length
  return more > 0
    ? [...lines, lineOf(toned(`  and ${renderCount(more, 'more test')} running`, 'dim'))]
    : lines
}

/** One column stays free: a full line would make some terminals begin another. */
function liveLine(test: RunningTest, nowMs: number, { columns, signs }: Layout): Line {
  const phase = PHASES[test.phase].padEnd(PHASE_COLUMNS)
  const head = lineOf(toned(`${signs.running} `, 'accent'), toned(phase, 'dim'))
  const elapsed = `${(Math.max(0, nowMs - test.startedMs) / 1000).toFixed(1)} s`
  const spans = test.spans === 0 ? '' : `${renderCount(test.spans, 'span')}   `
  const tail = lineOf(toned(`   ${spans}${elapsed.padStart(6)}`, 'dim'))
  const room = columns - 1 - lineColumns(head) - lineColumns(tail)
  if (room < 8) return clipLine([...head, toned(test.name)], columns - 1, signs.ellipsis)
  return [...head, ...padLine(clipLine(lineOf(test.name), room, signs.ellipsis), room), ...tail]
}
