import { describe, expect, test } from 'vitest'
import { findAnsweredIds, readTraceId } from '../../../src/plan/answered-id.ts'

const ID = '0123456789abcdef0123456789abcdef'

describe('the traces that an answer names', () => {
  const rows: readonly (readonly [string, string, object | undefined])[] = [
    ['traceparent', `00-${ID}-00f067aa0ba902b7-01`, { traceId: ID, isSampled: true }],
    ['traceresponse', `00-${ID}-00f067aa0ba902b7-00`, { traceId: ID, isSampled: false }],
    ['Server-Timing', `db;dur=1, traceparent;desc="00-${ID}-00f067aa0ba902b7-01"`, { traceId: ID }],
    ['X-Trace-Id', ID.toUpperCase(), { traceId: ID }],
    ['Trace-Id', ` ${ID} `, { traceId: ID }],
    ['X-B3-TraceId', ID, { traceId: ID }],
    ['x-b3-traceid', '89abcdef01234567', { traceId: `${'0'.repeat(16)}89abcdef01234567` }],
    ['x-trace-id', '89abcdef01234567', undefined],
    ['x-trace-id', `${ID}00`, undefined],
    ['x-trace-id', '0'.repeat(32), undefined],
    ['x-trace-id', 'none', undefined],
    ['x-trace-id', '', undefined],
    ['x-request-id', ID, undefined]
  ]
  for (const [key, value, expected] of rows)
    test(`${key}: ${value}`, () => {
      const ids = findAnsweredIds([{ key, value }])
      if (expected === undefined) expect(ids).toEqual([])
      else expect(ids).toEqual([expect.objectContaining({ header: key.toLowerCase(), ...expected })])
    })
})

test('a header that the user names may hold an id of any length, whatever the header is called', () => {
  const read = (value: string) => readTraceId([{ key: 'X-My-Trace', value }], 'x-my-trace')
  expect(read('abc')).toBe('abc'.padStart(32, '0'))
  expect(read(`id=${ID};`)).toBe(ID)
  expect(read(`00-${ID}-00f067aa0ba902b7-00`)).toBe(ID)
  expect(read('none')).toBeUndefined()
  expect(readTraceId([], 'x-my-trace')).toBeUndefined()
})
