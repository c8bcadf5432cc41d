import type { Problem } from '../../errors/diagnostic.ts'
import { locateProblem } from '../../errors/diagnostic.ts'
import { DefinitionError } from '../../errors/errors.ts'
import type { ExitCode } from '../../errors/exit-code.ts'
import { explainSelector } from '../../judge/explain.ts'
import type { SelectorNode } from '../../language/ast.ts'
import { parseSelector } from '../../language/parse.ts'
import { checkPatterns, loadPatterns, usesPatterns } from '../../language/patterns.ts'
import { renderExplanation } from '../../report/explanation.ts'
import { verbatimText } from '../../source/embedded.ts'
import type { Environment } from '../environment.ts'
import type { ExplainOptions } from '../options.ts'
import { readTrace } from '../read-trace.ts'
import { outputScreen } from '../screens.ts'

/** `tracerun explain`: says what a selector does to a stored trace. Matching nothing is an answer too. */
export async function explainInTrace(
  text: string,
  options: ExplainOptions,
  environment: Environment
): Promise<ExitCode> {
  const selector = await readSelector(text)
  const { trace } = await readTrace(options.trace, { ...options, cwd: environment.cwd })
  const explanation = explainSelector(selector, trace)
  environment.stdout.write(renderExplanation(explanation, trace, outputScreen(environment)))
  return 0
}

async function readSelector(text: string): Promise<SelectorNode> {
  const outcome = parseSelector(text)
  const problems: Problem[] = [...outcome.problems]
  if (outcome.ok && usesPatterns(outcome.value)) {
    await loadPatterns()
    problems.push(...checkPatterns(outcome.value))
  }
  if (outcome.ok && problems.every(problem => problem.severity !== 'error')) return outcome.value
  const written = verbatimText({ name: 'the selector', text })
  throw new DefinitionError(problems.map(problem => locateProblem(problem, written)))
}
