import { describe, expect, test } from 'vitest'
import { skewOf } from '../../../src/judge/skew.ts'
import { indexOf } from '../../../src/judge/trace-index.ts'
import { joinedTraceIds } from '../../../src/model/trace.ts'
import { readSpanClock } from '../../../src/run/span-clock.ts'
import { joinedTraceOf, type SpanSketch, spanIdOf, traceIdOf } from '../../support/trace-builder.ts'

/** `name < name of the span above`, by position; `?` for an orphan. */
const treeOf = (...sketches: readonly SpanSketch[]): readonly string[] => {
  const trace = joinedTraceOf(...sketches)
  return trace.spans.slice(1).map((span, index) => {
    const at = index + 1
    const parent = trace.spans[trace.parents[at]!]
    const above = parent === undefined ? (trace.orphans[at] ? '?' : '-') : parent.name
    return `${span.name}${trace.joins[at] ? ' ~> ' : ' > '}${above}`
  })
}

const publish: SpanSketch = { id: 'publish', parent: 'trigger', kind: 'producer' }
const ship: SpanSketch = { id: 'ship', trace: 'b', kind: 'consumer', at: 5, links: [{ to: 'publish' }] }

describe('a trace that begins with a link', () => {
  test('hangs below the span that its root links to, with all of its spans', () => {
    expect(
      treeOf(publish, ship, { id: 'book', trace: 'b', parent: 'ship', at: 6 }, { id: 'other', trace: 'c' })
    ).toEqual(['publish > Tracetest trigger', 'ship ~> publish', 'book > ship'])
  })

  test('may link to the span of the trigger', () => {
    expect(treeOf({ ...ship, links: [{ to: 'trigger' }] })).toEqual(['ship ~> Tracetest trigger'])
  })

  test('hangs below the first of several that it links to here, whatever else it links to before', () => {
    const links = [{ to: 'x', trace: 'elsewhere' }, { to: 'second' }, { to: 'publish' }]
    expect(treeOf(publish, { id: 'second', parent: 'publish' }, { ...ship, links })).toEqual([
      'publish > Tracetest trigger',
      'second > publish',
      'ship ~> second'
    ])
  })

  test('is an orphan until the span that it links to comes', () => {
    expect(treeOf({ ...ship, links: [{ to: 'late' }] })).toEqual(['ship ~> ?'])
  })

  test('may be linked to in turn', () => {
    const third: SpanSketch = { id: 'invoice', trace: 'c', at: 9, links: [{ to: 'ship', trace: 'b' }] }
    expect(treeOf(third, publish, ship)).toEqual([
      'publish > Tracetest trigger',
      'ship ~> publish',
      'invoice ~> ship'
    ])
    expect(joinedTraceIds(joinedTraceOf(third, publish, ship))).toEqual([traceIdOf('b'), traceIdOf('c')])
  })

  test('keeps spans apart that share an id with one of the trace itself', () => {
    const trace = joinedTraceOf(
      publish,
      { id: 'one', parent: 'publish', name: 'ours' },
      ship,
      { id: 'one', trace: 'b', parent: 'ship', name: 'theirs', at: 6 },
      { id: 'two', trace: 'b', parent: 'one', name: 'below theirs', at: 7 }
    )
    expect(trace.spans.slice(1).map(span => span.name)).toEqual([
      'publish',
      'ours',
      'ship',
      'theirs',
      'below theirs'
    ])
    expect(trace.conflicting.size).toBe(0)
    expect(trace.spans[trace.positionOf(spanIdOf('one'))!]!.name).toBe('ours')
    expect(trace.positionOf(spanIdOf('ship'))).toBe(3)
  })

  test('has orphans of its own: their parents are still to come', () => {
    expect(treeOf(publish, ship, { id: 'book', trace: 'b', parent: 'late', at: 6 })).toContain('book > ?')
  })

  test('is left out where nothing links to the trace itself', () => {
    expect(treeOf(publish, { ...ship, links: [{ to: 'publish', trace: 'c' }] })).toEqual([
      'publish > Tracetest trigger'
    ])
  })

  test('makes no loop with another that it links to', () => {
    const b: SpanSketch = { ...ship, links: [{ to: 'c', trace: 'c' }, { to: 'publish' }] }
    const c: SpanSketch = { id: 'c', trace: 'c', at: 6, links: [{ to: 'ship', trace: 'b' }] }
    expect(treeOf(publish, b, c)).toEqual(['publish > Tracetest trigger', 'ship ~> publish', 'c ~> ship'])
  })
})

describe('a span with a link that begins no trace', () => {
  const poll: SpanSketch = { id: 'poll', trace: 'b', at: 4 }
  const process: SpanSketch = { ...ship, id: 'process', parent: 'poll' }
  const book: SpanSketch = { id: 'book', trace: 'b', parent: 'poll', at: 6 }
  const other: SpanSketch = {
    id: 'other',
    trace: 'b',
    parent: 'poll',
    at: 8,
    links: [{ to: 'x', trace: 'of another test' }]
  }

  test('brings its whole trace where that links to nothing else: work may hang beside it', () => {
    expect(treeOf(publish, poll, process, book)).toEqual([
      'publish > Tracetest trigger',
      'poll ~> publish',
      'process > poll',
      'book > poll'
    ])
    expect(joinedTraceOf(publish, poll, process, book).joining).toMatchObject({ strays: [], mayShrink: true })
  })

  test('waits for the span above it', () => {
    const trace = joinedTraceOf(publish, process)
    expect([...trace.orphans]).toEqual([0, 0, 1])
    expect(treeOf(publish, process)).toEqual(['publish > Tracetest trigger', 'process ~> publish'])
  })

  test('brings only what lies below it where the batch has messages of others', () => {
    const below = { ...book, parent: 'process' }
    expect(treeOf(publish, poll, process, other, below)).toEqual([
      'publish > Tracetest trigger',
      'process ~> publish',
      'book > process'
    ])
    expect(joinedTraceOf(publish, poll, process, other, below).joining.strays).toEqual([])
  })

  test('leaves open for whom the work is that hangs beside it in such a batch', () => {
    const trace = joinedTraceOf(publish, poll, process, other, book)
    expect(trace.spans).toHaveLength(3)
    expect(trace.joining.strays.map(span => span.name)).toEqual(['book'])
  })

  test('leaves open whether a span belongs that links to one of such a batch which did not come', () => {
    const third: SpanSketch = { id: 'third', trace: 'c', links: [{ to: 'late', trace: 'b' }] }
    const trace = joinedTraceOf(publish, poll, process, other, third)
    expect(trace.joining.strays.map(span => span.name)).toEqual(['third'])
  })

  test('is said to be shared where the root of its trace links to others too', () => {
    const links = [{ to: 'publish' }, { to: 'x', trace: 'of another test' }]
    const { joining } = joinedTraceOf(publish, { ...ship, links }, { ...book, parent: 'ship' })
    expect(joining.shared.map(span => span.name)).toEqual(['ship'])
    expect(joining.strays).toEqual([])
  })
})

test('the root of a batch, which may have begun long before, shows no clock to be wrong', () => {
  const trace = joinedTraceOf(
    { ...publish, service: 'payment', at: 50 },
    { id: 'poll', trace: 'b', service: 'shipping', at: -900, ms: 1000 },
    { ...ship, service: 'shipping', parent: 'poll', at: 60 }
  )
  expect(skewOf(indexOf(trace)).isNone).toBe(true)
  const sent = { sentUnixNano: trace.spans[0]!.startUnixNano }
  expect(readSpanClock(trace, new Map(), sent).isSkewed(trace.spans[1]!)).toBe(false)
})
