import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isScalar, parseDocument, Scalar, stringify, visit } from 'yaml'
import type { EmbeddedText } from '../../../src/source/embedded.ts'
import { type ScalarStyle, scalarText } from '../../../src/source/yaml-scalar.ts'
import { runs } from '../../support/runs.ts'

const STYLES: Record<string, ScalarStyle> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded'
}

/** The scalars of a YAML text, in order. */
function scalarsOf(text: string): EmbeddedText[] {
  const found: EmbeddedText[] = []
  const source = { name: 'checkout.yaml', text }
  visit(parseDocument(text, { schema: 'failsafe' }), {
    Scalar(_key, node) {
      if (!node.range || !node.type) return
      const range = { start: node.range[0], end: node.range[1] }
      found.push(scalarText(source, range, STYLES[node.type]!, String(node.value)))
    }
  })
  return found
}

function pointAt(yaml: string, wanted: string): string {
  const scalar = scalarsOf(yaml).at(-1)!
  const start = scalar.text.indexOf(wanted)
  expect(start, `the value ${JSON.stringify(scalar.text)} holds ${wanted}`).toBeGreaterThanOrEqual(0)
  const { range } = scalar.locate({ start, end: start + wanted.length })
  return `${range.start}:${yaml.slice(range.start, range.end)}`
}

describe('a place inside a YAML scalar is found in the file', () => {
  const cases: readonly (readonly [title: string, yaml: string, inValue: string, inFile: string])[] = [
    ['plain', 'selector: span[cart]', 'cart', 'cart'],
    ['plain over two lines', 'a: span[cart]\n  span[payment]', 'payment', 'payment'],
    ['the fold of a plain one', 'a: cart\n  payment', ' ', '\n  '],
    ['single quotes', "a: 'the shop''s cart'", 's cart', 's cart'],
    ['a doubled quote', "a: 'the shop''s cart'", "'", "''"],
    ['double quotes', 'a: "span[name=\\"cart\\"]:first"', ':first', ':first'],
    ['an escape', 'a: "price \\u20ac 5"', '€', '\\u20ac'],
    ['an astral escape', 'a: "price \\U0001F600 5"', '😀', '\\U0001F600'],
    ['after an escaped line break', 'a: "cart \\\n    payment"', 'payment', 'payment'],
    ['after a folded line break', 'a: "cart\n\n    payment"', 'payment', 'payment'],
    ['a literal block', 'a: |\n  cart\n  payment\n', 'payment', 'payment'],
    ['a literal block, more indented', 'a: |\n  cart\n    payment\n', '  payment', '  payment'],
    ['a literal block with an indicator', 'a: |2-\n    cart\n  payment\n', 'payment', 'payment'],
    ['a literal block that keeps its end', 'a: |+\n  cart\n\n\n', '\n\n\n', '\n\n\n'],
    ['a literal block with a comment in its header', 'a: | # how\n  cart\n', 'cart', 'cart'],
    ['a literal block after an empty line', 'a: |\n\n  cart\n', 'cart', 'cart'],
    ['a folded block', 'a: >\n  cart\n  payment\n', 'payment', 'payment'],
    ['the fold of a folded block', 'a: >\n  cart\n  payment\n', 't p', 't\n  p'],
    ['a folded block with paragraphs', 'a: >-\n  cart\n\n\n  payment\n  stock\n', 'stock', 'stock'],
    ['a folded block, more indented', 'a: >-\n  cart\n    item\n  payment\n', 'payment', 'payment'],
    ['Windows line ends', 'a: |\r\n  cart\r\n  payment\r\n', 'payment', 'payment'],
    ['Windows line ends, folded', 'a: >\r\n  cart\r\n  payment\r\n', 'payment', 'payment']
  ]
  test.each(cases)('%s', (_title, yaml, inValue, inFile) => {
    expect(pointAt(yaml, inValue)).toBe(`${yaml.lastIndexOf(inFile)}:${inFile}`)
  })

  test('an empty range stays empty', () => {
    const yaml = 'a: |\n  cart\n  payment\n'
    const scalar = scalarsOf(yaml).at(-1)!
    expect(scalar.locate({ start: 5, end: 5 }).range).toEqual({ start: 14, end: 14 })
    expect(scalar.locate({ start: 13, end: 13 }).range).toEqual({ start: 22, end: 22 })
  })
})

describe('whatever a YAML writer makes of a text', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', ' ', '\n', "'", '"', '\\', '#', ':', '\t', 'é', '😀', '[', '{', '-'),
    maxLength: 40
  })
  const style = fc.constantFrom<Scalar.Type>(
    'PLAIN',
    'QUOTE_SINGLE',
    'QUOTE_DOUBLE',
    'BLOCK_LITERAL',
    'BLOCK_FOLDED'
  )
  test('each of its visible characters is found where it stands', () => {
    let traced = 0
    fc.assert(
      fc.property(text, style, fc.boolean(), (value, type, windows) => {
        const node = new Scalar(value)
        node.type = type
        const unix = stringify({ cart: { payment: node } }, { lineWidth: 20 })
        const yaml = windows ? unix.replaceAll('\n', '\r\n') : unix
        const parsed = parseDocument(yaml, { schema: 'failsafe' }).getIn(['cart', 'payment'], true)
        if (!isScalar(parsed)) return
        const whole = { start: parsed.range![0], end: parsed.range![1] }
        const scalar = scalarText(
          { name: 'cart.yaml', text: yaml },
          whole,
          STYLES[parsed.type!]!,
          String(parsed.value)
        )
        for (let i = 0; i < scalar.text.length; i++) {
          const { range } = scalar.locate({ start: i, end: i + 1 })
          expect(range.start).toBeGreaterThanOrEqual(parsed.range![0])
          expect(range.end).toBeLessThanOrEqual(Math.max(parsed.range![1], range.start))
          const inFile = yaml.slice(range.start, range.end)
          if (/[ab:#é[{-]/.test(scalar.text[i]!)) {
            expect(inFile).toBe(scalar.text[i])
            traced++
          }
        }
      }),
      { numRuns: runs(600) }
    )
    expect(traced).toBeGreaterThan(1000)
  })
})
