import { describe, expect, test } from 'vitest'
import { moderniseTest } from '../../../src/definition/older-spellings.ts'
import { type MapNode, plainValue } from '../../../src/definition/tree.ts'
import { parseYaml } from '../../../src/definition/yaml.ts'

function modern(text: string): { value: unknown; problems: readonly string[] } {
  const [document] = parseYaml({ name: 'cart.yaml', text }, {})
  const { node, problems } = moderniseTest(document?.root as MapNode)
  return { value: plainValue(node), problems: problems.map(problem => problem.message) }
}

const SPECS = { specs: [{ selector: 'span[cart]', assertions: ['count() = 1'] }] }

describe('older spellings of specs', () => {
  test.each([
    ['testSpec', 'testSpec: [{ selector: "span[cart]", assertions: ["count() = 1"] }]'],
    ['definition', 'definition: { definitions: [{ selector: "span[cart]", assertions: ["count() = 1"] }] }'],
    ['key and value', 'specs: [{ key: "span[cart]", value: ["count() = 1"] }]'],
    ['Key and Value', 'specs: [{ Key: "span[cart]", Value: { Assertions: ["count() = 1"] } }]'],
    [
      'an object selector',
      'specs: [{ selector: { query: "span[cart]", parsedSelector: [] }, assertions: ["count() = 1"] }]'
    ],
    ['capital letters', 'specs: [{ Selector: "span[cart]", Assertions: ["count() = 1"] }]']
  ])('%s', (_title, text) => {
    expect(modern(text)).toEqual({ value: SPECS, problems: [] })
  })

  test('are a mistake beside the one of today', () => {
    const { problems } = modern('specs: []\ntestSpec: []')
    expect(problems).toEqual(['`testSpec` is an older spelling of `specs`, which stands here as well'])
  })

  test('leave everything else as it is', () => {
    expect(
      modern('name: cart\ntags: [a]\noutputs: [{ name: A, selector: { query: "span" }, value: b }]').value
    ).toEqual({
      name: 'cart',
      tags: ['a'],
      outputs: [{ name: 'A', selector: 'span', value: 'b' }]
    })
    expect(modern('specs: text').value).toEqual({ specs: 'text' })
  })
})
