import { describe, expect, test } from 'vitest'
import { clipLine, type Line, lineColumns, lineOf, spread, wrapLine } from '../../../src/report/line.ts'
import { renderCount, renderDuration, renderMs } from '../../../src/report/quantity.ts'
import { shortenEnd, shortenMiddle, shortenPair } from '../../../src/report/shorten.ts'
import { columnsOf, takeColumns, takeLastColumns } from '../../../src/source/columns.ts'
import { makeVisible } from '../../../src/source/visible.ts'

describe('what a terminal would act on is shown as an escape', () => {
  test.each([
    ['a line break', 'a\nb\r\nc', 'a\\nb\\r\\nc'],
    ['a tab', 'a\tb', 'a\\tb'],
    ['an escape sequence', '\u001b[31mred', '\\u001b[31mred'],
    ['an 8-bit escape', '\u009b31m', '\\u009b31m'],
    ['marks that turn the direction', 'user\u202etxt.exe', 'user\\u202etxt.exe'],
    ['characters without width', 'pay\u200bment\ufeff', 'pay\\u200bment\\ufeff'],
    ['half of a surrogate pair', 'x\ud83dy', 'x\\ud83dy'],
    ['a tag character', 'x\u{e0041}', 'x\\u{e0041}']
  ])('%s', (_, text, shown) => {
    expect(makeVisible(text)).toBe(shown)
  })

  test.each(['straße', '日本語', 'e\u0301', '👩\u200d🚀', 'שלום', 'C:\\temp'])('%s stays as it is', text => {
    expect(makeVisible(text)).toBe(text)
  })
})

describe('columns of a terminal', () => {
  test.each([
    ['', 0],
    ['checkout', 8],
    ['straße', 6],
    ['e\u0301', 1],
    ['日本語', 6],
    ['ﾊﾝｶｸ', 4],
    ['💥', 2],
    ['👩\u200d🚀', 2],
    ['❤\ufe0f', 2],
    ['❤', 1],
    ['🇩🇪', 2],
    ['한국어', 6],
    ['…', 1]
  ])('%s takes %i', (text, columns) => {
    expect(columnsOf(text)).toBe(columns)
  })

  test('a cut never divides what takes two columns', () => {
    expect(takeColumns('日本語', 3)).toBe('日')
    expect(takeLastColumns('日本語', 3)).toBe('語')
    expect(takeColumns('ab👩\u200d🚀', 3)).toBe('ab')
    expect(takeColumns('checkout', 0)).toBe('')
    expect(takeLastColumns('checkout', 3)).toBe('out')
  })
})

describe('shortening', () => {
  test('a text that fits stays as it is', () => {
    expect(shortenMiddle('checkout', 8, '…')).toBe('checkout')
    expect(shortenEnd('checkout', 8, '…')).toBe('checkout')
  })

  test('the middle goes, and the length is named', () => {
    expect(shortenMiddle('a'.repeat(900) + 'z'.repeat(304), 40, '…')).toBe(
      'aaaaaaaaaaaa…zzzzzzzz (1,204 characters)'
    )
  })

  test('the length counts characters, not escapes', () => {
    expect(shortenMiddle('\n'.repeat(100), 40, '…')).toContain('(100 characters)')
  })

  test('names lose their end', () => {
    expect(shortenEnd('POST /checkout', 8, '…')).toBe('POST /c…')
  })

  test('two long texts are shown from shortly before their first difference', () => {
    const [expected, actual] = shortenPair(`${'x'.repeat(300)}99.99}`, `${'x'.repeat(300)}89.99}`, 60, '…')
    expect(expected).toBe('…xxxxxxxxxx99.99} (306 characters, differs after 300)')
    expect(actual).toBe('…xxxxxxxxxx89.99} (306 characters, differs after 300)')
  })

  test('two short texts are shown whole', () => {
    expect(shortenPair('99.99', '89.99', 60, '…')).toEqual(['99.99', '89.99'])
  })
})

describe('quantities', () => {
  test.each([
    [0, '0 ms'],
    [1, '1 ns'],
    [999, '999 ns'],
    [1_500, '1.5 µs'],
    [45_000, '45 µs'],
    [999_600, '1 ms'],
    [1_200_000, '1.2 ms'],
    [118_400_000, '118 ms'],
    [999_600_000, '1.0 s'],
    [2_600_000_000, '2.6 s'],
    [30_000_000_000, '30 s'],
    [119_400_000_000, '119 s'],
    [119_600_000_000, '2 m 0 s'],
    [3_723_000_000_000, '62 m 3 s'],
    [-5_000_000, '-5 ms']
  ])('%i ns read as %s', (nanos, text) => {
    expect(renderDuration(nanos)).toBe(text)
  })

  test('milliseconds are not divided further', () => {
    expect(renderMs(0.4)).toBe('0 ms')
    expect(renderMs(86.6)).toBe('87 ms')
  })

  test('one is singular, thousands are divided', () => {
    expect(renderCount(1, 'span')).toBe('1 span')
    expect(renderCount(0, 'span')).toBe('0 spans')
    expect(renderCount(12_345, 'span')).toBe('12,345 spans')
  })
})

const textOf = (line: Line): string => line.map(fragment => fragment.text).join('')

describe('lines', () => {
  test('break between words and hang', () => {
    const lines = wrapLine(lineOf('complete: all parents and callees present'), 20, 2)
    expect(lines.map(textOf)).toEqual(['complete: all', '  parents and', '  callees present'])
  })

  test('a number is not torn from its unit', () => {
    expect(wrapLine(lineOf('it was watched 2.0 s more'), 18, 0).map(textOf)).toEqual([
      'it was watched',
      '2.0 s more'
    ])
  })

  test('a word that is wider than a line is broken where the line ends', () => {
    expect(wrapLine(lineOf(`at ${'x'.repeat(25)}`), 12, 2).map(textOf)).toEqual([
      'at',
      '  xxxxxxxxxx',
      '  xxxxxxxxxx',
      '  xxxxx'
    ])
  })

  test('are clipped with a sign of it', () => {
    const line = clipLine(lineOf('POST ', '/checkout'), 8, '…')
    expect(textOf(line)).toBe('POST /c…')
    expect(lineColumns(line)).toBe(8)
  })

  test('spread two texts over a line, or over two', () => {
    expect(spread(lineOf('checkout'), lineOf('2.6 s'), 20).map(textOf)).toEqual(['checkout       2.6 s'])
    expect(spread(lineOf('checkout of it all'), lineOf('2.6 s'), 20).map(textOf)).toEqual([
      'checkout of it all',
      '  2.6 s'
    ])
  })
})
