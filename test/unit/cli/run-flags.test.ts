import { expect, test } from 'vitest'
import { parseShard, parseWhole, withBailCount, withVariables } from '../../../src/cli/run-flags.ts'

test.each([
  ['1', 1],
  [' 1000 ', 1000]
])('"%s" is a whole number from 1 to 1000', (text, number) => {
  expect(parseWhole(text, '--repeat', [1, 1000])).toBe(number)
})

test.each(['0', '1001', '-1', '1.5', '1e2', '', 'many'])('"%s" is none', text => {
  expect(() => parseWhole(text, '--repeat', [1, 1000])).toThrow(
    `--repeat: expected a whole number from 1 to 1000, found "${text}"`
  )
})

test.each([
  ['1/1', { index: 1, count: 1 }],
  [' 2 / 5 ', { index: 2, count: 5 }]
])('"%s" is a shard', (text, shard) => {
  expect(parseShard(text, '--shard')).toEqual(shard)
})

test.each([
  ['2', 'TRACERUN_SHARD: expected INDEX/TOTAL such as 2/5, found "2"', undefined],
  ['1/0', 'TRACERUN_SHARD: expected INDEX/TOTAL such as 2/5, found "1/0"', undefined],
  ['-1/5', 'TRACERUN_SHARD: expected INDEX/TOTAL such as 2/5, found "-1/5"', undefined],
  ['0/5', 'TRACERUN_SHARD: there is no shard 0 of 5', 'the first is 1/5, the last 5/5'],
  ['6/5', 'TRACERUN_SHARD: there is no shard 6 of 5', 'the first is 1/5, the last 5/5']
])('"%s" is no shard, and says why', (text, message, hint) => {
  expect(() => parseShard(text, 'TRACERUN_SHARD')).toThrow(expect.objectContaining({ message, hint }))
})

test('variables of the process speak where flags do not', () => {
  const variables = { TRACERUN_BAIL: '3', TRACERUN_SHARD: '1/2' }
  expect(withVariables({}, variables)).toEqual({ bail: 3, shard: { index: 1, count: 2 } })
  expect(withVariables({ bail: 1, shard: { index: 2, count: 2 } }, variables)).toEqual({
    bail: 1,
    shard: { index: 2, count: 2 }
  })
  expect(withVariables({}, { TRACERUN_BAIL: '', TRACERUN_SHARD: '' })).toEqual({})
  expect(() => withVariables({}, { TRACERUN_BAIL: 'yes' })).toThrow('TRACERUN_BAIL: expected a whole number')
})

test.each([
  [
    ['run', '--bail', '3', 'specs'],
    ['run', '--bail', '3', 'specs']
  ],
  [
    ['run', '--bail', 'specs'],
    ['run', '--bail=1', 'specs']
  ],
  [
    ['run', 'specs', '--bail'],
    ['run', 'specs', '--bail=1']
  ],
  [
    ['exec', '--bail', '--', 'npm', '--bail', 'x'],
    ['exec', '--bail=1', '--', 'npm', '--bail', 'x']
  ]
])('the count of --bail is told from a file: %j', (words, read) => {
  expect(withBailCount(words)).toEqual(read)
})
