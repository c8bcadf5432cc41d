import { describe, expect, test } from 'vitest'
import { lineStarts, positionOf, renderLocation } from '../../../src/source/line-index.ts'

const source = { name: 'checkout.yaml', text: 'type: Test\r\nspec:\n\n  name: a' }

describe('a position', () => {
  test.each([
    [0, 1, 1],
    [10, 1, 11],
    [12, 2, 1],
    [18, 3, 1],
    [19, 4, 1],
    [28, 4, 10],
    [999, 4, 10],
    [-1, 1, 1]
  ])('of offset %d is line %d, column %d', (offset, line, column) => {
    expect(positionOf(source, offset)).toEqual({ line, column })
  })

  test('is written as editors understand it', () => {
    expect(renderLocation({ source, range: { start: 21, end: 25 } })).toBe('checkout.yaml:4:3')
  })

  test('is looked up in lines that are found once', () => {
    expect(lineStarts(source)).toBe(lineStarts(source))
    expect(lineStarts(source)).toEqual([0, 12, 18, 19])
  })
})
