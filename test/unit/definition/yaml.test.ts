import { describe, expect, test } from 'vitest'
import { entryOf, plainValue, type ValueNode } from '../../../src/definition/tree.ts'
import { parseYaml } from '../../../src/definition/yaml.ts'

function read(text: string, variables: Record<string, string> = {}): unknown[] {
  const documents = parseYaml({ name: 'checkout.yaml', text }, variables)
  expect(documents.flatMap(document => document.problems)).toEqual([])
  return documents.map(({ root }) => root && plainValue(root))
}

function messages(text: string): readonly string[] {
  return parseYaml({ name: 'checkout.yaml', text }, {}).flatMap(({ problems }) =>
    problems.map(one => one.message)
  )
}

describe('a YAML text', () => {
  test('may hold several documents; those that hold nothing are left out', () => {
    expect(read('---\nname: cart\n---\n# nothing\n---\nname: payment\n...\n')).toEqual([
      { name: 'cart' },
      { name: 'payment' }
    ])
  })

  test('repeats what an alias names, and takes in what a merge key names', () => {
    const text =
      'base: &base { method: POST, url: a }\none: *base\ntwo: { <<: *base, url: b }\nall: { <<: [*base, { body: c }] }'
    expect(read(text)).toEqual([
      {
        base: { method: 'POST', url: 'a' },
        one: { method: 'POST', url: 'a' },
        two: { url: 'b', method: 'POST' },
        all: { method: 'POST', url: 'a', body: 'c' }
      }
    ])
  })

  test('leaves out keys without a value', () => {
    expect(read('name: cart\ntags:\nskip: ~')).toEqual([{ name: 'cart' }])
  })

  test('keeps integers that a double cannot hold', () => {
    expect(read('id: 9007199254740993\nsmall: 0x10')).toEqual([{ id: 9007199254740993n, small: 16 }])
  })

  test('takes a variable in an unquoted text for what it would be if it were written there', () => {
    const variables = { COLLECT: 'false', JOBS: '4', NAME: 'cart' }
    expect(read('a: ${COLLECT}\nb: "${COLLECT}"\nc: ${JOBS}\nd: ${NAME}', variables)).toEqual([
      { a: false, b: 'false', c: 4, d: 'cart' }
    ])
  })

  test('keeps a key named __proto__ a key', () => {
    const [value] = read('__proto__: { admin: true }')
    expect(Object.keys(value as object)).toEqual(['__proto__'])
    expect(({} as { admin?: boolean }).admin).toBeUndefined()
  })

  test('says of a plain text that a comment follows it', () => {
    const [document] = parseYaml({ name: 'a.yaml', text: 'a: order #1\nb: "order #1" # one\nc: order#1' }, {})
    const cut = ['a', 'b', 'c'].map(key => {
      const value = entryOf(document?.root as ValueNode, key)?.value
      return value?.kind === 'scalar' && value.isCutByComment
    })
    expect(cut).toEqual([true, false, false])
  })

  test.each([
    ['nested flow', '['.repeat(50_000)],
    ['nested lists', '- '.repeat(5000)],
    ['nested mappings', Array.from({ length: 500 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')]
  ])('is refused where it is nested too deeply: %s', (_title, text) => {
    expect(messages(text)).toEqual(['this is nested more than 60 levels deep'])
  })

  test('that is nested too deeply is shown at the place where it becomes so', () => {
    const [document] = parseYaml({ name: 'a.yaml', text: `a: ${'['.repeat(100)}` }, {})
    expect(document?.problems[0]?.location?.range).toEqual({ start: 63, end: 64 })
  })

  test('is refused where its aliases mean too much', () => {
    const names = [...'abcdefgh']
    const lines = names.map((name, index) => {
      const before = names[index - 1]
      return `${name}: &${name} [${Array(10)
        .fill(before ? `*${before}` : 'cart')
        .join(', ')}]`
    })
    expect(messages(lines.join('\n'))).toEqual(['this document stands for more than 100000 values'])
  })

  test('says the first mistake of a line only, and nothing in the wake of an open quote', () => {
    expect(messages('name: "cart\ntags: [a, b]\nspecs: {')).toEqual([
      'a quote is opened here and never closed'
    ])
  })

  test('shows no credentials that are written into it', () => {
    const text = [
      'auth: { type: basic, basic: { username: shop, password: hunter2 } }',
      'token: ${TOKEN}',
      'variables: [{ key: PIN, type: secret, value: "12 34" }]',
      'headers: { Authorization: Bearer abc, X-Scope-OrgID: shop }',
      'awsxray: { region: eu, secretAccessKey: xyz }'
    ].join('\n')
    const [document] = parseYaml({ name: 'a.yaml', text }, { TOKEN: 't' })
    const shown = document?.root?.location.source.text
    expect(shown).toContain('username: shop, password: ••••••• }')
    expect(shown).toContain('${TOKEN}')
    expect(shown).toContain('value: ••• •••')
    expect(shown).toContain('Authorization: •••••• •••, X-Scope-OrgID: shop')
    expect(shown).toContain('region: eu, secretAccessKey: •••')
    expect(shown).toHaveLength(text.length)
  })
})
