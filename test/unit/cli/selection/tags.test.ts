import { expect, test } from 'vitest'
import { parseTagExpression } from '../../../../src/cli/selection/tags.ts'

const KNOWN = new Set(['smoke', 'checkout', 'slow', 'very slow', 'a,b', 'and'])

test.each([
  ['smoke', ['smoke'], true],
  ['smoke', ['checkout'], false],
  ['smoke,checkout', ['checkout'], true],
  ['smoke&checkout', ['checkout'], false],
  ['smoke&checkout', ['checkout', 'smoke'], true],
  ['!slow', [], true],
  ['!slow', ['slow'], false],
  ['!!slow', ['slow'], true],
  ['checkout & !slow , smoke', ['checkout', 'slow'], false],
  ['checkout & !slow , smoke', ['slow', 'smoke'], true],
  ['!nightly', ['smoke'], true],
  ['smoke or checkout and not slow', ['checkout', 'slow'], false],
  ['smoke or checkout and not slow', ['smoke', 'slow'], true],
  ['(smoke or checkout) and not slow', ['smoke', 'slow'], false],
  ['(smoke | checkout) & ! slow', ['smoke'], true],
  ['smoke || checkout', ['checkout'], true],
  ['smoke && checkout', ['checkout'], false],
  ['NOT (smoke OR checkout)', ['slow'], true],
  ['NOT (smoke OR checkout)', ['smoke'], false],
  ['not(smoke and nightly)', ['smoke'], true],
  ['((smoke))', ['smoke'], true],
  ['"very slow"', ['very slow'], true],
  ['"a,b"', ['a'], false],
  ['not "and"', ['and'], false],
  ['notice', ['notice'], true]
])('"%s" on a test with %j: %s', (expression, tags, isMeant) => {
  const known = new Set([...KNOWN, 'notice'])
  expect(parseTagExpression(expression, known)(tags)).toBe(isMeant)
})

test.each([
  ['somke', 'no test has the tag "somke"', '^^^^^', 'did you mean smoke?'],
  ['smoke,(slow&nightly)', 'no test has the tag "nightly"', '            ^^^^^^^', 'there are '],
  ['smoke,', 'a tag is missing here', '      ^', 'write "a,b"'],
  ['', 'a tag is missing here', '^', 'write "a,b"'],
  ['& smoke', 'a tag is missing here', '^', 'write "a,b"'],
  ['smoke and', 'a tag is missing here', '         ^', 'write "a,b"'],
  ['(smoke', 'this parenthesis is not closed', '^', 'write "a,b"'],
  ['smoke)', 'this parenthesis was never opened', '     ^', 'write "a,b"'],
  ['smoke slow', '"and" or "or" is missing before "slow"', '      ^^^^', 'write "a,b"'],
  ['(smoke slow)', '"and" or "or" is missing before "slow"', '       ^^^^', 'write "a,b"'],
  ['smoke (slow)', '"and" or "or" is missing before "("', '      ^', 'write "a,b"'],
  ['smoke,"slow', 'this quote is not closed', '      ^^^^^', 'write "a,b"'],
  ['""', 'a tag is missing here', '^^', 'write "a,b"']
])('"%s" is refused, and shown where', (expression, message, carets, hint) => {
  let refusal: unknown
  try {
    parseTagExpression(expression, KNOWN)
  } catch (error) {
    refusal = error
  }
  const lines = (refusal as Error).message.split('\n')
  expect(lines[0]).toContain(`--tag: ${message}`)
  expect(lines.slice(1)).toEqual([`  ${expression}`, `  ${carets}`])
  expect(refusal).toMatchObject({ hint: expect.stringContaining(hint) })
})

test('a tag that no test has is taken where there need be no test', () => {
  expect(parseTagExpression('nightly')(['smoke'])).toBe(false)
})
