import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pack, unpack } from '../../src/otlp/pack.ts'
import { spans } from '../support/span-arbitrary.ts'

test('what was packed comes back as it was, whatever a span holds', () => {
  fc.assert(
    fc.property(fc.array(spans, { maxLength: 5 }), all => {
      expect(unpack(pack(all))).toEqual(all)
    })
  )
})
