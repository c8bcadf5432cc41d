import fc from 'fast-check'
import { spansArbitrary } from './arbitrary-spans.ts'
import type { SpanSketch } from './trace-builder.ts'

/** How a span leaves the trace of the one above: as the root of a trace of its own, or inside of a batch. */
interface Departure {
  readonly kind: 'stay' | 'root' | 'batch'
  readonly trace: string
  readonly alsoLinksTo: number | undefined
  readonly sharesId: boolean
}

const departures: fc.Arbitrary<Departure> = fc.record({
  kind: fc.oneof(
    { weight: 6, arbitrary: fc.constant('stay' as const) },
    { weight: 3, arbitrary: fc.constant('root' as const) },
    { weight: 1, arbitrary: fc.constant('batch' as const) }
  ),
  trace: fc.constantFrom('b', 'c', 'd'),
  alsoLinksTo: fc.option(fc.nat(11), { nil: undefined, freq: 3 }),
  sharesId: fc.nat(15).map(dice => dice === 0)
})

/** Spans of a test in which anything may happen, of several traces that link to one another. */
export const joinedSpansArbitrary: fc.Arbitrary<readonly SpanSketch[]> = fc
  .record({ spans: spansArbitrary, departures: fc.array(departures, { minLength: 9, maxLength: 9 }) })
  .map(({ spans, departures: all }) => depart(spans, all))

function depart(spans: readonly SpanSketch[], departing: readonly Departure[]): readonly SpanSketch[] {
  const traceOf = new Map<string | undefined, string | undefined>()
  const found: SpanSketch[] = []
  const sharing = new Set<string>()
  const linkTo = (id: string): { to: string; trace?: string } => {
    const trace = traceOf.get(id)
    return trace === undefined ? { to: id } : { to: id, trace }
  }
  spans.forEach((span, index) => {
    const { kind, trace, alsoLinksTo, sharesId } = departing[index]!
    const { parent, ...own } = span
    const others = alsoLinksTo === undefined ? [] : [linkTo(`s${alsoLinksTo}`)]
    if (kind === 'stay' || parent === undefined) {
      const stays = traceOf.get(parent)
      traceOf.set(span.id, stays)
      found.push({ ...span, links: [...(span.links ?? []), ...others], ...(stays ? { trace: stays } : {}) })
      return
    }
    traceOf.set(span.id, trace)
    const links = [...others, linkTo(parent)]
    const above = kind === 'batch' ? { parent: `poll-${trace}` } : {}
    // Two traces may have a span of one id, one trace may not.
    const isShared = sharesId && !sharing.has(trace)
    if (isShared) sharing.add(trace)
    found.push({ ...own, ...(isShared ? { id: 'shared' } : {}), ...above, trace, links })
    if (kind === 'batch' && index % 2 === 0) found.push({ id: `poll-${trace}`, trace, at: 0 })
  })
  if (sharing.size > 0) found.push({ id: 'shared', parent: 'trigger', name: 'charge' })
  return found
}
