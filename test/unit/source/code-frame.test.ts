import { describe, expect, test } from 'vitest'
import { renderCodeFrame } from '../../../src/source/code-frame.ts'
import { columnsOf } from '../../../src/source/columns.ts'

/** A frame of the text between « and ». */
function frame(text: string, width?: number): string {
  const start = text.indexOf('«')
  const end = text.indexOf('»') - 1
  const source = { name: 'checkout.yaml', text: text.replace(/[«»]/g, '') }
  return `\n${renderCodeFrame({ source, range: { start, end } }, width === undefined ? {} : { width })}\n`
}

describe('a code frame', () => {
  test('shows the line, its number and carets under the range', () => {
    expect(frame('type: Test\nspec:\n  «nmae»: checkout\n')).toBe(`
3 |   nmae: checkout
  |   ^^^^
`)
  })

  test('marks an empty range, and one at the end of the text', () => {
    expect(frame('name:«»\n')).toBe('\n1 | name:\n  |      ^\n')
    expect(frame('name: a\n«»')).toBe('\n2 | \n  | ^\n')
  })

  test('marks a range over several lines to the end of its first', () => {
    expect(frame('name: «>\n  checkout\n»')).toBe('\n1 | name: >\n  |       ^\n')
  })

  test('keeps carets in line behind tabs, wide characters and what has no width', () => {
    for (const before of ['\t', '日本', '💥', 'e\u0301', '\u200b', '\u001b'])
      expect(caretColumn(frame(`a${before}«b»`))).toBe(columnOf(frame(`a${before}«b»`), 'b'))
  })

  test('cuts a long line round the range', () => {
    const long = `${'a'.repeat(200)} «count()» ${'z'.repeat(200)}`
    expect(frame(long, 40)).toBe(`
1 | …aaaaaaaaaaaaaa count() zzzzzzzzzzzzzzz…
  |                 ^^^^^^^
`)
    expect(columnsOf(frame(`«${'a'.repeat(200)}»`, 40).split('\n')[1]!)).toBeLessThanOrEqual(44)
  })

  test('acts on no terminal', () => {
    expect(frame('name: «"\u001b[2J\u202e"»\r\n')).toBe('\n1 | name: " [2J "\n  |       ^^^^^^^\n')
  })
})

function caretColumn(shown: string): number {
  return shown.split('\n')[2]!.indexOf('^')
}

function columnOf(shown: string, text: string): number {
  const line = shown.split('\n')[1]!
  return columnsOf(line.slice(0, line.lastIndexOf(text)))
}
