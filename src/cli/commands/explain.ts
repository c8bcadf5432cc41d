import { locateProblem } from '../../errors/diagnostic.ts'
import { DefinitionError } from '../../errors/errors.ts'
import type { ExitCode } from '../../errors/exit-code.ts'
import { explainSelector } from '../../judge/explain.ts'
import type { SelectorNode } from '../../language/ast.ts'
import { readLoneSelector } from '../../language/lone-selector.ts'
import type { Trace } from '../../model/trace.ts'
import { readTraceId } from '../../model/written-trace-id.ts'
import { renderExplanation } from '../../report/explanation.ts'
import { verbatimText } from '../../source/embedded.ts'
import type { Environment } from '../environment.ts'
import { fetchTrace } from '../fetch-trace.ts'
import { isThere } from '../is-there.ts'
import type { ExplainOptions } from '../options.ts'
import { readTrace } from '../read-trace.ts'
import { outputScreen } from '../screens.ts'

/** `tracerun explain`: says what a selector does to a trace. Matching nothing is an answer too. */
export async function explainInTrace(
  text: string,
  options: ExplainOptions,
  environment: Environment
): Promise<ExitCode> {
  const selector = await readSelector(text)
  const trace = environment.mask.value(await findTrace(options, environment))
  const explanation = explainSelector(selector, trace)
  const shown = renderExplanation(explanation, trace, outputScreen(environment))
  environment.stdout.write(environment.mask.text(shown))
  return 0
}

/** Of a file that is there, else of the data store. */
async function findTrace(options: ExplainOptions, environment: Environment): Promise<Trace> {
  const traceId = readTraceId(options.trace)
  if (traceId !== undefined && !(await isThere(options.trace, environment)))
    return (await fetchTrace(traceId, options, environment)).trace
  return (await readTrace(options.trace, { ...options, cwd: environment.cwd })).trace
}

async function readSelector(text: string): Promise<SelectorNode> {
  const outcome = await readLoneSelector(text)
  if (outcome.ok) return outcome.value
  const written = verbatimText({ name: 'the selector', text })
  throw new DefinitionError(outcome.problems.map(problem => locateProblem(problem, written)))
}
