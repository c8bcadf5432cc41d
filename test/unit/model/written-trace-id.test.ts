import { expect, test } from 'vitest'
import { readTraceId } from '../../../src/model/written-trace-id.ts'

const ID = '4bf92f3577b34da6a3ce929d0e0e4736'
const bytes = Buffer.from(ID, 'hex')

test.each([
  ['32 digits', ID],
  ['upper case', ID.toUpperCase()],
  ['spaces around, as copied', ` ${ID}\n`],
  ['with 0x before it', `0x${ID}`],
  ['base64', bytes.toString('base64')],
  ['base64 for URLs', bytes.toString('base64url')],
  ['X-Ray', '1-4bf92f35-77b34da6a3ce929d0e0e4736'],
  ['a header of X-Ray', 'Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1'],
  ['a UUID', '4bf92f35-77b3-4da6-a3ce-929d0e0e4736'],
  ['traceparent', `00-${ID}-00f067aa0ba902b7-01`]
])('an id is read from %s', (_, text) => {
  expect(readTraceId(text)).toBe(ID)
})

test('an id of 64 bits has zeros before it', () => {
  expect(readTraceId('a3ce929d0e0e4736')).toBe('0000000000000000a3ce929d0e0e4736')
  expect(readTraceId('3ce929d0e0e4736')).toBe('000000000000000003ce929d0e0e4736')
  expect(readTraceId(bytes.subarray(8).toString('base64'))).toBe('0000000000000000a3ce929d0e0e4736')
})

test.each([
  '',
  '0'.repeat(32),
  'checkout',
  '4bf92f35',
  `${ID}0`,
  './trace.json',
  'last/checkout.json',
  'checkoutcart',
  '-'
])('%j is no id', text => {
  expect(readTraceId(text)).toBeUndefined()
})
