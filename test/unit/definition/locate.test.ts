import { describe, expect, test } from 'vitest'
import { checkValue } from '../../../src/definition/locate.ts'
import type { ValueNode } from '../../../src/definition/tree.ts'
import { loadValidators, type SchemaError, validators } from '../../../src/definition/validators.ts'
import { parseYaml } from '../../../src/definition/yaml.ts'

await loadValidators()

function read(text: string): ValueNode {
  return parseYaml({ name: 'cart.yaml', text }, {})[0]!.root!
}

function check(text: string): readonly string[] {
  const root = read(text)
  return checkValue(root, validators.test, root.location).map(
    ({ severity, message, hint }) => `${severity}: ${message}${hint ? ` (${hint})` : ''}`
  )
}

const SOUND =
  'name: a checkout\ntrigger: { type: http, httpRequest: { url: "http://shop" } }\nspecs: [{ selector: span, assertions: [count() = 1] }]\n'

describe('a value that breaks its schema', () => {
  test('says nothing where it does not', () => {
    expect(check(SOUND)).toEqual([])
    expect(check(`${SOUND}x-team: payments\nversion: 2\nsummary: {}\n`)).toEqual([])
  })

  test.each([
    ['tags: { a: b }', ['error: `tags`: expected a list of tags, found a mapping']],
    [
      'tags: [[a]]',
      ['error: an entry of `tags`: expected a tag (a text), found a list (write it as a text: `\'["a"]\'`)']
    ],
    [
      'lag: -1s',
      ['error: `lag`: expected a duration, found the text "-1s" (write it with a unit, such as `0` or `2s`)']
    ],
    ['absenceWindow: 0', []],
    [
      'timeout: 1e3',
      ['error: `timeout`: expected a duration, found `1e3` (write it with a unit, such as `30s` or `1m30s`)']
    ],
    [
      'skipTraceCollection: yes',
      ['error: `skipTraceCollection`: expected true or false, found the text "yes"']
    ],
    ['variables: text', ['error: `variables`: expected a mapping of names to values, found the text "text"']],
    ['variables: [{ value: A }]', ['error: `key` is missing in an entry of `variables`']],
    ['pipeline: { tailSamplng: 1s }', ['error: unknown key `tailSamplng` (did you mean `tailSampling`?)']],
    ['tailSampling: 1s', ['error: unknown key `tailSampling` (`tailSampling` belongs under `pipeline`)']],
    ['fullSteps: []', ['warning: `fullSteps` has no effect: a test is one step']],
    ['service: shop', ['warning: `service` has no effect: the trigger says what is called']],
    ['serviceUnderTest: {}', ['warning: `serviceUnderTest` has no effect: the trigger says what is called']],
    [
      'retries: 11',
      [
        'error: `retries`: expected a whole number from 0 to 10, found `11` (write a whole number, such as `2`)'
      ]
    ],
    [
      'serial: no',
      [
        'error: `serial`: expected the name of a group (a text), found the text "no" (name what they share: `serial: stock`)'
      ]
    ],
    ['only: yes', ['error: `only`: expected true or false, found the text "yes"']],
    [
      'description: { a: 1 }',
      ['error: `description`: expected a text, found a mapping (write it as a text: `\'{"a":1}\'`)']
    ]
  ])('%s', (line, messages) => {
    expect(check(`${SOUND}${line}\n`)).toEqual(messages)
  })

  test('is not said to lack what it has under a misspelt name', () => {
    expect(check(SOUND.replace('name:', 'nmae:'))).toEqual([
      'error: unknown key `nmae` (did you mean `name`?)'
    ])
  })

  test('is refused even where all that is known of it is beside the point', () => {
    const errors: readonly SchemaError[] = [
      { keyword: 'if', instancePath: '', schemaPath: '#/if', params: {} }
    ]
    const root = read('name: a checkout')
    expect(checkValue(root, () => errors, root.location)).toMatchObject([
      { severity: 'error', message: 'this does not fit its schema' }
    ])
  })

  test('of several forms is told about the forms, not about each of them', () => {
    const errors: readonly SchemaError[] = [
      {
        keyword: 'type',
        instancePath: '/name',
        schemaPath: '#/p/name/oneOf/0/type',
        params: { type: 'string' }
      },
      { keyword: 'oneOf', instancePath: '/name', schemaPath: '#/p/name/oneOf', params: {} }
    ]
    const root = read('name: [a]')
    expect(checkValue(root, () => errors, root.location).map(({ message }) => message)).toEqual([
      '`name`: found a list, which does not fit'
    ])
  })
})
