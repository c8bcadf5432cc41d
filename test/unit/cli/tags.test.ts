import { expect, test } from 'vitest'
import { parseTagExpression } from '../../../src/cli/tags.ts'

const KNOWN = new Set(['smoke', 'checkout', 'slow'])

test.each([
  ['smoke', ['smoke'], true],
  ['smoke', ['checkout'], false],
  ['smoke,checkout', ['checkout'], true],
  ['smoke&checkout', ['checkout'], false],
  ['smoke&checkout', ['checkout', 'smoke'], true],
  ['!slow', [], true],
  ['!slow', ['slow'], false],
  ['checkout & !slow , smoke', ['checkout', 'slow'], false],
  ['checkout & !slow , smoke', ['slow', 'smoke'], true],
  ['!nightly', ['smoke'], true]
])('"%s" on a test with %j: %s', (expression, tags, isMeant) => {
  expect(parseTagExpression(expression, KNOWN)(tags)).toBe(isMeant)
})

test.each([
  ['somke', { message: expect.stringContaining('no test has the tag "somke"'), hint: 'did you mean smoke?' }],
  ['nightly', { hint: 'there are checkout, slow, smoke' }],
  ['smoke,', { message: expect.stringContaining('a tag is missing') }],
  ['', { message: expect.stringContaining('a tag is missing') }]
])('"%s" is refused', (expression, error) => {
  expect(() => parseTagExpression(expression, KNOWN)).toThrow(expect.objectContaining(error))
})
