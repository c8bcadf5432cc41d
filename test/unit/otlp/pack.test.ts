import { expect, test } from 'vitest'
import { pack, unpack } from '../../../src/otlp/pack.ts'

test('what is packed comes back as it was, maps, bytes and large numbers included', () => {
  const value = { map: new Map([['a', 2n ** 60n]]), bytes: new Uint8Array([1, 2]), list: ['x', undefined] }
  expect(unpack(pack(value))).toEqual(value)
})

test('a packed value keeps no more memory than its bytes', () => {
  const packed = pack(Array.from({ length: 100 }, (_, at) => ({ name: `span ${at}` })))
  expect(packed.buffer.byteLength).toBe(packed.byteLength)
})
