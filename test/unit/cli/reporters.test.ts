import { expect, test } from 'vitest'
import { selectReporters, withJunit } from '../../../src/cli/reporters.ts'

const NO_JOB = { variables: {} }
const JOB = { variables: { GITHUB_ACTIONS: 'true' } }

test.each([
  [[], undefined, [{ name: 'pretty' }]],
  [[], 'json', [{ name: 'json' }]],
  [['json'], undefined, [{ name: 'json' }]],
  [['json=-'], undefined, [{ name: 'json' }]],
  [['json=report.json'], undefined, [{ name: 'pretty' }, { name: 'json', path: 'report.json' }]],
  [['pretty', 'ndjson=a=b.ndjson'], 'json', [{ name: 'json' }, { name: 'ndjson', path: 'a=b.ndjson' }]],
  [['junit=a.xml'], undefined, [{ name: 'pretty' }, { name: 'junit', path: 'a.xml' }]],
  [['github'], undefined, [{ name: 'pretty' }, { name: 'github' }]],
  [['json', 'github'], undefined, [{ name: 'json' }, { name: 'github' }]]
] as const)('%j with -o %s', (texts, output, requests) => {
  expect(selectReporters(texts, output, NO_JOB)).toEqual(requests)
})

test.each([
  [
    ['pretty', 'json'],
    { message: expect.stringContaining('two reporters'), hint: expect.stringContaining('json=report.json') }
  ],
  [['jsno'], { hint: 'did you mean json?' }],
  [
    ['junit'],
    {
      message: 'the reporter "junit" writes to a file, and none is named',
      hint: '--reporter junit=report.xml'
    }
  ],
  [['github=a.md'], { message: 'the reporter "github" takes no file' }],
  [['xyz'], { hint: 'there are pretty, json, ndjson, junit, html, github' }]
])('%j is refused', (texts, error) => {
  expect(() => selectReporters(texts, undefined, NO_JOB)).toThrow(expect.objectContaining(error))
})

test('a job of GitHub is told of what went wrong unasked, once, and not against its will', () => {
  expect(selectReporters([], undefined, JOB)).toEqual([{ name: 'pretty' }, { name: 'github' }])
  expect(selectReporters(['github', 'json'], undefined, JOB)).toEqual([{ name: 'json' }, { name: 'github' }])
  const unwilling = { variables: { ...JOB.variables, TRACERUN_GITHUB: '0' } }
  expect(selectReporters([], undefined, unwilling)).toEqual([{ name: 'pretty' }])
})

test('-j is a reporter too', () => {
  expect(withJunit(['json'], 'a.xml')).toEqual(['json', 'junit=a.xml'])
  expect(withJunit(['json'], undefined)).toEqual(['json'])
})
