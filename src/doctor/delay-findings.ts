import type { Finding } from '../model/finding.ts'
import { DEFAULT_FLUSH_MS } from '../plan/delays.ts'
import { renderDurationMs, withRoom } from './duration-words.ts'

/** The longest time from the end of a span of a service to its being seen. */
export interface Delay {
  readonly service: string
  readonly ms: number
}

/** A clock that runs ahead by less is none that anybody set wrongly. */
const MOST_AHEAD_MS = 50

/** What the delays of one request say, and the line to declare. */
export function judgeDelays(delays: readonly Delay[], isPushed: boolean): readonly Finding[] {
  const ahead = delays.filter(({ ms }) => ms < -MOST_AHEAD_MS)
  const longest = Math.max(...delays.map(({ ms }) => ms), 0)
  const declared = withRoom(longest)
  const details = delays
    .toSorted((a, b) => b.ms - a.ms)
    .map(
      ({ service, ms }) =>
        `${service === '' ? '(no service.name)' : service}: ${renderDurationMs(Math.max(0, ms))}`
    )
  const what = isPushed ? 'came' : 'were to be seen'
  return [
    {
      topic: 'delays',
      status: 'ok',
      text: `the spans of one request ${what} up to ${renderDurationMs(longest)} after they had ended`,
      details,
      fix:
        `declare it in tracerun.yaml:  flushDelay: ${renderDurationMs(declared)}` +
        (isPushed ? '' : ' (the lag of the store is in it)') +
        '; one request shows no more than a part of a batch timer: if OTEL_BSP_SCHEDULE_DELAY of the services is longer, declare that' +
        (longest >= 1000
          ? `, or set it to 200: tests end ${longest >= DEFAULT_FLUSH_MS / 2 ? 'seconds' : 'that much'} sooner`
          : '')
    },
    ...ahead.map(
      ({ service, ms }): Finding => ({
        topic: 'clock',
        status: 'note',
        text: `spans of ${service} ended ${renderDurationMs(-ms)} after they were seen: its clock is ahead of ours`,
        fix: 'synchronise the clocks (NTP)'
      })
    )
  ]
}
