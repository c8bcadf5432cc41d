import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tokenize } from '../../src/language/lexer.ts'
import { runs } from '../support/runs.ts'

const PIECES = [
  ...[
    'span',
    '[',
    ']',
    '(',
    ')',
    ',',
    '|',
    '=',
    '!=',
    '<=',
    '>',
    '+',
    '-',
    '*',
    '/',
    '%',
    '~',
    ':',
    '.',
    '..'
  ],
  ...['"a"', "'${b}'", 'service.name', 'attr:http.status_code', 'scope:name', 'response:status', 'var:A.b'],
  ...[
    'not',
    'not-exists',
    'exists',
    'and',
    'in',
    'is',
    'contains5',
    'starts-with',
    'exactly',
    'child-of',
    'count('
  ],
  ...['5', '5ms', '1.5e3', '0x1F', '.5', '5.', '1_000', '5ms-cache', 'true', 'falsey', '@', ' ', '\n']
]

const texts = fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map(pieces => pieces.join(''))
const modes = fc.constantFrom('selector' as const, 'expression' as const)

test('a text of ASCII reads the same where a letter of another script follows', () => {
  fc.assert(
    fc.property(texts, modes, (text, mode) => {
      // A comment would swallow the letter.
      fc.pre(!text.includes('//') && !text.includes('/*'))
      const tokens = tokenize(`${text} `, mode)
      expect(tokenize(`${text} é`, mode).slice(0, tokens.length)).toEqual(tokens)
    }),
    { numRuns: runs(100) }
  )
})

test('the tokens of a text and what is skipped between them are the whole text', () => {
  fc.assert(
    fc.property(fc.oneof(texts, fc.string({ unit: 'binary' })), modes, (text, mode) => {
      let end = 0
      for (const { image, startOffset } of tokenize(text, mode)) {
        expect(text.slice(end, startOffset)).toMatch(/^(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*$/)
        expect(text.slice(startOffset, startOffset + image.length)).toBe(image)
        end = startOffset + image.length
      }
    })
  )
})
