import fc from 'fast-check'
import type { AttributeValue } from '../../src/model/attributes.ts'
import type { SpanKind } from '../../src/model/span.ts'
import type { PlainAttributes, SpanSketch } from './trace-builder.ts'

const KINDS: readonly SpanKind[] = ['internal', 'client', 'server', 'producer', 'consumer']
const SERVICES = ['gateway', 'cart', 'payment', ''] as const
const NAMES = ['charge', 'reserve', 'quote'] as const

/** Once in so many times; otherwise nothing. */
const rarely = <T>(times: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: times - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })

/** Attributes that hide what every span has in itself, as a careless library may set them. */
const shadowArbitrary: fc.Arbitrary<PlainAttributes> = fc
  .tuple(
    fc.constantFrom(
      'duration',
      'self_time',
      'start',
      'end',
      'name',
      'kind',
      'status',
      'service',
      'service.name',
      'events.count',
      'offset',
      'depth',
      'parent_id',
      'tracetest.span.duration',
      'tracetest.selected_spans.count'
    ),
    fc.constantFrom<AttributeValue>(-9n, 2n, 1.5, Number.NaN, 'many', '3ms', 'cart', '', null, true, [1n, 2n])
  )
  .map(([key, value]) => ({ [key]: value }))

const spanArbitrary = fc.record({
  // The trigger, none, a span that never comes, one of those before, or any: then parents may go round in a loop.
  parent: fc.oneof(
    { weight: 16, arbitrary: fc.constant('trigger' as const) },
    { weight: 2, arbitrary: fc.constant('none' as const) },
    { weight: 8, arbitrary: fc.constant('gone' as const) },
    { weight: 72, arbitrary: fc.nat(11) },
    { weight: 6, arbitrary: fc.nat(11).map(any => ({ any })) }
  ),
  service: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(0, 1, 2) },
    { weight: 1, arbitrary: fc.constant(3) }
  ),
  at: fc.integer({ min: 0, max: 6 }),
  ms: fc.integer({ min: 0, max: 5 }),
  name: fc.constantFrom(...NAMES),
  kind: fc.constantFrom(...KINDS),
  error: rarely(5, fc.constant(true)),
  n: fc.option(
    fc.oneof(
      { weight: 12, arbitrary: fc.integer({ min: -1, max: 3 }).map(BigInt) },
      { weight: 3, arbitrary: fc.constantFrom<AttributeValue>('2', 'many', 1.5, Number.NaN, null) }
    ),
    { nil: undefined, freq: 4 }
  ),
  /** A key that was renamed, under its old name or its new one. */
  db: rarely(6, fc.constantFrom('db.system', 'db.system.name')),
  instance: rarely(9, fc.constantFrom('1', '2')),
  attempts: fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 2 }),
  link: rarely(6, fc.nat(11)),
  flags: rarely(6, fc.constantFrom(0x101, 0x301)),
  open: rarely(60, fc.constant(true)),
  dropped: rarely(30, fc.record({ attributes: fc.nat(1), events: fc.nat(1), links: fc.nat(1) })),
  shadow: rarely(12, shadowArbitrary),
  shadowedIn: fc.constantFrom('attributes', 'resource', 'scope')
})

/** Spans of a test in which anything may happen: several services with clocks of their own, work that outlives its caller. */
export const spansArbitrary: fc.Arbitrary<readonly SpanSketch[]> = fc
  .record({
    skews: fc.tuple(
      ...SERVICES.map(() =>
        fc.oneof(
          { weight: 3, arbitrary: fc.constant(0) },
          { weight: 1, arbitrary: fc.integer({ min: -4, max: 4 }) }
        )
      )
    ),
    spans: fc.array(spanArbitrary, { maxLength: 9 })
  })
  .map(({ skews, spans }) =>
    spans.map((span, index): SpanSketch => {
      const service = SERVICES[span.service]!
      const parent = parentOf(span.parent, index, spans.length)
      const shadow = (place: string): PlainAttributes =>
        span.shadowedIn === place ? (span.shadow ?? {}) : {}
      return {
        id: `s${index}`,
        ...(parent === undefined ? {} : { parent }),
        name: span.name,
        kind: span.kind,
        at: span.at + skews[span.service]!,
        ms: span.ms,
        error: span.error ?? false,
        attributes: {
          ...(span.n === undefined ? {} : { n: span.n }),
          ...(span.db === undefined ? {} : { [span.db]: 'postgresql' }),
          ...shadow('attributes')
        },
        resource: {
          ...(span.instance === undefined ? {} : { 'service.instance.id': span.instance }),
          ...shadow('resource')
        },
        scope: shadow('scope'),
        events: span.attempts.map(attempt => ({ name: 'retry', attributes: { attempt: BigInt(attempt) } })),
        links: span.link === undefined ? [] : [{ to: `s${span.link}`, attributes: { n: BigInt(span.link) } }],
        open: span.open ?? false,
        ...(service === '' ? {} : { service }),
        ...(span.flags === undefined ? {} : { flags: span.flags }),
        ...(span.dropped === undefined ? {} : { dropped: span.dropped })
      }
    })
  )

type Parent = 'trigger' | 'none' | 'gone' | number | { readonly any: number }

function parentOf(parent: Parent, index: number, count: number): string | undefined {
  if (parent === 'none') return undefined
  if (parent === 'trigger' || parent === 'gone') return parent
  if (typeof parent === 'object') return `s${parent.any % count}`
  return index === 0 ? 'trigger' : `s${parent % index}`
}
