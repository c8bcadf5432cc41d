import { describe, expect, test } from 'vitest'
import { fillVariables } from '../../../src/definition/environment.ts'
import { verbatimText } from '../../../src/source/embedded.ts'

const VARIABLES = { HOST: 'shop.example', EMPTY: '', SHOP_TOKEN: 'opensesame' }

function fill(text: string): ReturnType<typeof fillVariables> {
  return fillVariables(verbatimText({ name: 'checkout.yaml', text }), VARIABLES)
}

describe('variables of the process', () => {
  test.each([
    ['http://${HOST}/cart', 'http://shop.example/cart'],
    ['${PORT:-8080}', '8080'],
    ['${HOST:-localhost}', 'shop.example'],
    ['${EMPTY:-8080}', ''],
    ['${PORT:-}', ''],
    ['$HOST costs $5', '$HOST costs $5'],
    ['${var:HOST} ${env:HOST}', '${var:HOST} ${env:HOST}'],
    ['${uuid()} ${1 + 2} ${}', '${uuid()} ${1 + 2} ${}'],
    ['$${HOST}', '${HOST}']
  ])('%s', (written, text) => {
    const filled = fill(written)
    expect(filled.text.text).toBe(text)
    expect(filled.problems).toEqual([])
  })

  test('an escaped reference is left to the language', () => {
    expect(fill('$${HOST} ${HOST}').template.text).toBe('$${HOST} shop.example')
  })

  test('one that is not set is named, with its place, and never with a value', () => {
    const [problem, ...others] = fill('Bearer ${SHOP_TOKN}!').problems
    expect(others).toEqual([])
    expect(problem).toMatchObject({
      code: 'UNDEFINED_VARIABLE',
      message: 'the environment variable `SHOP_TOKN` is not set',
      location: { range: { start: 7, end: 19 } }
    })
    expect(problem?.hint).toContain('`${SHOP_TOKEN}`')
    expect(JSON.stringify(problem)).not.toContain('opensesame')
  })

  test('what stands behind a value keeps its place', () => {
    const { text } = fill('${HOST}/cart')
    const start = text.text.indexOf('cart')
    expect(text.locate({ start, end: start + 4 }).range).toEqual({ start: 8, end: 12 })
  })
})
