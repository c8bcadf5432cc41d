import type { DiagnosticCode, Outcome, Problem } from '../errors/diagnostic.ts'
import type { AssertionNode, ExpressionNode, SelectorNode, SyntaxNode, TemplateNode } from './ast.ts'
import { checkAssertion, checkExpression, checkSelector, checkTemplate } from './static-checks.ts'
import { readSyntax, readTemplateSyntax } from './syntax.ts'

/** The selector of a spec, or of an output; `""` selects every span. Never throws. */
export function parseSelector(text: string): Outcome<SelectorNode, Problem> {
  return checked('SELECTOR_SYNTAX', readSyntax('selector', text), checkSelector)
}

/** A check on the spans that a selector chose. Never throws. */
export function parseAssertion(text: string): Outcome<AssertionNode, Problem> {
  return checked('ASSERTION_SYNTAX', readSyntax('assertion', text), checkAssertion)
}

/** A value, as that of an output. Never throws. */
export function parseExpression(text: string): Outcome<ExpressionNode, Problem> {
  return checked('EXPRESSION_SYNTAX', readSyntax('expression', text), checkExpression)
}

/** A URL, a header, a body: text in which `${…}` is replaced, and nothing else means anything. Never throws. */
export function parseTemplate(text: string): Outcome<TemplateNode, Problem> {
  return checked('EXPRESSION_SYNTAX', readTemplateSyntax(text), checkTemplate)
}

function checked<Node extends SyntaxNode>(
  code: DiagnosticCode,
  outcome: Outcome<Node, Problem>,
  check: (node: Node) => readonly Problem[]
): Outcome<Node, Problem> {
  if (!outcome.ok) return { ok: false, problems: named(code, outcome.problems) }
  const problems = named(code, [...outcome.problems, ...check(outcome.value)])
  const isBroken = problems.some(problem => problem.severity === 'error')
  return isBroken ? { ok: false, problems } : { ok: true, value: outcome.value, problems }
}

/** Problems of syntax are named after the whole text, wherever in it they were found. */
function named(code: DiagnosticCode, problems: readonly Problem[]): readonly Problem[] {
  return problems
    .map(problem => (problem.code.endsWith('_SYNTAX') ? { ...problem, code } : problem))
    .sort((left, right) => left.range.start - right.range.start)
}
