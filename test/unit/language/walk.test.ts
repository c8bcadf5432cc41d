import { expect, test } from 'vitest'
import type { SyntaxNode } from '../../../src/language/ast.ts'
import { parseAssertion } from '../../../src/language/parse.ts'
import { isDeeperThan, walkNodes } from '../../../src/language/walk.ts'

function tree(text: string): SyntaxNode {
  const outcome = parseAssertion(text)
  if (!outcome.ok) throw new Error(outcome.problems[0]?.message)
  return outcome.value
}

function kinds(text: string): readonly string[] {
  const met: string[] = []
  walkNodes(tree(text), node => met.push(node.kind))
  return met
}

test('a walk meets every node, parents first, in the order of the text', () => {
  expect(
    kinds('some not attr:x = "${var:A}" or count(span[a in [1] b exists or not c=5ms]:has(> :leaf)) in 1..2')
  ).toEqual([
    ...['assertion', 'quantifier', 'or', 'not', 'comparison', 'reference', 'string', 'variable'],
    ...['membership', 'aggregate', 'selector', 'complex', 'step', 'compound'],
    ...['or-filter', 'and-filter', 'compare-filter', 'key', 'list', 'number', 'exists-filter', 'key'],
    ...['not-filter', 'compare-filter', 'key', 'duration'],
    ...['pseudo', 'complex', 'step', 'compound', 'pseudo', 'interval', 'number', 'number']
  ])
})

test('a walk meets the parts of expressions', () => {
  expect(
    kinds("[attr:a, -attr:b, uuid()] | json_path '$' is map and after span and attr:a of span exists")
  ).toEqual([
    ...['assertion', 'quantifier', 'and', 'type-test', 'pipe'],
    ...['array', 'reference', 'negation', 'reference', 'call', 'string'],
    ...['relation', 'selector', 'complex', 'step', 'compound'],
    ...['exists', 'of', 'reference', 'complex', 'step', 'compound']
  ])
})

test('depth is measured in nodes', () => {
  expect(isDeeperThan(tree('1 = 1'), 2)).toBe(false)
  expect(isDeeperThan(tree('1 + 1 = 1'), 2)).toBe(true)
})
