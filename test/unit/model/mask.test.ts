import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BackendError } from '../../../src/errors/errors.ts'
import { createMask, MASKED } from '../../../src/model/mask.ts'
import { positionOf } from '../../../src/source/line-index.ts'
import type { SourceText } from '../../../src/source/source-text.ts'
import { runs } from '../../support/runs.ts'

const SECRET = 'p4ss/w+rd "für" {die} Kasse'

const json = (text: string): string => JSON.stringify(text).slice(1, -1)
const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')
const everyByte = (text: string): string =>
  [...Buffer.from(text, 'utf8')].map(byte => `%${byte.toString(16).padStart(2, '0')}`).join('')

describe('a secret is hidden', () => {
  test.each([
    ['as it is', SECRET],
    ['in the query of a URL', encodeURIComponent(SECRET)],
    ['in a URL with lower-case escapes', encodeURIComponent(SECRET).replace(/%../g, e => e.toLowerCase())],
    ['in a URL that leaves reserved characters', encodeURI(SECRET)],
    ['in a URL that escapes every byte', everyByte(SECRET)],
    ['in a form', new URLSearchParams({ key: SECRET }).toString().slice('key='.length)],
    ['read from a query whose plus was not encoded', SECRET.replaceAll('+', ' ')],
    ['read as Latin-1 from a header', Buffer.from(SECRET, 'utf8').toString('latin1')],
    ['in a URL inside a URL', encodeURIComponent(encodeURIComponent(SECRET))],
    ['in JSON', json(SECRET)],
    ['in JSON that escapes all it can', json(SECRET).replaceAll('/', '\\/').replaceAll('ü', '\\u00fc')],
    ['in JSON inside JSON', json(json(SECRET))],
    ['in JSON inside JSON inside JSON', json(json(json(SECRET)))],
    ['in a URL inside JSON', json(encodeURI(SECRET))],
    ['in base64', base64(SECRET)],
    ['in base64 after one byte', base64(`u${SECRET}`)],
    ['in base64 after two bytes', base64(`u:${SECRET}`)],
    ['in base64 before other bytes', base64(`user:${SECRET}:realm`)],
    [
      'in base64 of a URL',
      base64(`u:${SECRET}!`).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
    ],
    ['in base64 inside a URL', encodeURIComponent(base64(`us:${SECRET}`))],
    ['in base64 inside JSON that escapes slashes', base64(`us:${SECRET}`).replaceAll('/', '\\/')]
  ])('%s', (_, encoded) => {
    const masked = createMask([SECRET]).text(`before=${encoded}&after`)
    expect(masked).toContain('before=')
    expect(masked).toContain(MASKED)
    expect(masked).toContain('&after')
    // What remains is what stood around the secret: nothing of it can be read back.
    const rest = masked.slice('before='.length, -'&after'.length)
    expect(rest.length).toBeLessThan(encoded.length / 2)
    expect(Buffer.from(rest, 'base64').toString('utf8')).not.toMatch(/p4ss|die|Kasse/)
  })

  test('wherever it stands, in any encoding, among any text', () => {
    const encodings = [
      (text: string): string => text,
      encodeURIComponent,
      everyByte,
      json,
      (text: string): string => json(json(text)),
      base64
    ]
    fc.assert(
      fc.property(
        fc
          .string({ minLength: 4, maxLength: 20, unit: 'grapheme' })
          .filter(text => Buffer.from(text, 'utf8').toString('utf8') === text),
        fc.string({ maxLength: 12 }),
        fc.string({ maxLength: 12 }),
        fc.constantFrom(...encodings),
        (secret, before, after, encode) => {
          const masked = createMask([secret]).text(encode(`${before}${secret}${after}`))
          fc.pre(!(before + after).includes(secret) && !MASKED.includes(secret))
          expect(masked).toContain(MASKED)
          expect(masked).not.toContain(encode(secret).replace(/=+$/, ''))
        }
      ),
      { numRuns: runs(100) }
    )
  })

  test('together with one that it overlaps', () => {
    expect(createMask(['abcdef', 'defghi']).text('<abcdefghi>')).toBe('<***>')
  })

  test('as the longest of several that start alike', () => {
    expect(createMask(['token', 'token-of-the-shop']).text('x token-of-the-shop y token')).toBe('x *** y ***')
  })
})

