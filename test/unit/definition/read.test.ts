import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readSources } from '../../../src/definition/read.ts'
import { UsageError } from '../../../src/errors/errors.ts'

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'read-'))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

function write(files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true })
    writeFileSync(join(cwd, name), content)
  }
}

async function names(...patterns: readonly string[]): Promise<readonly string[]> {
  const readStdin = (): Promise<Uint8Array> => Promise.resolve(new TextEncoder().encode('name: from stdin'))
  return (await readSources(patterns, { cwd, readStdin })).map(({ source }) => source.name)
}

async function failure(...patterns: readonly string[]): Promise<UsageError> {
  const outcome = await names(...patterns).catch((error: unknown) => error)
  expect(outcome).toBeInstanceOf(UsageError)
  return outcome as UsageError
}

describe('what is read', () => {
  beforeEach(() =>
    write({
      'specs/stock.yml': 'name: stock',
      'specs/cart.yaml': 'name: cart',
      'specs/eu/payment.yaml': 'name: payment',
      'specs/notes.txt': 'no definition',
      'specs/tracerun.yaml': 'jobs: 1',
      'specs/.hidden/secret.yaml': 'name: hidden',
      'specs/node_modules/lib/x.yaml': 'name: installed'
    })
  )

  test('of a folder: the YAML files below it, in the order of their names', async () => {
    expect(await names('specs')).toEqual(['specs/cart.yaml', 'specs/eu/payment.yaml', 'specs/stock.yml'])
  })

  test('of a glob: the files that fit', async () => {
    expect(await names('specs/**/*.yaml')).toEqual(['specs/cart.yaml', 'specs/eu/payment.yaml'])
    expect(await names('specs/*.{yml,txt}')).toEqual(['specs/notes.txt', 'specs/stock.yml'])
    expect(await names('./specs/c*.yaml')).toEqual(['specs/cart.yaml'])
  })

  test('each file once, where it is first named', async () => {
    symlinkSync(join(cwd, 'specs/cart.yaml'), join(cwd, 'specs/same.yaml'))
    expect(
      await names('specs/stock.yml', 'specs', join(cwd, 'specs/stock.yml'), 'specs/../specs/cart.yaml')
    ).toEqual(['specs/stock.yml', 'specs/cart.yaml', 'specs/eu/payment.yaml'])
  })

  test('standard input, once', async () => {
    expect(await names('-', 'specs/cart.yaml', '-')).toEqual(['<stdin>', 'specs/cart.yaml'])
  })

  test('a file whose name looks like a glob', async () => {
    write({ 'specs/cart[1].yaml': 'name: one' })
    expect(await names('specs/cart[1].yaml')).toEqual(['specs/cart[1].yaml'])
  })

  test('a file outside of the working directory, by its whole path', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'outside-'))
    writeFileSync(join(outside, 'cart.yaml'), 'name: cart')
    expect(await names(join(outside, 'cart.yaml'))).toEqual([
      join(outside, 'cart.yaml').replaceAll('\\', '/')
    ])
    rmSync(outside, { recursive: true })
  })

  test('without the mark of the byte order', async () => {
    write({ 'bom.yaml': '\ufeffname: cart' })
    const [read] = await readSources(['bom.yaml'], {
      cwd,
      readStdin: () => Promise.resolve(new Uint8Array())
    })
    expect(read?.source.text).toBe('name: cart')
  })
})

describe('what cannot be read', () => {
  test('a file that is not there, with the nearest that is', async () => {
    write({ 'specs/checkout.yaml': 'name: checkout' })
    const error = await failure('specs/chekout.yaml')
    expect(error.message).toBe('there is no file specs/chekout.yaml')
    expect(error.hint).toBe('did you mean specs/checkout.yaml?')
    expect(error.exitCode).toBe(2)
  })

  test.each([
    ['spec/checkout.yaml', 'there is no folder spec: did you mean specs?'],
    ['elsewhere/checkout.yaml', 'there is no folder elsewhere'],
    ['specs\\checkout.yaml', 'did you mean specs/checkout.yaml?'],
    [
      'https://shop.example/checkout.yaml',
      'files are read from this machine: fetch it, and name `-` for standard input'
    ]
  ])('%s, with what to write instead', async (name, hint) => {
    write({ 'specs/checkout.yaml': 'name: checkout' })
    expect((await failure(name)).hint).toBe(process.platform === 'win32' ? expect.any(String) : hint)
  })

  test('a folder without YAML files', async () => {
    write({ 'specs/notes.txt': '' })
    expect((await failure('specs')).message).toBe('there is no .yaml or .yml file in specs')
  })

  test('a glob that nothing fits', async () => {
    const error = await failure('specs/*.yaml')
    expect(error.message).toBe('no file fits specs/*.yaml')
    expect(error.hint).toBe('there is no folder specs')
    write({ 'specs/eu/checkout.yaml': '' })
    expect((await failure('specs/*.yaml')).hint).toContain('`specs/**/*.yaml`')
  })

  test('bytes that are no UTF-8', async () => {
    write({
      'latin.yaml': new Uint8Array([0x6e, 0x3a, 0x20, 0xe9]),
      'wide.yaml': new Uint8Array([0xff, 0xfe, 0x6e, 0x00]),
      'unmarked.yaml': new Uint8Array([0x6e, 0x00, 0x3a, 0x00])
    })
    expect((await failure('latin.yaml')).message).toBe('latin.yaml is not UTF-8 text')
    expect((await failure('wide.yaml')).message).toBe('wide.yaml is UTF-16, not UTF-8')
    expect((await failure('unmarked.yaml')).message).toBe('unmarked.yaml holds bytes that are no text')
  })

  test('a file that is far too large', async () => {
    write({ 'large.yaml': new Uint8Array(5 * 1024 * 1024) })
    expect((await failure('large.yaml')).message).toMatch(/^large\.yaml is too large: 5242880 bytes/)
  })

  test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'a file that is not ours to read',
    async () => {
      write({ 'locked.yaml': 'name: cart' })
      chmodSync(join(cwd, 'locked.yaml'), 0)
      expect((await failure('locked.yaml')).message).toBe('cannot read locked.yaml: permission denied')
    }
  )

  test('is all named at once', async () => {
    const error = await failure('cart.yaml', 'payment.yaml')
    expect(error.message).toBe('there is no file cart.yaml\nthere is no file payment.yaml')
  })
})
