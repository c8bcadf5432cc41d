import fc from 'fast-check'
import type { SpanKind } from '../../src/model/span.ts'
import type { ChecksSketch, SpecSketch } from './judge.ts'
import type { SpanSketch } from './trace-builder.ts'

// Traces

const KINDS: readonly SpanKind[] = ['internal', 'client', 'server', 'producer', 'consumer']
const SERVICES = ['gateway', 'cart', 'payment', ''] as const
const NAMES = ['charge', 'reserve', 'quote'] as const

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
    spans: fc.array(
      fc.record({
        // The trigger, a span that never comes, or one of those before.
        parent: fc.oneof(
          { weight: 2, arbitrary: fc.constant(-1) },
          { weight: 1, arbitrary: fc.constant(-2) },
          { weight: 9, arbitrary: fc.nat(11) }
        ),
        service: fc.oneof(
          { weight: 6, arbitrary: fc.constantFrom(0, 1, 2) },
          { weight: 1, arbitrary: fc.constant(3) }
        ),
        at: fc.integer({ min: 0, max: 6 }),
        ms: fc.integer({ min: 0, max: 5 }),
        name: fc.constantFrom(...NAMES),
        kind: fc.constantFrom(...KINDS),
        error: fc.oneof(
          { weight: 4, arbitrary: fc.constant(false) },
          { weight: 1, arbitrary: fc.constant(true) }
        ),
        n: fc.option(
          fc.oneof(
            { weight: 6, arbitrary: fc.integer({ min: -1, max: 3 }).map(BigInt) },
            { weight: 1, arbitrary: fc.constantFrom<string | number>('2', 'many', 1.5) }
          ),
          { nil: undefined, freq: 4 }
        ),
        /** A key that was renamed, under its old name or its new one. */
        db: fc.oneof(
          { weight: 5, arbitrary: fc.constant(undefined) },
          { weight: 1, arbitrary: fc.constantFrom('db.system', 'db.system.name') }
        ),
        instance: fc.oneof(
          { weight: 8, arbitrary: fc.constant(undefined) },
          { weight: 1, arbitrary: fc.constantFrom('1', '2') }
        ),
        attempts: fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 2 }),
        flags: fc.oneof(
          { weight: 5, arbitrary: fc.constant(undefined) },
          { weight: 1, arbitrary: fc.constantFrom(0x101, 0x301) }
        ),
        open: fc.oneof(
          { weight: 40, arbitrary: fc.constant(false) },
          { weight: 1, arbitrary: fc.constant(true) }
        )
      }),
      { maxLength: 9 }
    )
  })
  .map(({ skews, spans }) =>
    spans.map((span, index): SpanSketch => {
      const service = SERVICES[span.service]!
      const isBelow = span.parent >= 0 && index > 0
      const parent = span.parent === -2 ? 'gone' : isBelow ? `s${span.parent % index}` : 'trigger'
      return {
        id: `s${index}`,
        parent,
        name: span.name,
        kind: span.kind,
        at: span.at + skews[span.service]!,
        ms: span.ms,
        error: span.error,
        attributes: {
          ...(span.n === undefined ? {} : { n: span.n }),
          ...(span.db === undefined ? {} : { [span.db]: 'postgresql' })
        },
        ...(span.instance === undefined ? {} : { resource: { 'service.instance.id': span.instance } }),
        events: span.attempts.map(attempt => ({ name: 'retry', attributes: { attempt: BigInt(attempt) } })),
        open: span.open,
        ...(service === '' ? {} : { service }),
        ...(span.flags === undefined ? {} : { flags: span.flags })
      }
    })
  )

// Texts

const oneOf = (...texts: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...texts)

const filterArbitrary: fc.Arbitrary<string> = oneOf(
  'service.name="cart"',
  'service.name="gateway"',
  'service.name!="payment"',
  'name="charge"',
  'name in ["charge", "quote"]',
  'kind="server"',
  'n',
  'n>=1',
  'n=2',
  'not n',
  'not n=2',
  'n not-exists',
  'n="2" or kind="client"',
  'duration>=2ms',
  'db.system',
  'db.system="postgresql"',
  'DB.system.name',
  'status="error"',
  'event:attempt=1',
  'events.count>=1',
  'parent:service.name="cart"',
  'depth=2',
  'self_time>=2ms',
  'offset>=2ms',
  'tracetest.selected_spans.count=2',
  'tracetest.selected_spans.count<=1 n'
)

