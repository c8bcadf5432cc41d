import { describe, expect, test } from 'vitest'
import { composedText, mappedText, opaqueText, verbatimText } from '../../../src/source/embedded.ts'

const source = { name: 'checkout.yaml', text: 'selector: span[name="cart"]' }

describe('a text embedded in a source', () => {
  test('verbatim text is shifted by its start', () => {
    const text = verbatimText(source, 10)
    expect(text.text).toBe('span[name="cart"]')
    expect(text.locate({ start: 4, end: 10 }).range).toEqual({ start: 14, end: 20 })
  })

  test('opaque text is the whole scalar, whatever is asked for', () => {
    const text = opaqueText('cart', source, { start: 10, end: 27 })
    expect(text.locate({ start: 1, end: 2 }).range).toEqual({ start: 10, end: 27 })
  })

  test('mapped text of no characters is an empty range', () => {
    const text = mappedText('', source, { starts: [], ends: [] }, { start: 11, end: 12 })
    expect(text.locate({ start: 0, end: 0 }).range).toEqual({ start: 12, end: 12 })
  })
})

describe('a text with parts put in', () => {
  // host: ${HOST}/a → shop:80/a
  const inner = verbatimText({ name: 'a.yaml', text: 'host: ${HOST}/a' }, 6)
  const text = composedText(inner, [
    { text: 'shop:80', inner: { start: 0, end: 7 }, isReplaced: true },
    { text: '/a', inner: { start: 7, end: 9 }, isReplaced: false }
  ])

  const cases: readonly (readonly [string, number, number, number, number])[] = [
    ['a part of what was put in is all of it', 2, 4, 6, 13],
    ['all of what was put in', 0, 7, 6, 13],
    ['what stands behind it', 7, 9, 13, 15],
    ['from within it to behind it', 3, 8, 6, 14],
    ['the end', 9, 9, 15, 15]
  ]
  test.each(cases)('%s', (_title, start, end, from, to) => {
    expect(text.text).toBe('shop:80/a')
    expect(text.locate({ start, end }).range).toEqual({ start: from, end: to })
  })
})
