import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Outcome, Problem } from '../../src/errors/diagnostic.ts'
import type { SyntaxNode } from '../../src/language/ast.ts'
import { printAssertion, printExpression, printSelector, printTemplate } from '../../src/language/print.ts'
import { readSyntax, readTemplateSyntax } from '../../src/language/syntax.ts'
import {
  arbitraryAssertion,
  arbitraryExpression,
  arbitrarySelector,
  arbitraryTemplate,
  withoutRanges
} from '../support/arbitrary-language.ts'
import { runs } from '../support/runs.ts'

/** The tree that a print stands for, whatever else is wrong with it. */
function treeOf<Node extends SyntaxNode>(outcome: Outcome<Node, Problem>): unknown {
  return outcome.ok ? withoutRanges(outcome.value) : outcome.problems.map(problem => problem.message)
}

test('what a selector prints reads as the same selector', () => {
  fc.assert(
    fc.property(arbitrarySelector, node => {
      expect(treeOf(readSyntax('selector', printSelector(node)))).toEqual(withoutRanges(node))
    }),
    { numRuns: runs(200) }
  )
})

test('what an assertion prints reads as the same assertion', () => {
  fc.assert(
    fc.property(arbitraryAssertion, node => {
      expect(treeOf(readSyntax('assertion', printAssertion(node)))).toEqual(withoutRanges(node))
    }),
    { numRuns: runs(200) }
  )
})

test('what an expression prints reads as the same expression', () => {
  fc.assert(
    fc.property(arbitraryExpression, node => {
      expect(treeOf(readSyntax('expression', printExpression(node)))).toEqual(withoutRanges(node))
    }),
    { numRuns: runs(200) }
  )
})

test('what a template prints reads as the same template', () => {
  fc.assert(
    fc.property(arbitraryTemplate, node => {
      expect(treeOf(readTemplateSyntax(printTemplate(node)))).toEqual(withoutRanges(node))
    }),
    { numRuns: runs(200) }
  )
})