const { selector, complex, compound } = fc.letrec<{
  selector: string
  complex: string
  compound: string
  ownCompound: string
  pseudo: string
}>(tie => ({
  selector: fc.oneof(
    { weight: 6, arbitrary: tie('complex') },
    { weight: 1, arbitrary: fc.tuple(tie('complex'), tie('complex')).map(items => items.join(', ')) }
  ),
  complex: fc.oneof(
    { weight: 5, arbitrary: tie('compound') },
    {
      weight: 2,
      arbitrary: fc
        .tuple(tie('compound'), oneOf(' ', ' > ', ' ~ '), tie('compound'))
        .map(parts => parts.join(''))
    },
    { weight: 1, arbitrary: oneOf(':root', ':root > span', ':root span', 'span') }
  ),
  compound: fc
    .tuple(
      tie('ownCompound'),
      fc.oneof({ weight: 4, arbitrary: fc.constant('') }, { weight: 3, arbitrary: tie('pseudo') })
    )
    .map(parts => parts.join('')),
  ownCompound: fc.oneof(
    { weight: 1, arbitrary: fc.constant('span') },
    { weight: 4, arbitrary: filterArbitrary.map(filter => `span[${filter}]`) },
    { weight: 1, arbitrary: fc.tuple(filterArbitrary, filterArbitrary).map(([a, b]) => `span[${a}][${b}]`) }
  ),
  pseudo: fc.oneof(
    {
      weight: 5,
      arbitrary: oneOf(
        ':first',
        ':last',
        ':nth_child(2)',
        ':leaf',
        ':entry',
        ':error',
        ':orphan',
        ':depth(= 1)',
        ':depth(>= 2)',
        ':children(>= 1)',
        ':children(= 0)',
        ':children(<= 1)'
      )
    },
    { weight: 2, arbitrary: fc.tuple(oneOf('', '> '), tie('ownCompound')).map(([c, s]) => `:has(${c}${s})`) },
    { weight: 2, arbitrary: tie('ownCompound').map(inner => `:not(${inner})`) },
    { weight: 1, arbitrary: tie('ownCompound').map(inner => `:not(:has(${inner}))`) },
    {
      weight: 1,
      arbitrary: fc.tuple(tie('ownCompound'), tie('ownCompound')).map(([a, b]) => `:not(${a} ${b})`)
    }
  )
}))

export const selectorArbitrary: fc.Arbitrary<string> = fc.oneof(
  { weight: 20, arbitrary: selector },
  { weight: 1, arbitrary: fc.constant('') }
)

/** Compounds without places, so that long chains of them choose something. */
const plainCompound = oneOf(
  'span',
  'span',
  'span[n]',
  'span[service.name="cart"]',
  'span[kind="server"]',
  'span:error'
)

const comparison = oneOf('=', '!=', '<', '<=', '>', '>=')
const small = fc.integer({ min: 0, max: 3 }).map(String)
const millis = fc.integer({ min: 0, max: 6 }).map(ms => `${ms}ms`)

const scoped = fc.tuple(oneOf(':scope > ', ':scope '), compound).map(parts => parts.join(''))

const ownAtom: fc.Arbitrary<string> = fc.oneof(
  fc.tuple(fc.constant('attr:n'), comparison, small).map(parts => parts.join(' ')),
  fc.tuple(fc.constant('attr:duration'), comparison, millis).map(parts => parts.join(' ')),
  oneOf(
    'attr:n exists',
    'attr:n not exists',
    'attr:service.name = "cart"',
    'attr:n in [1, 2]',
    'attr:n in 0..2',
    'attr:n is number',
    'attr:n + 1 > 2',
    'event:attempt = 1',
    'attr:kind = "server"',
    'attr:status = "error"',
    'attr:n <= var:LIMIT'
  )
)

const relation = fc
  .tuple(
    oneOf(
      'before',
      'after',
      'starts-before',
      'starts-after',
      'during',
      'overlaps',
      'child-of',
      'descendant-of'
    ),
    fc.oneof({ weight: 5, arbitrary: selector }, { weight: 1, arbitrary: scoped })
  )
  .map(parts => parts.join(' '))

const structureAtom: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: relation },
  {
    weight: 3,
    arbitrary: fc.tuple(scoped, comparison, small).map(([set, op, n]) => `count(${set}) ${op} ${n}`)
  },
  {
    weight: 1,
    arbitrary: fc.tuple(small, comparison, scoped).map(([n, op, set]) => `${n} ${op} count(${set})`)
  },
  { weight: 2, arbitrary: fc.tuple(comparison, millis).map(([op, ms]) => `attr:self_time ${op} ${ms}`) },
  { weight: 1, arbitrary: fc.tuple(comparison, small).map(([op, n]) => `attr:depth ${op} ${n}`) },
  { weight: 1, arbitrary: fc.tuple(comparison, millis).map(([op, ms]) => `attr:offset ${op} ${ms}`) },
  { weight: 1, arbitrary: complex.map(set => `attr:n = (attr:n of ${set})`) },
  { weight: 1, arbitrary: scoped.map(set => `sum(attr:duration of ${set}) <= 3ms`) },
  { weight: 1, arbitrary: scoped.map(set => `max(attr:n of ${set}) >= 1`) },
  {
    weight: 1,
    arbitrary: oneOf(
      'parent:service.name = "cart"',
      'attr:duration <= avg(attr:duration)',
      'attr:n = var:FIRST',
      'attr:n <= count()'
    )
  }
)

