import type { Span } from '../model/span.ts'
import { serviceName } from '../model/span.ts'
import type { Trace } from '../model/trace.ts'
import type { TriggerTimes } from '../model/trigger-span.ts'
import type { Collector } from './collector.ts'
import { readSpanClock } from './span-clock.ts'

/** What earlier runs have shown of how long spans are under way. It can make a run slower, and do nothing else. */
export interface DelayMemory {
  /** The longest that a span of any service was under way to this backend, in milliseconds; 0 where none is known. */
  longestMs(backend: string): number
  note(backend: string, service: string, gapMs: number): void
}

/** One entry of the memory: the longest gap of a service, and when it was seen. */
export interface LearnedDelay {
  readonly backend: string
  readonly service: string
  readonly gapMs: number
  readonly seenUnixMs: number
}

/** A memory that can be kept until the next run. */
export interface RecordedDelays extends DelayMemory {
  /** Newest first; undefined where nothing was learned beyond what was known. */
  changes(): readonly LearnedDelay[] | undefined
}

/** Whatever claims more is damaged, or was forged. */
const MAX_GAP_MS = 600_000
const MAX_AGE_MS = 14 * 24 * 60 * 60 * 1000
const MAX_ENTRIES = 1000

/** Takes what was kept, of which nothing is believed that cannot be: `kept` may be anything at all. */
export function createDelayMemory(kept: unknown, nowUnixMs: number): RecordedDelays {
  const entries = new Map<string, LearnedDelay>()
  const keyOf = (backend: string, service: string): string => `${backend}\0${service}`
  for (const entry of Array.isArray(kept) ? kept.slice(0, MAX_ENTRIES) : [])
    if (isCredible(entry, nowUnixMs)) {
      const { backend, service, gapMs, seenUnixMs } = entry
      entries.set(keyOf(backend, service), { backend, service, gapMs, seenUnixMs })
    }
  // What this run learns holds from the next one on: the order of its tests must not matter.
  const known = [...entries.values()]
  let hasChanged = false

  return {
    longestMs: backend =>
      known.reduce(
        (longest, entry) => (entry.backend === backend ? Math.max(longest, entry.gapMs) : longest),
        0
      ),
    note(backend, service, gapMs) {
      const entry = { backend, service, gapMs: Math.round(gapMs), seenUnixMs: nowUnixMs }
      if (!isCredible(entry, nowUnixMs)) return
      const before = entries.get(keyOf(backend, service))
      if (before !== undefined && before.gapMs >= entry.gapMs) return
      entries.set(keyOf(backend, service), entry)
      hasChanged = true
    },
    changes: () =>
      hasChanged
        ? [...entries.values()].sort((a, b) => b.seenUnixMs - a.seenUnixMs).slice(0, MAX_ENTRIES)
        : undefined
  }
}

function isCredible(entry: unknown, nowUnixMs: number): entry is LearnedDelay {
  if (typeof entry !== 'object' || entry === null) return false
  const { backend, service, gapMs, seenUnixMs } = entry as Readonly<Record<string, unknown>>
  if (typeof backend !== 'string' || typeof service !== 'string') return false
  if (typeof gapMs !== 'number' || !(gapMs > 0 && gapMs <= MAX_GAP_MS)) return false
  return typeof seenUnixMs === 'number' && seenUnixMs <= nowUnixMs && nowUnixMs - seenUnixMs <= MAX_AGE_MS
}

/** Notes how long the spans of each service were certainly under way: until then they had been looked for. */
export function noteDelays(
  memory: DelayMemory,
  backend: string,
  trace: Trace,
  { sightings, absences }: Pick<Collector, 'sightings' | 'absences'>,
  times: TriggerTimes
): void {
  const clock = readSpanClock(trace, sightings, times)
  const gapOf = (span: Span): number => {
    const absentUntil = absences.get(trace.keyOf(span))
    const end = clock.endUnixNano(span)
    return absentUntil === undefined || end === undefined ? 0 : Number(absentUntil - end) / 1e6
  }
  const longest = new Map<string, number>()
  for (const span of trace.spans) {
    const service = serviceName(span)
    longest.set(service, Math.max(longest.get(service) ?? 0, gapOf(span)))
  }
  for (const [service, gapMs] of longest) memory.note(backend, service, gapMs)
}
