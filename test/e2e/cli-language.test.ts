import { expect, test } from 'vitest'
import { parseAssertion, parseSelector } from '../../src/language/parse.ts'
import { runInline } from '../support/run-inline.ts'

const SELECTORS = [
  'span[',
  'span[name',
  'span[name = ]',
  'span[name = "a" or]',
  'span[status in 200]',
  'span[status in 200..]',
  'span(',
  'span:first(',
  'span:has()',
  'span >',
  'span, , span',
  ':',
  'spam',
  '[name = "a"]'
]
const ASSERTIONS = [
  '',
  'attr:x',
  'attr:x =',
  'attr:x is',
  'attr:x is 5',
  'attr:x not',
  'attr:x = (1',
  'attr:x = [1',
  'sum(',
  'sum(attr:x of',
  'every',
  'exactly attr:x = 1',
  'attr:x | ',
  'attr:x in 1..',
  'child-of',
  'now(1'
]

test('the built command line reads texts, and words mistakes in them, as the sources do', async () => {
  const specs = [
    ...SELECTORS.map(text => ({ selector: text, assertions: ['count() = 1'] })),
    ...ASSERTIONS.map(text => ({ selector: 'span', assertions: [text] }))
  ]
  const definition = {
    type: 'Test',
    spec: { name: 'mistakes', trigger: { type: 'traceid', traceid: { id: '1' } }, specs }
  }
  const { exitCode, stderr } = await runInline({ 'mistakes.yaml': JSON.stringify(definition) }, [
    'validate',
    'mistakes.yaml'
  ])
  expect(exitCode).toBe(2)
  const problems = [...SELECTORS.map(parseSelector), ...ASSERTIONS.map(parseAssertion)].map(
    outcome => outcome.problems
  )
  for (const { message } of problems.flat()) expect(stderr).toContain(message)
  expect(problems.filter(found => found.length === 0)).toEqual([])
})
