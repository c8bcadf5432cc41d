import { expect, test } from 'vitest'
import type { Trace } from '../../../src/model/trace.ts'
import { judgeSketch } from '../../support/judge.ts'
import { runs } from '../../support/runs.ts'
import { type SpanSketch, triggeredTraceOf } from '../../support/trace-builder.ts'

const SIZE = runs(20_000)

/** Spans that take turns at two services, each below the one that `parentOf` says. */
const build = (parentOf: (place: number) => number): Trace =>
  triggeredTraceOf(
    ...Array.from({ length: SIZE }, (_, place): SpanSketch => {
      const parent = parentOf(place)
      return {
        id: `s${place}`,
        parent: parent < 0 ? 'trigger' : `s${parent}`,
        service: place % 2 === 0 ? 'cart' : 'payment',
        kind: place % 3 === 0 ? 'client' : 'server',
        at: place / 1000,
        ms: (2 * SIZE - place) / 1000,
        attributes: { n: BigInt(place % 10) }
      }
    })
  )

// A step that looked again at what it had seen would take hours here.
test.each([
  ['a chain', (place: number) => place - 1],
  ['a fan', (place: number) => (place === 0 ? -1 : 0)]
])(
  `%s of ${SIZE} spans is judged without recursion and without quadratic work`,
  (_, parentOf) => {
    const { specs } = judgeSketch(
      {
        specs: [
          { selector: 'span[service.name="cart"] span[n=7]:first', assertions: ['count() >= 0'] },
          { selector: 'span[n=7] ~ span[n=8]:last', assertions: ['count() >= 0'] },
          { selector: 'span:has(span[n=7] > span[n=8]):not(:has(span:error))', assertions: ['count() >= 0'] },
          {
            selector: 'span[n]',
            assertions: [
              'count(:scope span[n=7]) >= 0',
              'count(:scope > span span[n=7] > span) >= 0',
              'some sum(attr:n of :scope span[service.name="cart"]) > 10',
              'some during span[n=3] or descendant-of span[n=4]',
              'none before span[service.name="payment"]',
              'attr:n <= p99(attr:n)',
              'attr:self_time >= 0ms'
            ]
          }
        ]
      },
      build(parentOf)
    )
    expect(specs.flatMap(spec => spec.checks).map(check => [check.text, check.outcome])).toEqual(
      specs.flatMap(spec => spec.checks).map(check => [check.text, 'held'])
    )
  },
  60_000
)

test('what no index answers is given up rather than waited for', () => {
  const { specs } = judgeSketch(
    { specs: [{ selector: 'span[n]', assertions: ['p95(attr:duration of :scope span[n]) >= 0ms'] }] },
    build(place => place - 1)
  )
  expect(specs[0]!.checks[0]).toMatchObject({
    outcome: 'undetermined',
    reason: { code: 'limit', text: 'the trace is too large for this check: narrow its selectors' }
  })
}, 60_000)
