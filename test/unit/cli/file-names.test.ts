import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createFileNames } from '../../../src/cli/file-names.ts'

const nameOf = (wanted: string): string => createFileNames().nameOf(wanted, wanted, '.json')

test.each([
  ['checkout', 'checkout.json'],
  ['checkout reserves stock, then charges', 'checkout-reserves-stock-then-charges.json'],
  ['../../etc/passwd', 'etc-passwd.json'],
  ['Größe & Preis', 'Größe-Preis.json'],
  ['con', '_con.json'],
  ['LPT1.txt', '_LPT1.txt.json'],
  ['a:b|c?d*e<f>g"h\\i/j', 'a-b-c-d-e-f-g-h-i-j.json'],
  ['trailing dots ...', 'trailing-dots.json'],
  ['', 'test.json'],
  ['***', 'test.json'],
  ['🛒🛒', 'test.json']
])('the file of "%s" is %s', (wanted, name) => {
  expect(nameOf(wanted)).toBe(name)
})

test('names that differ in case or composition alone get files of their own', () => {
  const names = createFileNames()
  expect(names.nameOf('1', 'Checkout', '.json')).toBe('Checkout.json')
  expect(names.nameOf('2', 'checkout', '.json')).toBe('checkout-2.json')
  expect(names.nameOf('3', 'Gr\u00f6\u00dfe', '.json')).toBe('Gr\u00f6\u00dfe.json')
  expect(names.nameOf('4', 'Gro\u0308\u00dfe', '.json')).toBe('Gr\u00f6\u00dfe-2.json')
})

test('the same key gets the same name again', () => {
  const names = createFileNames()
  names.nameOf('1', 'checkout', '.json')
  expect(names.nameOf('1', 'checkout', '.json')).toBe('checkout.json')
})

test('every name is short, stays in its folder, and is safe on Windows', () => {
  const names = createFileNames()
  let key = 0
  const seen = new Set<string>()
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), wanted => {
      const name = names.nameOf(String(key++), wanted, '.json')
      expect(Buffer.byteLength(name)).toBeLessThan(120)
      expect(name).toMatch(/^[\p{L}\p{M}\p{N}_-][\p{L}\p{M}\p{N}._-]*$/u)
      expect(name).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i)
      expect(seen.has(name.toLowerCase())).toBe(false)
      seen.add(name.toLowerCase())
    }),
    { numRuns: 300 }
  )
})
