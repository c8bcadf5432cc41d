import { beforeAll, expect, test } from 'vitest'
import { parseTitlePattern } from '../../../../src/cli/selection/titles.ts'
import { loadPatterns } from '../../../../src/language/patterns.ts'

beforeAll(loadPatterns)

test.each([
  ['checkout', 'An order: CHECKOUT of two', true],
  ['^checkout', 'an order: checkout', false],
  ['check.*stock$', 'checkout reserves stock', true],
  ['cart|refund', 'a refund is paid', true],
  ['no N+1', 'no N+1 queries', true],
  ['GET /cart (v2)', 'GET /cart (v2)', true],
  ['GET /cart (v2)', 'get /cart v2', true],
  ['(?-i)Cart', 'cart', false],
  ['(a+)+$', `${'a'.repeat(50_000)}!`, false],
  ['', 'anything', true]
])('%s on "%.40s": %s', (pattern, title, isMeant) => {
  expect(parseTitlePattern(pattern, '--grep')(title)).toBe(isMeant)
})

test.each([
  ['cart (v2', 'missing closing )', '  cart (v2\n  ^^^^^^^^'],
  ['cart **', 'invalid nested repetition operator', '  cart **\n       ^^'],
  ['ab[z-a]', 'invalid character class range', '  ab[z-a]\n     ^^^'],
  ['x(?=y)', 'invalid or unsupported Perl syntax', '  x(?=y)\n   ^^^']
])('%s is no pattern, which is shown', (pattern, what, frame) => {
  expect(() => parseTitlePattern(pattern, '--grep-invert')).toThrow(
    expect.objectContaining({
      message: `--grep-invert: this is no regular expression: ${what}\n${frame}`,
      hint: expect.stringContaining('RE2')
    })
  )
})
