import { expect, test } from 'vitest'
import { selectReporters } from '../../../src/cli/reporters.ts'

test.each([
  [[], undefined, [{ name: 'pretty' }]],
  [[], 'json', [{ name: 'json' }]],
  [['json'], undefined, [{ name: 'json' }]],
  [['json=report.json'], undefined, [{ name: 'pretty' }, { name: 'json', path: 'report.json' }]],
  [['pretty', 'ndjson=a=b.ndjson'], 'json', [{ name: 'json' }, { name: 'ndjson', path: 'a=b.ndjson' }]]
] as const)('%j with -o %s', (texts, output, requests) => {
  expect(selectReporters(texts, output)).toEqual(requests)
})

test.each([
  [
    ['pretty', 'json'],
    { message: expect.stringContaining('two reporters'), hint: expect.stringContaining('json=report.json') }
  ],
  [['jsno'], { hint: 'did you mean json?' }],
  [['junit=a.xml'], { message: expect.stringContaining('not in this version') }],
  [['xyz'], { hint: 'there are pretty, json, ndjson, html' }],
  [['html'], { message: expect.stringContaining('needs its name'), hint: '--reporter html=report.html' }]
])('%j is refused', (texts, error) => {
  expect(() => selectReporters(texts, undefined)).toThrow(expect.objectContaining(error))
})
