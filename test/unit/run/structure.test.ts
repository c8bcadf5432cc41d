import { describe, expect, test } from 'vitest'
import { inspectStructure } from '../../../src/run/structure.ts'
import { type SpanSketch, traceOf, triggeredTraceOf } from '../../support/trace-builder.ts'

const REMOTE = 0x300
const LOCAL = 0x100

const ours = { isOurs: true, allowsOrphans: false }
const lenient = { isOurs: true, allowsOrphans: true }

const entry: SpanSketch = { id: 'gateway', parent: 'trigger', kind: 'server', service: 'gateway' }

describe('the entry of a trace', () => {
  const rows: readonly { title: string; sketches: SpanSketch[]; options?: typeof ours; expected: boolean }[] =
    [
      { title: 'a child of our request', sketches: [entry], expected: true },
      {
        title: 'a span that is linked to our request',
        sketches: [{ id: 'consume', service: 'shipping', kind: 'consumer', links: [{ to: 'trigger' }] }],
        expected: true
      },
      {
        title: 'not a span without a parent, since our id was sent with one',
        sketches: [{ id: 'cron', service: 'cart' }],
        expected: false
      },
      {
        title: 'a span without a parent where the trace is not ours',
        sketches: [{ id: 'cron', service: 'cart' }],
        options: { isOurs: false, allowsOrphans: false },
        expected: true
      },
      {
        title: 'not an orphan',
        sketches: [{ id: 'quote', parent: 'gone', kind: 'server', service: 'pricing' }],
        expected: false
      },
      {
        title: 'a local root whose parent may stay away',
        sketches: [{ id: 'quote', parent: 'gone', kind: 'server', service: 'pricing' }],
        options: lenient,
        expected: true
      }
    ]
  for (const { title, sketches, options, expected } of rows)
    test(title, () => {
      expect(inspectStructure(triggeredTraceOf(...sketches), options ?? ours).hasEntry).toBe(expected)
    })
})

describe('holes', () => {
  const kindsOf = (options: typeof ours, ...sketches: SpanSketch[]): readonly string[] =>
    inspectStructure(triggeredTraceOf(...sketches), options).holes.map(hole => hole.kind)

  test('a connected trace has none', () => {
    expect(kindsOf(ours, entry, { id: 'reserve', parent: 'gateway', service: 'gateway' })).toEqual([])
  })
  test('a parent that is missing is one', () => {
    expect(kindsOf(ours, entry, { id: 'quote', parent: 'gone', kind: 'server' })).toEqual(['orphan'])
  })
  test('a span that has not ended is one', () => {
    expect(kindsOf(ours, entry, { id: 'reserve', parent: 'gateway', open: true })).toEqual(['unfinished'])
  })
  test('a parent in another process may stay away where orphans are allowed', () => {
    expect(
      kindsOf(lenient, entry, { id: 'quote', parent: 'gone', service: 'pricing', flags: REMOTE })
    ).toEqual([])
  })
  test('a parent in the same process may not, even then', () => {
    expect(
      kindsOf(
        lenient,
        entry,
        { id: 'quote', parent: 'gone', service: 'pricing', kind: 'server' },
        { id: 'select', parent: 'also gone', service: 'pricing', flags: LOCAL }
      )
    ).toEqual(['orphan'])
  })
  test('nor may one where its process has no local root at all', () => {
    expect(kindsOf(lenient, entry, { id: 'select', parent: 'gone', service: 'pricing' })).toEqual(['orphan'])
  })
  test('a loop of parents is a hole, not an endless walk', () => {
    expect(kindsOf(ours, entry, { id: 'a', parent: 'b' }, { id: 'b', parent: 'a' }).length).toBeGreaterThan(0)
  })
  test('a trace without a trigger span is read as well', () => {
    expect(
      inspectStructure(traceOf({ id: 'root', service: 'cart' }), { isOurs: false, allowsOrphans: false })
    ).toEqual({ hasEntry: true, holes: [] })
  })
})
