import { describe, expect, test } from 'vitest'
import type { TextPiece } from '../../../../src/backends/file/line-splitter.ts'
import { LineSplitter } from '../../../../src/backends/file/line-splitter.ts'

const shown = (pieces: readonly TextPiece[]): readonly string[] =>
  pieces.map(({ line, bytes, damage }) => `${line}: ${damage ?? bytes.toString()}`)
const cut = (text: string, splitter = new LineSplitter()): readonly string[] =>
  shown(splitter.push(Buffer.from(text)))

describe('cutting a text into documents', () => {
  test('each line is one, blank lines are none, carriage returns and a byte order mark fall away', () => {
    expect(cut('\ufeff{"a":1}\r\n\r\n{"b":2}\n')).toEqual(['1: {"a":1}', '3: {"b":2}'])
  })

  test('a line waits for its end', () => {
    const splitter = new LineSplitter()
    expect(cut('{"a":', splitter)).toEqual([])
    expect(splitter.isUnfinished).toBe(true)
    expect(cut('1}\n', splitter)).toEqual(['1: {"a":1}'])
    expect(splitter.isUnfinished).toBe(false)
  })

  test('a character may be cut in two', () => {
    const splitter = new LineSplitter()
    const bytes = Buffer.from('{"a":"ü"}\n')
    splitter.push(bytes.subarray(0, 7))
    expect(shown(splitter.push(bytes.subarray(7)))).toEqual(['1: {"a":"ü"}'])
  })

  test('a document that is spread over lines begins and ends with a bracket alone on its line', () => {
    expect(cut('{\n  "a": {\n  }\n}\n[\n{"b":2}\n]\n{"c":3}\n')).toEqual([
      '1: {  "a": {  }}',
      '5: [{"b":2}]',
      '8: {"c":3}'
    ])
  })

  test('a document that is spread over lines and never finished does not swallow what follows it', () => {
    expect(cut('{\n  "a": 1\n{"b":2}\n')).toEqual(['1: it is not finished', '3: {"b":2}'])
    expect(cut('{\n  "a": 1,\n{\n  "b": 2\n}\n')).toEqual(['1: it is not finished', '3: {  "b": 2}'])
  })

  test('a document of more than the limit is damage, and the next one is read', () => {
    expect(cut('{"a":"12345678"}\n{"b":2}\n', new LineSplitter(10))).toEqual([
      expect.stringMatching(/^1: it is larger than/),
      '2: {"b":2}'
    ])
    expect(cut('{\n  "a": 1,\n  "b": 2\n}\n{"c":3}\n', new LineSplitter(10))).toEqual([
      expect.stringMatching(/^1: it is larger than/),
      '5: {"c":3}'
    ])
  })

  test('an end without its line end is offered as a document if a bracket closes it', () => {
    const candidate = (text: string): string | undefined => {
      const splitter = new LineSplitter()
      splitter.push(Buffer.from(text))
      return splitter.candidate()?.bytes.toString()
    }
    expect(candidate('{"a":1}')).toBe('{"a":1}')
    expect(candidate('{"a":1')).toBeUndefined()
    expect(candidate('{\n  "a": {\n  }')).toBeUndefined()
    expect(candidate('{\n  "a": 1\n}')).toBe('{  "a": 1}')
    expect(candidate('')).toBeUndefined()
  })

  test('the remainder is what has no end, and is forgotten when it is dropped', () => {
    const splitter = new LineSplitter()
    splitter.push(Buffer.from('{\n  "a": 1\n  "b'))
    expect(splitter.remainder()).toMatchObject({ line: 1 })
    splitter.drop()
    expect(splitter.remainder()).toBeUndefined()
    expect(cut('\n{"c":3}\n', splitter)).toEqual(['4: {"c":3}'])
  })
})