describe('a mask', () => {
  test('leaves a text without secrets as it is', () => {
    const text = 'GET /checkout?sku=SKU-1%20x "\\n" dG9rZW4='
    expect(createMask(['hush-hush']).text(text)).toBe(text)
  })

  test('does not search for a text shorter than four characters', () => {
    expect(createMask(['abc']).text('abcabc')).toBe('abcabc')
  })

  test('learns of secrets while it is used', () => {
    const mask = createMask()
    expect(mask.text('Bearer s3cr3t')).toBe('Bearer s3cr3t')
    mask.add(['s3cr3t'])
    expect(mask.text('Bearer s3cr3t')).toBe('Bearer ***')
  })

  test('reads no pattern into a secret', () => {
    expect(createMask(['a.c*(d']).text('abcd a.c*(d')).toBe('abcd ***')
  })

  test('takes time in proportion to the text', () => {
    const mask = createMask(['aaaaaaaaab', 'aaaaaaaaac', '%%%%x', '\\\\\\\\x'])
    const timeOf = (size: number): number => {
      const text = `${'a'.repeat(size)}${'\\'.repeat(size)}${'%25'.repeat(size)}`
      const started = performance.now()
      mask.text(text)
      return performance.now() - started
    }
    timeOf(10_000)
    expect(timeOf(100_000)).toBeLessThan(4000)
  })
})

describe('a value', () => {
  const mask = createMask(['s3cr3t', '4711'])

  test('is copied with every text in it masked, and is itself where there is nothing to mask', () => {
    const clean = { name: 'checkout', tags: ['smoke'], spans: new Map([['a', 1n]]) }
    expect(mask.value(clean)).toBe(clean)
    const value = { tags: ['x s3cr3t'], nested: { list: [{ text: 's3cr3t' }] }, other: clean }
    const masked = mask.value(value)
    expect(masked).toEqual({ tags: ['x ***'], nested: { list: [{ text: '***' }] }, other: clean })
    expect(masked.other).toBe(clean)
    expect(value.tags).toEqual(['x s3cr3t'])
  })

  test('has its attributes masked: keys, values, numbers that are the secret, bytes, nested values', () => {
    const attributes = new Map<string, unknown>([
      ['s3cr3t.key', 'value'],
      ['count', 4711n],
      ['size', 47110n],
      ['bytes', new TextEncoder().encode('<s3cr3t>')],
      ['list', ['s3cr3t', { spanId: 's3cr3t' }]]
    ])
    expect(mask.value(attributes)).toEqual(
      new Map<string, unknown>([
        ['***.key', 'value'],
        ['count', '***'],
        ['size', 47110n],
        ['bytes', new TextEncoder().encode('<***>')],
        ['list', ['***', { spanId: '***' }]]
      ])
    )
  })

  test('keeps its ids, which hold short secrets only by chance', () => {
    const span = {
      spanId: '0000471100004711',
      parentSpanId: '4711471147114711',
      selected: ['0000471100004711']
    }
    expect(mask.value(span)).toBe(span)
    expect(mask.value({ spanId: 's3cr3t' })).toEqual({ spanId: '***' })
  })

  test('keeps the class and the code of an error, whose texts are masked', () => {
    const cause = new Error('connect to s3cr3t failed')
    const error = new BackendError({
      code: 'BACKEND_UNREACHABLE',
      message: 'no answer to s3cr3t',
      hint: 'check s3cr3t',
      cause
    })
    const masked = mask.value(error)
    expect(masked).toBeInstanceOf(BackendError)
    expect([masked.name, masked.code, masked.exitCode]).toEqual(['BackendError', 'BACKEND_UNREACHABLE', 3])
    expect([masked.message, masked.hint]).toEqual(['no answer to ***', 'check ***'])
    expect(masked.cause).toMatchObject({ message: 'connect to *** failed' })
    expect(masked.stack).not.toContain('s3cr3t')
    expect(error.message).toContain('s3cr3t')
  })

  test('points at the same words of a file whose secrets are masked', () => {
    const source: SourceText = { name: 'checkout.yaml', text: 'token: s3cr3t-s3cr3t\nname: checkout\n' }
    const at = source.text.indexOf('checkout')
    const location = { source, range: { start: at, end: at + 8 } }
    const masked = mask.value({ location, other: { source, range: { start: 9, end: 11 } } })
    const { text } = masked.location.source
    expect(text).toBe('token: ***-***\nname: checkout\n')
    expect(text.slice(masked.location.range.start, masked.location.range.end)).toBe('checkout')
    expect(positionOf(masked.location.source, masked.location.range.start)).toEqual({ line: 2, column: 7 })
    expect(masked.other.range).toEqual({ start: 7, end: 10 })
    expect(masked.other.source).toBe(masked.location.source)
  })

  test('ends where an error is its own cause', () => {
    const error = new Error('s3cr3t')
    error.cause = error
    expect(mask.value(error).message).toBe('***')
  })
})
