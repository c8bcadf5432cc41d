import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readSources } from '../../../src/definition/read.ts'

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
  const { sources, problems } = await readSources(patterns, { cwd, readStdin })
  expect(problems).toEqual([])
  return sources.map(({ source }) => source.name)
}

/** All complaints: one line each, with its hint. */
async function complaints(...patterns: readonly string[]): Promise<readonly string[]> {
  const readStdin = (): Promise<Uint8Array> => Promise.resolve(new Uint8Array())
  const { problems } = await readSources(patterns, { cwd, readStdin })
  return problems.map(({ message, hint }) => (hint ? `${message}: ${hint}` : message))
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
    const { sources } = await readSources(['bom.yaml'], {
      cwd,
      readStdin: () => Promise.resolve(new Uint8Array())
    })
    expect(sources[0]?.source.text).toBe('name: cart')
  })
})

describe('what cannot be read', () => {
  test('a file that is not there, with the nearest that is', async () => {
    write({ 'specs/checkout.yaml': 'name: checkout' })
    expect(await complaints('specs/chekout.yaml')).toEqual([
      'there is no file specs/chekout.yaml: did you mean specs/checkout.yaml?'
    ])
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
    const wanted = `there is no file ${name}: ${hint}`
    expect(await complaints(name)).toEqual([process.platform === 'win32' ? expect.any(String) : wanted])
  })

  test('a folder without YAML files', async () => {
    write({ 'specs/notes.txt': '' })
    expect(await complaints('specs')).toEqual([
      'there is no .yaml or .yml file in specs: a test is a YAML file with `type: Test`'
    ])
  })

  test('a glob that nothing fits', async () => {
    expect(await complaints('specs/*.yaml')).toEqual(['no file fits specs/*.yaml: there is no folder specs'])
    write({ 'specs/eu/checkout.yaml': '' })
    expect(await complaints('specs/*.yaml')).toEqual([expect.stringContaining('`specs/**/*.yaml`')])
  })

  test('bytes that are no UTF-8', async () => {
    write({
      'latin.yaml': new Uint8Array([0x6e, 0x3a, 0x20, 0xe9]),
      'wide.yaml': new Uint8Array([0xff, 0xfe, 0x6e, 0x00]),
      'unmarked.yaml': new Uint8Array([0x6e, 0x00, 0x3a, 0x00])
    })
    expect(await complaints('.')).toEqual([
      'latin.yaml is not UTF-8 text: save it as UTF-8',
      'unmarked.yaml holds bytes that are no text: is it a YAML file, in UTF-8?',
      'wide.yaml is UTF-16, not UTF-8: save it as UTF-8'
    ])
  })

  test('a file that is far too large', async () => {
    write({ 'large.yaml': new Uint8Array(5 * 1024 * 1024) })
    expect(await complaints('large.yaml')).toEqual([
      expect.stringMatching(/^large\.yaml is too large: 5242880 bytes/)
    ])
  })

  test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'a file that is not ours to read',
    async () => {
      write({ 'locked.yaml': 'name: cart' })
      chmodSync(join(cwd, 'locked.yaml'), 0)
      expect(await complaints('locked.yaml')).toEqual(['cannot read locked.yaml: permission denied'])
    }
  )

  test('a link that leads nowhere', async () => {
    write({ 'specs/cart.yaml': 'name: cart' })
    symlinkSync(join(cwd, 'nowhere.yaml'), join(cwd, 'specs/gone.yaml'))
    expect(await complaints('specs')).toEqual(['cannot read specs/gone.yaml: there is no such file'])
  })

  test('is all named at once, and hides nothing of what can be read', async () => {
    write({ 'specs/cart.yaml': 'name: cart', 'specs/large.yaml': new Uint8Array(5 * 1024 * 1024) })
    const { sources, problems } = await readSources(['payment.yaml', 'specs', 'stock.yaml'], {
      cwd,
      readStdin: () => Promise.resolve(new Uint8Array())
    })
    expect(sources.map(({ source }) => source.name)).toEqual(['specs/cart.yaml'])
    expect(problems.map(({ message }) => message)).toEqual([
      'there is no file payment.yaml',
      expect.stringMatching(/^specs\/large\.yaml is too large/),
      'there is no file stock.yaml'
    ])
  })
})

describe('lines of files', () => {
  const read = (...patterns: readonly string[]) =>
    readSources(patterns, { cwd, readStdin: () => Promise.resolve(new TextEncoder().encode('type: Test')) })

  test('are those that were named, of each file together', async () => {
    write({ 'cart.yaml': '', 'specs/pay.yaml': '', 'odd:3': '' })
    const { sources } = await read('cart.yaml:3', 'specs/pay.yaml:7:2', './cart.yaml:9', '-:1', 'odd:3')
    expect(sources.map(({ source, lines }) => [source.name, lines])).toEqual([
      ['cart.yaml', [3, 9]],
      ['specs/pay.yaml', [7]],
      ['<stdin>', [1]],
      ['odd:3', undefined]
    ])
  })

  test.each([
    ['cart.yaml', 'cart.yaml:3'],
    ['cart.yaml:3', '*.yaml']
  ])('are all of a file that is named whole as well: %s %s', async (...patterns) => {
    write({ 'cart.yaml': '' })
    expect((await read(...patterns)).sources.map(({ lines }) => lines)).toEqual([undefined])
  })

  test('need a file', async () => {
    write({ 'specs/cart.yaml': '' })
    expect(await complaints('specs:3', 'specs/*.yaml:3', 'specs/crat.yaml:3')).toEqual([
      'specs:3: a line is one of a file, and specs is none: name the file, such as specs/checkout.yaml:3',
      'specs/*.yaml:3: a line is one of a file, and specs/*.yaml is none: name the file, such as specs/checkout.yaml:3',
      'there is no file specs/crat.yaml: did you mean specs/cart.yaml:3?'
    ])
  })
})
