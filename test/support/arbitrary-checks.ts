import fc from 'fast-check'
import { relations } from './arbitrary-language.ts'
import { complex, oneOf, scoped, selector, selectorArbitrary } from './arbitrary-selectors.ts'
import type { ChecksSketch, SpecSketch } from './judge.ts'

const comparison = oneOf('=', '!=', '<', '<=', '>', '>=')
const small = fc.integer({ min: 0, max: 3 }).map(String)
const millis = fc.integer({ min: 0, max: 6 }).map(ms => `${ms}ms`)

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
    'attr:n <= var:LIMIT',
    'attr:name = "charge"',
    'attr:events.count >= 1',
    'attr:end > attr:start',
    'attr:duration | type = "number"',
    'link:n = 1',
    'link:span_id exists',
    'resource:service.name = "cart"',
    'scope:duration exists',
    'attr:n = "${attr:events.count}"',
    'attr:n != response:status'
  )
)

const relation = fc
  .tuple(oneOf(...relations), fc.oneof({ weight: 5, arbitrary: selector }, { weight: 1, arbitrary: scoped }))
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
      'attr:name = "${var:FIRST}"',
      'parent:n exists',
      'count(:scope > span) = attr:events.count',
      'attr:self_time >= attr:n',
      'attr:n <= count(:scope span)',
      'count(:scope ~ span) >= 1',
      'count(span:not(:scope)) >= 2',
      'count(:scope > span[db.system]) <= 1',
      'count(:scope span[db.system.name]) < 2',
      'min(attr:duration of :scope span) < 2ms',
      'p95(attr:n of :scope > span) > 1',
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
        oneOf(
          'attr:n',
          'attr:events.count',
          'attr:n + 1',
          'attr:start',
          'attr:end',
          'attr:links.count',
          'attr:name',
          'attr:self_time',
          'attr:tracetest.span.duration',
          'event:attempt'
        ),
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
      'count(span[db.system]:root) = 0',
      'count(span[db.system.name]:root) <= 2',
      'count(:root) = 1',
      'count() >= var:FIRST',
      'count(span[n="${var:FIRST}"]) >= 1',
      'response:body contains "52" and count() >= 1',
      'response:status = 404 or count() >= 2',
      'response:status = var:FIRST',
      'count() not in [2, 3]',
      'sum(attr:duration of span[n]) > 2ms',
      'max(attr:duration of span:error) > 2ms',
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
        value: oneOf('attr:n', 'attr:name', 'count()', 'response:status'),
        all: fc.boolean()
      }),
      fc.record({ value: oneOf('response:status', 'attr:tracetest.response.status', 'attr:self_time') })
    )
    .map(output => [{ name: 'FIRST', ...output }])
})
