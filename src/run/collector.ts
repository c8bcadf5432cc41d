import type { TraceId } from '../model/ids.ts'
import type { Loss } from '../model/run-event.ts'
import type { Span } from '../model/span.ts'
import type { Trace } from '../model/trace.ts'
import { buildTrace, mergeSpans, spanKeyIn } from '../model/trace.ts'
import type { FetchResult, SharedIds } from '../plugin/trace-backend.ts'
import type { Evidence } from './decide.ts'

/** When a look was begun and when its answer was seen; where spans are pushed, when the last of them came. */
export interface LookTimes {
  readonly begunUnixNano: bigint
  readonly seenUnixNano: bigint
  /** When the first of those came that were pushed since the look before. */
  readonly sinceUnixNano?: bigint
}

/** Turns a value into few bytes and back, without loss. */
export interface Packer {
  /** So many spans of tests that have ended stay as they are. */
  readonly aboveSpans: number
  pack(value: unknown): Uint8Array
  unpack(packed: Uint8Array): unknown
}

/** What grows with the spans of a trace. */
interface Holdings {
  // By their ids; where two spans may share one, by what tells their reports apart.
  readonly spans: Map<string, Span>
  readonly sightings: Map<string, bigint>
  readonly absences: Map<string, bigint>
}

/** All that the looks at one trace have brought: a span once seen stays, however the next look answers. */
export interface Collector {
  readonly spanCount: number
  /** Grows with every change. */
  readonly version: number
  /** Where spans belong may change with the next that comes, even if they do not. */
  readonly mayRearrange: boolean
  readonly completeness: Evidence['completeness']
  /** Why the trace is cut, in words of the store. */
  readonly note: string | undefined
  /** What the forms of the answers lost. */
  readonly losses: ReadonlySet<Loss>
  /**
   * When the last look was begun that showed all that is known: as of then it is certain what the store had. An answer
   * that lacks what was shown before says nothing of what else it lacks. Undefined before the first.
   */
  readonly knownUnixNano: bigint | undefined
  /** How many answers lacked spans that had been shown before. */
  readonly shrunken: number
  /** The last answer was one of them. */
  readonly isShrunken: boolean
  /** When the last new span was seen. */
  readonly lastNewUnixNano: bigint | undefined
  /** When each span was first seen with an end, by its key in the trace. */
  readonly sightings: ReadonlyMap<string, bigint>
  /** Until when each span was certainly not here; nothing for spans of the first look. */
  readonly absences: ReadonlyMap<string, bigint>
  /** Keeps what it holds in as little memory as it can, until it is asked again. */
  rest(packer: Packer): void
  /** Takes in the answer of a look; tells whether it brought anything new. */
  absorb(result: FetchResult, times: LookTimes): boolean
  /** Without a trigger span where the trace is none of ours. */
  buildTrace(trigger?: Span): Trace
}

/**
 * `isPushed`: a span is seen when it comes, so it was absent until then. `followsLinks`: spans of traces that link to this one
 * come as well.
 */
export function createCollector(traceId: TraceId, isPushed: boolean, followsLinks = false): Collector {
  const nameOf = spanKeyIn(traceId, followsLinks)
  let awake: Holdings | undefined = { spans: new Map(), sightings: new Map(), absences: new Map() }
  let asleep: (() => Holdings) | undefined
  const conflicting = new Set<string>()
  let spanCount = 0
  let sharedIds: SharedIds | undefined
  let completeness: Evidence['completeness'] = 'unknown'
  let note: string | undefined
  let lastNewUnixNano: bigint | undefined
  let version = 0
  let knownUnixNano: bigint | undefined
  let shrunken = 0
  let isShrunken = false
  const losses = new Set<Loss>()

  function holdings(): Holdings {
    awake ??= asleep?.()
    asleep = undefined
    return awake!
  }

  function absorb(result: FetchResult, times: LookTimes): boolean {
    if (result.status === 'busy') return false
    const { spans, sightings, absences } = holdings()
    if (result.status === 'found') sharedIds ??= result.sharedIds
    const keyOf = (span: Span): string => sharedIds?.keyOf(span) ?? nameOf(span)
    const showsAll = isPushed || containsAll(result, spans, keyOf)
    // What was there before anyone was told of it may have been there for long.
    const absentUntil = isPushed ? times.sinceUnixNano : knownUnixNano
    isShrunken = !showsAll
    if (showsAll) knownUnixNano = times.begunUnixNano
    else shrunken++
    if (result.status === 'absent') return false
    if (showsAll || result.completeness === 'partial' || result.completeness === 'truncated')
      completeness = result.completeness
    note = result.note ?? note
    const doubts = losses.size + conflicting.size
    for (const loss of result.losses ?? []) losses.add(loss)
    const hasChanged = mergeSpans(spans, conflicting, result.spans, keyOf, nameOf)
    // What is known to be lost or in dispute is judged anew, although no span is new.
    if (hasChanged || losses.size + conflicting.size > doubts) version++
    if (!hasChanged) return false
    spanCount = spans.size
    lastNewUnixNano = times.seenUnixNano
    for (const span of result.spans) {
      const key = keyOf(span)
      if (span.endUnixNano === undefined || sightings.has(key)) continue
      sightings.set(key, times.seenUnixNano)
      if (absentUntil !== undefined) absences.set(key, absentUntil)
    }
    return true
  }

  function separated(): readonly Span[] {
    const all = [...holdings().spans.values()]
    return sharedIds?.separate(all) ?? all
  }
  /** What is kept by keys, by the ids that the spans have in the trace. */
  function byId(times: ReadonlyMap<string, bigint>): ReadonlyMap<string, bigint> {
    if (sharedIds === undefined) return times
    const found = new Map<string, bigint>()
    const ids = separated()
    for (const [place, key] of [...holdings().spans.keys()].entries()) {
      const time = times.get(key)
      if (time !== undefined) found.set(nameOf(ids[place]!), time)
    }
    return found
  }

  return {
    get spanCount() {
      return spanCount
    },
    get version() {
      return version
    },
    get completeness() {
      return completeness
    },
    get note() {
      return note
    },
    get knownUnixNano() {
      return knownUnixNano
    },
    get shrunken() {
      return shrunken
    },
    get isShrunken() {
      return isShrunken
    },
    get lastNewUnixNano() {
      return lastNewUnixNano
    },
    get mayRearrange() {
      if (sharedIds === undefined || sharedIds.areUsual) return sharedIds !== undefined
      const all = [...holdings().spans.values()]
      return sharedIds.separate(all) !== all
    },
    losses,
    get sightings() {
      return byId(holdings().sightings)
    },
    get absences() {
      return byId(holdings().absences)
    },
    rest({ pack, unpack }) {
      // Stores whose spans share ids may tell them apart by what they are, and not by what they hold.
      if (awake === undefined || sharedIds !== undefined) return
      const packed = pack(awake)
      awake = undefined
      asleep = () => unpack(packed) as Holdings
    },
    absorb,
    // Kept apart from what `buildTrace` finds: repeats were merged before it sees them.
    buildTrace: trigger => ({
      ...buildTrace(traceId, separated(), { followsLinks, ...(trigger ? { trigger } : {}) }),
      conflicting
    })
  }
}

function containsAll(
  result: Exclude<FetchResult, { status: 'busy' }>,
  known: ReadonlyMap<string, Span>,
  keyOf: (span: Span) => string
): boolean {
  if (known.size === 0) return true
  if (result.status === 'absent') return false
  const shown = new Set(result.spans.map(keyOf))
  for (const key of known.keys()) if (!shown.has(key)) return false
  return true
}
