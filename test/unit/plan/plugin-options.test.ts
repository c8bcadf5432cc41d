import { expect, test } from 'vitest'
import { parseYaml } from '../../../src/definition/yaml.ts'
import { optionsOf } from '../../../src/plan/plugin-options.ts'

const schema = {
  type: 'object',
  properties: {
    port: { type: 'integer' },
    headers: { type: 'object', additionalProperties: { type: 'string' } }
  },
  additionalProperties: false
}

test('a text is what was written, also under keys that the schema does not name', () => {
  const [document] = parseYaml(
    {
      name: 'store.yaml',
      text: 'port: 0x10\nheaders: { X-Key: 007, X-Ratio: 1.0, X-On: true, X-Name: shop }\n'
    },
    {}
  )
  expect(optionsOf(document!.root!, schema)).toEqual({
    port: 16,
    headers: { 'X-Key': '007', 'X-Ratio': '1.0', 'X-On': 'true', 'X-Name': 'shop' }
  })
})
