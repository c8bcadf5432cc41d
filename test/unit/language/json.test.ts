import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseJson, parseJsonStructure } from '../../../src/language/json.ts'

describe('a JSON text', () => {
  test.each<[string, unknown]>([
    ['52', 52n],
    ['9007199254740993', 9007199254740993n],
    ['-1.50', -1.5],
    ['1e21', 1e21],
    [' [1, {"sku": "SKU-1"}, null, true] ', [1n, { sku: 'SKU-1' }, null, true]],
    ['"caf\\u00e9 \\"x\\""', 'café "x"'],
    ['{}', {}],
    ['[]', []],
    ['{"a":1,"a":2}', { a: 2n }]
  ])('%s keeps its values', (text, value) => {
    expect(parseJson(text)).toEqual(value)
  })

  test.each([
    '',
    ' ',
    '{',
    '[1,]',
    '[1 2]',
    '{"a"}',
    '{a:1}',
    "{'a':1}",
    '01',
    '1.',
    '+1',
    'nan',
    '"a\nb"',
    '"\\q"',
    '{} {}',
    ']'
  ])('%j is none', text => {
    expect(parseJson(text)).toBeUndefined()
  })

  test('a key called __proto__ is a key', () => {
    const value = parseJson('{"__proto__": {"polluted": true}}')
    expect(Object.keys(value as object)).toEqual(['__proto__'])
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  test('10,000-fold nesting is refused, not a crash', () => {
    expect(parseJson('['.repeat(10_000) + ']'.repeat(10_000))).toBeUndefined()
  })

  test('only objects and arrays are structures', () => {
    expect(parseJsonStructure(' {"a":1}')).toEqual({ a: 1n })
    expect(parseJsonStructure('5')).toBeUndefined()
    expect(parseJsonStructure('hello')).toBeUndefined()
  })

  test('is read as JSON.parse reads it, but for ints', () => {
    const withoutInts = fc.json({ depthSize: 'small' }).map(text => JSON.stringify(JSON.parse(text)))
    const plain = (value: unknown): unknown =>
      typeof value === 'bigint'
        ? Number(value)
        : Array.isArray(value)
          ? value.map(plain)
          : value !== null && typeof value === 'object'
            ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
            : value
    fc.assert(
      fc.property(withoutInts, text => {
        const negativeZero = (value: unknown): string => JSON.stringify(value)
        expect(negativeZero(plain(parseJson(text)))).toBe(negativeZero(JSON.parse(text)))
      })
    )
  })
})
