import { expect, test } from 'vitest'
import { buildSpanTable, visiblePositions } from '../../../src/viewer/span-table.ts'
import { traceOf } from '../../support/trace-builder.ts'

const trace = traceOf(
  { id: 'a', service: 'one', at: 0, ms: 10 },
  { id: 'b', parent: 'a', service: 'two', at: 1, ms: 3 },
  { id: 'c', parent: 'b', service: 'one', at: 2, open: true },
  { id: 'd', parent: 'a', service: 'two', at: 6, ms: 14 }
)
const table = buildSpanTable(trace)
const shown = (folded: readonly number[], only?: readonly number[]): readonly number[] => [
  ...visiblePositions(
    table,
    new Set(folded),
    only && Uint8Array.from({ length: 4 }, (_, at) => (only.includes(at) ? 1 : 0))
  )
]

test('times are counted from the first start, and a span in progress lasts to the end', () => {
  expect(table.wholeNanos).toBe(20e6)
  expect([...table.starts]).toEqual([0, 1e6, 2e6, 6e6])
  expect([...table.ends]).toEqual([10e6, 4e6, 20e6, 20e6])
  expect([...table.depths]).toEqual([0, 1, 2, 1])
})

test('services are numbered as they appear', () => {
  expect(table.services).toEqual(['one', 'two'])
  expect([...table.serviceNumbers]).toEqual([0, 1, 0, 1])
})

test('what is below a folded span has no row', () => {
  expect(shown([])).toEqual([0, 1, 2, 3])
  expect(shown([1])).toEqual([0, 1, 3])
  expect(shown([0, 1])).toEqual([0])
})

test('of matches alone those above them are kept, folded or not', () => {
  expect(shown([0], [2])).toEqual([0, 1, 2])
  expect(shown([], [])).toEqual([])
})

test('a trace without spans has no rows', () => {
  const empty = buildSpanTable(traceOf())
  expect(empty.wholeNanos).toBe(0)
  expect([...visiblePositions(empty, new Set(), undefined)]).toEqual([])
})
