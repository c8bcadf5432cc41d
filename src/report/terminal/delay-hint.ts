import type { TestReport } from '../../model/run-event.ts'
import type { Ground, Reliance } from '../../model/verdict.ts'
import { type Line, lineOf, toned, wrapLine } from '../line.ts'
import { renderMs } from '../quantity.ts'
import type { Layout } from './layout.ts'

const LONG_WAIT_MS = 5000
/** Steps between looks and a margin; a wait that is longer had another reason, such as a consumer that stays away. */
const MOST_BEYOND_DELAYS_MS = 3000

interface IdleWait {
  readonly ms: number
  readonly file: string
  readonly isLagUnknown: boolean
}

/** What would have made a run faster, where its tests waited long for delays that nobody has declared. */
export function renderDelayHint(tests: readonly TestReport[], layout: Layout): readonly Line[] {
  const waits = tests.flatMap(idleWaitOf).sort((a, b) => a.ms - b.ms)
  const median = waits[Math.floor((waits.length - 1) / 2)]
  if (median === undefined || median.ms <= LONG_WAIT_MS) return []
  const file = /^[\w./:@%+=,-]+$/.test(median.file) ? median.file : layout.signs.ellipsis
  const command = `\`tracerun doctor -f ${file}\``
  const text = median.isLagUnknown
    ? `because flushDelay and lag are not declared: ${command} measures them`
    : `because flushDelay is not declared: ${command} measures it`
  return wrapLine(lineOf(toned(`waited ${renderMs(median.ms)} a test ${text}`, 'dim')), layout.columns, 2)
}

function idleWaitOf({ ground, location }: TestReport): readonly IdleWait[] {
  const reliedOn = ground?.reliedOn
  if (ground === undefined || reliedOn === undefined || !isForFlush(ground, reliedOn)) return []
  return [{ ms: ground.waitedMs, file: location.source.name, isLagUnknown: reliedOn.lag === 'unknown' }]
}

/** Whether the trace was complete as soon as the delays that were assumed had passed, most of all the flush delay. */
function isForFlush({ kind, settledMs }: Ground, { flush, flushMs, lagMs, lateSpans }: Reliance): boolean {
  return (
    (kind === 'structural' || kind === 'quiet') &&
    flush === 'default' &&
    lateSpans === 0 &&
    flushMs > lagMs &&
    settledMs !== undefined &&
    settledMs <= 1.1 * flushMs + lagMs + MOST_BEYOND_DELAYS_MS
  )
}
