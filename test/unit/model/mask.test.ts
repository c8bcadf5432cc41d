import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BackendError } from '../../../src/errors/errors.ts'
import { createMask, MASKED } from '../../../src/model/mask.ts'
import { positionOf } from '../../../src/source/line-index.ts'
import type { SourceText } from '../../../src/source/source-text.ts'
import { runs } from '../../support/runs.ts'

const SECRET = `p4ss/w+rd "für" {die}'s <Kasse> & 50%20 $x\\n`

const json = (text: string): string => JSON.stringify(text).slice(1, -1)
const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')
const html = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
const numericHtml = (text: string): string =>
  [...text].map(letter => `&#x${letter.codePointAt(0)!.toString(16)};`).join('')
const hex = (text: string): string => Buffer.from(text, 'utf8').toString('hex')
const inSingleQuotes = (text: string): string => text.replaceAll("'", `'\\''`)
const inDoubleQuotes = (text: string): string => text.replace(/["\\$`!]/g, '\\$&')
/** As `printf %q` writes what is not ASCII. */
const ansiC = (text: string): string =>
  [...Buffer.from(text, 'utf8')]
    .map(byte => {
      const letter = String.fromCharCode(byte)
      if (byte >= 0x80 || byte < 0x20) return `\\${byte.toString(8).padStart(3, '0')}`
      return letter === "'" || letter === '\\' ? `\\${letter}` : letter
    })
    .join('')
const withHexEscapes = (text: string): string =>
  [...Buffer.from(text, 'utf8')].map(byte => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
const wrapped = (text: string, columns: number): string =>
  text.replace(new RegExp(`.{${columns}}`, 'g'), '$&\r\n  ')
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
    ['in base64 inside JSON that escapes slashes', base64(`us:${SECRET}`).replaceAll('/', '\\/')],
    ['in base64 whose plus was read as a space', base64(`us:${SECRET}`).replaceAll('+', ' ')],
    ['in base64 in base64', base64(base64(`us:${SECRET}`))],
    ['in base64 of JSON', base64(JSON.stringify({ key: SECRET }))],
    ['in base64 of a URL with it', base64(`http://shop/?key=${encodeURIComponent(SECRET)}`)],
    ['in base64 that is wrapped', wrapped(base64(`the password is: ${SECRET}`), 20)],
    ['in hex', hex(SECRET)],
    ['in hex of capitals', hex(SECRET).toUpperCase()],
    ['in HTML', html(SECRET)],
    ['in HTML of numbers', numericHtml(SECRET)],
    ['in JSON in HTML', html(JSON.stringify({ key: SECRET }))],
    ['in a URL in HTML', html(`?a=1&b=${encodeURIComponent(SECRET)}`)],
    ['in HTML in JSON', json(html(SECRET))],
    ['in a script of a page', json(SECRET).replaceAll('<', '\\u003c').replaceAll('\\"', '\\u0022')],
    ['in single quotes of a shell', inSingleQuotes(SECRET)],
    ['in double quotes of a shell', inDoubleQuotes(SECRET)],
    ['as a word of a shell', SECRET.replace(/[^\w]/g, '\\$&')],
    ["in $'…' of a shell", ansiC(SECRET)],
    ['in escapes of bytes', withHexEscapes(SECRET)],
    ['in quotes that are doubled', SECRET.replaceAll('"', '""').replaceAll("'", "''")],
    ['wrapped within a word', wrapped(SECRET, 7)],
    ['wrapped between words', SECRET.replaceAll(' ', '\n    ')],
    ['cut off before an ellipsis', `${SECRET.slice(0, 6)}…`],
    ['cut off before an ellipsis, in JSON', `${json(SECRET).slice(0, 16)}…`]
  ])('%s', (_, encoded) => {
    const masked = createMask([SECRET]).text(`before=${encoded}&after`)
    expect(masked).toContain('before=')
    expect(masked).toContain(MASKED)
    expect(masked).toContain('&after')
    // What remains is what stood around the secret: nothing of it can be read back.
    const rest = masked.slice('before='.length, -'&after'.length)
    expect(rest.length, rest).toBeLessThan(encoded.length / 2 + 10)
    expect(Buffer.from(rest, 'base64').toString('utf8')).not.toMatch(/p4ss|die|Kasse/)
  })

  test('wherever it stands, in any encoding, among any text', () => {
    const encodings = [
      (text: string): string => text,
      encodeURIComponent,
      everyByte,
      json,
      (text: string): string => json(json(text)),
      base64,
      (text: string): string => base64(json(text)),
      hex,
      html,
      numericHtml,
      (text: string): string => html(json(text)),
      (text: string): string => encodeURIComponent(html(text)),
      inSingleQuotes,
      inDoubleQuotes,
      ansiC,
      withHexEscapes
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
          expect(masked.replaceAll(MASKED, '\0')).not.toContain(encode(secret).replace(/=+$/, ''))
        }
      ),
      { numRuns: runs(100) }
    )
  })

  test('line by line, where it has several', () => {
    const key = '-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END KEY-----\n'
    const mask = createMask([key])
    expect(mask.text(`<${key}>`)).toBe('<***>')
    expect(mask.text(JSON.stringify({ key }))).toBe('{"key":"***"}')
    expect(mask.text('api | MIIEvQIBADANBg')).toBe('api | ***')
    expect(mask.text('key: -----BEGIN KEY----- MIIEvQIBADANBg kqhkiG9w0BAQEF')).toBe('key: ***')
  })

  test('without the white space around it, as headers are sent', () => {
    expect(createMask(['hush-hush \n']).text('authorization: hush-hush')).toBe('authorization: ***')
  })

  test('at the end of a text that was cut off there, if the half of it is left', () => {
    const mask = createMask(['hush-hush-hush-hush'])
    expect(mask.text('http://shop/?t=hush-hush-h')).toBe('http://shop/?t=***')
    expect(mask.text('they said hush-hush')).toBe('they said hush-hush')
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

  test('has its bytes masked whether they are UTF-8 or Latin-1, and the others of them kept', () => {
    const bytes = (secret: string, encoding: 'utf8' | 'latin1'): Uint8Array =>
      Uint8Array.of(0xff, 0, ...Buffer.from(secret, encoding), 0xfe)
    for (const encoding of ['utf8', 'latin1'] as const)
      expect(createMask(['geheim-für-dich']).value({ bytes: bytes('geheim-für-dich', encoding) })).toEqual({
        bytes: Uint8Array.of(0xff, 0, ...Buffer.from('***'), 0xfe)
      })
  })

  test('has sets masked, and whatever else an error carries', () => {
    expect(mask.value({ names: new Set(['s3cr3t', 'open']) })).toEqual({ names: new Set(['***', 'open']) })
    const error = Object.assign(new AggregateError([new Error('to s3cr3t')], 'failed'), { input: 'x s3cr3t' })
    const masked = mask.value(error)
    expect(masked.input).toBe('x ***')
    expect(masked.errors[0].message).toBe('to ***')
    expect(JSON.stringify({ ...masked })).not.toContain('s3cr3t')
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

  test('keeps the lines of a file where a secret goes over several', () => {
    const source: SourceText = {
      name: 'checkout.yaml',
      text: 'token: |\n  first line\n  second line\nname: checkout\n'
    }
    const at = source.text.indexOf('checkout')
    const masked = createMask(['first line\nsecond line\n']).value({
      source,
      range: { start: at, end: at + 8 }
    })
    expect(masked.source.text).not.toMatch(/first|second/)
    expect(positionOf(masked.source, masked.range.start)).toEqual({ line: 4, column: 7 })
    expect(masked.source.text.slice(masked.range.start, masked.range.end)).toBe('checkout')
  })

  test('ends where an error is its own cause', () => {
    const error = new Error('s3cr3t')
    error.cause = error
    expect(mask.value(error).message).toBe('***')
  })
})
