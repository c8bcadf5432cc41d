import type { TraceId } from '../model/ids.ts'
import type { Loss } from '../model/run-event.ts'
import type { Span } from '../model/span.ts'
import type { Trace } from '../model/trace.ts'
import { buildTrace, mergeSpans, spanKeyIn } from '../model/trace.ts'
import type { FetchResult, SharedIds } from '../plugin/trace-backend.ts'
import type { Evidence } from './decide.ts'
import type { Packer } from './packer.ts'

/** When a look was begun and when its answer was seen; where spans are pushed, when the last of them came. */
export interface LookTimes {
  readonly begunUnixNano: bigint
  readonly seenUnixNano: bigint
  /** When the first of those came that were pushed since the look before. */
  readonly sinceUnixNano?: bigint
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
  return new TraceCollector(traceId, isPushed, followsLinks)
}

/** What a collector knows at a time. */
interface Known {
  awake: Holdings | undefined
  asleep: Asleep | undefined
  spanCount: number
  sharedIds: SharedIds | undefined
  completeness: Evidence['completeness']
  note: string | undefined
  lastNewUnixNano: bigint | undefined
  version: number
  knownUnixNano: bigint | undefined
  shrunken: number
  isShrunken: boolean
}

interface Asleep {
  readonly packed: Uint8Array
  readonly packer: Packer
}

/** A class, since a run keeps one for each test: an object of getters takes many times the memory. */
class TraceCollector implements Collector {
  readonly losses: Set<Loss> = new Set()
  private readonly traceId: TraceId
  private readonly isPushed: boolean
  private readonly followsLinks: boolean
  private readonly conflicting = new Set<string>()
  // One object: whoever stands in front of a collector by inheriting from it changes the same.
  private readonly known: Known = {
    awake: { spans: new Map(), sightings: new Map(), absences: new Map() },
    asleep: undefined,
    spanCount: 0,
    sharedIds: undefined,
    completeness: 'unknown',
    note: undefined,
    lastNewUnixNano: undefined,
    version: 0,
    knownUnixNano: undefined,
    shrunken: 0,
    isShrunken: false
  }

  constructor(traceId: TraceId, isPushed: boolean, followsLinks: boolean) {
    this.traceId = traceId
    this.isPushed = isPushed
    this.followsLinks = followsLinks
  }

  get spanCount(): number {
    return this.known.spanCount
  }
  get version(): number {
    return this.known.version
  }
  get completeness(): Evidence['completeness'] {
    return this.known.completeness
  }
  get note(): string | undefined {
    return this.known.note
  }
  get knownUnixNano(): bigint | undefined {
    return this.known.knownUnixNano
  }
  get shrunken(): number {
    return this.known.shrunken
  }
  get isShrunken(): boolean {
    return this.known.isShrunken
  }
  get lastNewUnixNano(): bigint | undefined {
    return this.known.lastNewUnixNano
  }
  get mayRearrange(): boolean {
    const { sharedIds } = this.known
    if (sharedIds === undefined || sharedIds.areUsual) return sharedIds !== undefined
    const all = [...this.holdings().spans.values()]
    return sharedIds.separate(all) !== all
  }
  get sightings(): ReadonlyMap<string, bigint> {
    return this.byId(this.holdings().sightings)
  }
  get absences(): ReadonlyMap<string, bigint> {
    return this.byId(this.holdings().absences)
  }

  rest(packer: Packer): void {
    const { known } = this
    // Stores whose spans share ids may tell them apart by what they are, and not by what they hold.
    if (known.awake === undefined || known.sharedIds !== undefined) return
    known.asleep = { packed: packer.pack(known.awake), packer }
    known.awake = undefined
  }

  absorb(result: FetchResult, times: LookTimes): boolean {
    const { known, losses, conflicting, isPushed } = this
    if (result.status === 'busy') return false
    const { spans, sightings, absences } = this.holdings()
    if (result.status === 'found') known.sharedIds ??= result.sharedIds
    const { sharedIds } = known
    const nameOf = this.nameOf()
    const keyOf = (span: Span): string => sharedIds?.keyOf(span) ?? nameOf(span)
    const showsAll = isPushed || containsAll(result, spans, keyOf)
    // What was there before anyone was told of it may have been there for long.
    const absentUntil = isPushed ? times.sinceUnixNano : known.knownUnixNano
    known.isShrunken = !showsAll
    if (showsAll) known.knownUnixNano = times.begunUnixNano
    else known.shrunken++
    if (result.status === 'absent') return false
    if (showsAll || result.completeness === 'partial' || result.completeness === 'truncated')
      known.completeness = result.completeness
    known.note = result.note ?? known.note
    const doubts = losses.size + conflicting.size
    for (const loss of result.losses ?? []) losses.add(loss)
    const hasChanged = mergeSpans(spans, conflicting, result.spans, keyOf, nameOf)
    // What is known to be lost or in dispute is judged anew, although no span is new.
    if (hasChanged || losses.size + conflicting.size > doubts) known.version++
    if (!hasChanged) return false
    known.spanCount = spans.size
    known.lastNewUnixNano = times.seenUnixNano
    for (const span of result.spans) {
      const key = keyOf(span)
      if (span.endUnixNano === undefined || sightings.has(key)) continue
      sightings.set(key, times.seenUnixNano)
      if (absentUntil !== undefined) absences.set(key, absentUntil)
    }
    return true
  }

  // Kept apart from what `buildTrace` finds: repeats were merged before it sees them.
  buildTrace(trigger?: Span): Trace {
    const { traceId, followsLinks, conflicting } = this
    return {
      ...buildTrace(traceId, this.separated(), { followsLinks, ...(trigger ? { trigger } : {}) }),
      conflicting
    }
  }

  private holdings(): Holdings {
    const { known } = this
    known.awake ??= known.asleep?.packer.unpack(known.asleep.packed) as Holdings
    known.asleep = undefined
    return known.awake
  }

  private nameOf(): (span: Span) => string {
    return spanKeyIn(this.traceId, this.followsLinks)
  }

  private separated(): readonly Span[] {
    const all = [...this.holdings().spans.values()]
    return this.known.sharedIds?.separate(all) ?? all
  }

  /** What is kept by keys, by the ids that the spans have in the trace. */
  private byId(times: ReadonlyMap<string, bigint>): ReadonlyMap<string, bigint> {
    if (this.known.sharedIds === undefined) return times
    const nameOf = this.nameOf()
    const found = new Map<string, bigint>()
    const ids = this.separated()
    for (const [place, key] of [...this.holdings().spans.keys()].entries()) {
      const time = times.get(key)
      if (time !== undefined) found.set(nameOf(ids[place]!), time)
    }
    return found
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
