import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { editDistance, suggest } from '../../../src/errors/suggest.ts'

const KEYS = ['selector', 'assertions', 'severity', 'when', 'name']

describe('a misspelt word', () => {
  test.each([
    ['selektor', 'selector'],
    ['assertion', 'assertions'],
    ['SELECTOR', 'selector'],
    ['nmae', 'name'],
    ['wen', 'when'],
    ['selector', 'selector']
  ])('%s is near %s', (word, meant) => {
    expect(suggest(word, KEYS)).toBe(meant)
  })

  test.each(['', 'x', 'owner', 'specification'])('%j is near nothing', word => {
    expect(suggest(word, KEYS)).toBeUndefined()
  })

  test('means the nearest, and of equals the first', () => {
    expect(suggest('carts', ['cards', 'cart'])).toBe('cards')
    expect(suggest('cartss', ['cards', 'carts'])).toBe('carts')
  })
})

describe('the distance of two words', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 })

  test('counts inserted, deleted, replaced and swapped letters', () => {
    expect(editDistance('cart', 'carts')).toBe(1)
    expect(editDistance('cart', 'art')).toBe(1)
    expect(editDistance('cart', 'card')).toBe(1)
    expect(editDistance('cart', 'crat')).toBe(1)
    expect(editDistance('cart', 'stock')).toBe(5)
  })

  test('is the same both ways, nothing only between equals, and never more than the longer word', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = editDistance(a, b)
        expect(editDistance(b, a)).toBe(distance)
        expect(distance === 0).toBe(a === b)
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length))
      })
    )
  })

  test('is cut off at the limit', () => {
    fc.assert(
      fc.property(word, word, fc.integer({ min: 1, max: 5 }), (a, b, limit) => {
        expect(editDistance(a, b, limit)).toBe(Math.min(editDistance(a, b), limit))
      })
    )
  })
})