const spanCondition: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: ownAtom },
  { weight: 5, arbitrary: structureAtom },
  { weight: 2, arbitrary: fc.oneof(ownAtom, structureAtom).map(atom => `not (${atom})`) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.oneof(ownAtom, structureAtom), oneOf('and', 'or'), fc.oneof(ownAtom, structureAtom))
      .map(([a, join, b]) => `(${a}) ${join} (${b})`)
  }
)

const quantifier = fc.oneof(
  { weight: 2, arbitrary: fc.constant('') },
  oneOf('every', 'some', 'none'),
  fc.tuple(oneOf('exactly', 'at-least', 'at-most'), small).map(parts => parts.join(' '))
)

const setAtom: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(comparison, small).map(([op, n]) => `count() ${op} ${n}`) },
  { weight: 1, arbitrary: fc.tuple(small, comparison).map(([n, op]) => `${n} ${op} count()`) },
  { weight: 1, arbitrary: small.map(n => `attr:tracetest.selected_spans.count = ${n}`) },
  {
    weight: 2,
    arbitrary: fc.tuple(selector, comparison, small).map(([set, op, n]) => `count(${set}) ${op} ${n}`)
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(oneOf('sum', 'max', 'min', 'avg', 'p50', 'p95'), comparison, millis)
      .map(([name, op, ms]) => `${name}(attr:duration) ${op} ${ms}`)
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        oneOf('sum', 'max', 'min', 'avg', 'p90', 'distinct'),
        oneOf('attr:n', 'attr:events.count', 'attr:n + 1'),
        comparison,
        small
      )
      .map(([name, over, op, n]) => `${name}(${over}) ${op} ${n}`)
  },
  {
    weight: 1,
    arbitrary: oneOf(
      'count(span[db.system]) = 0',
      'count(span[db.system]) <= 1',
      'not count(span[db.system]) >= 1',
      'count(span[db.system.name]) >= 0',
      'distinct(attr:duration) <= 2',
      'distinct(attr:duration) >= 2',
      'count() > count(span[n])',
      'max(count(:scope > span)) <= 2',
      'response:status = 200',
      'response:status = 404',
      'var:LIMIT = "3"',
      'count() in [1, 2]'
    )
  }
)

const setCondition: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: setAtom },
  { weight: 1, arbitrary: setAtom.map(atom => `not (${atom})`) },
  {
    weight: 2,
    arbitrary: fc.tuple(setAtom, oneOf('and', 'or'), setAtom).map(([a, join, b]) => `(${a}) ${join} (${b})`)
  }
)

const assertionArbitrary: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(quantifier, spanCondition).map(parts => parts.join(' ').trim()) },
  { weight: 2, arbitrary: setCondition }
)

// Checks

const specArbitrary: fc.Arbitrary<SpecSketch> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      selector: selectorArbitrary,
      assertions: fc.array(assertionArbitrary, { minLength: 1, maxLength: 4 })
    })
  },
  {
    weight: 1,
    arbitrary: fc.record({
      selector: selectorArbitrary,
      when: assertionArbitrary,
      assertions: fc.array(assertionArbitrary, { minLength: 1, maxLength: 2 })
    })
  },
  {
    weight: 1,
    arbitrary: fc.record({
      sequence: fc.array(selector, { minLength: 2, maxLength: 3 }),
      by: fc.constantFrom<'start' | 'end'>('start', 'end')
    })
  }
)

/** Checks that use the whole language. The output `FIRST` exists, so that assertions can read it. */
export const checksArbitrary: fc.Arbitrary<ChecksSketch> = fc.record({
  specs: fc.array(specArbitrary, { minLength: 1, maxLength: 3 }),
  outputs: fc
    .oneof(
      fc.record({
        selector: fc.oneof(selectorArbitrary, fc.constant(':root')),
        value: oneOf('attr:n', 'attr:name', 'count()', 'response:status')
      }),
      fc.record({ value: oneOf('response:status', 'attr:tracetest.response.status', 'attr:self_time') })
    )
    .map(output => [{ name: 'FIRST', ...output }])
})

/** Selectors that start at the span under test, or name it elsewhere. */
export const scopedSelectorArbitrary: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .array(
        fc.tuple(
          oneOf(' ', ' > ', ' > ', ' ~ '),
          fc.oneof({ weight: 3, arbitrary: plainCompound }, compound)
        ),
        {
          minLength: 1,
          maxLength: 4
        }
      )
      .map(steps => `:scope${steps.flat().join('')}`)
  },
  { weight: 1, arbitrary: oneOf(':scope', 'span:not(:scope)', 'span:has(> :scope)', 'span > :scope') },
  { weight: 1, arbitrary: fc.tuple(scoped, complex).map(items => items.join(', ')) }
)
