import { TriggerError } from '../errors/errors.ts'
import { evaluateTemplate } from '../judge/evaluate.ts'
import type { TestReport } from '../model/run-event.ts'
import type { VariableText } from '../model/variable.ts'
import type { OutputResult } from '../model/verdict.ts'
import type { PlannedTest, VariableValue } from '../plan/plan.ts'
import type { Handed, RunScope } from './attempt.ts'
import { runTest } from './run-test.ts'

/**
 * Runs the steps of a suite one after the other; each reads what those before it put out. A step that failed stops
 * nothing; one that could not be judged ends the suite, and one without whose output another cannot be run, that one.
 */
export async function runSuite(steps: readonly PlannedTest[], scope: RunScope): Promise<void> {
  const reports: TestReport[] = []
  const outputs = new Map<string, VariableText>()
  for (const test of steps) {
    const ended = reports.find(({ verdict }) => verdict.outcome === 'errored')
    const handed: Handed = ended
      ? { skipped: `the step "${ended.name}" could not be judged` }
      : handOver(test, outputs, reports, scope)
    const report = await runTest(test, scope, await scope.slots.take(), handed)
    const { verdict } = report
    for (const output of verdict.outcome === 'skipped' ? [] : verdict.outputs) {
      const text = textOf(output)
      if (text === undefined) outputs.delete(output.name)
      else outputs.set(output.name, text)
    }
    // What a step that was not run would have put out is not what an earlier one of the same name did.
    if (verdict.outcome === 'skipped') for (const { name } of test.checks.outputs) outputs.delete(name)
    reports.push(report)
  }
}

function handOver(
  { step, checks }: PlannedTest,
  outputs: ReadonlyMap<string, VariableText>,
  reports: readonly TestReport[],
  scope: RunScope
): Handed {
  const missing = [...(step?.reads ?? [])].find(name => !outputs.has(name))
  if (missing !== undefined) return { skipped: whyMissing(missing, reports) }
  const given = step?.given ?? new Map<string, VariableValue>()
  const variables = new Map<string, VariableText>([...given].map(([name, { value }]) => [name, value]))
  for (const [name, text] of outputs) variables.set(name, text)
  for (const { name, template } of step?.variables ?? []) {
    const outcome = evaluateTemplate(template, { variables, calls: scope.createCalls(checks) })
    if (!outcome.ok)
      return {
        error: new TriggerError({
          code: 'TRIGGER_CRASHED',
          message: `nothing was sent, since the variable ${name} of the step cannot be evaluated: ${outcome.reason.text}`
        })
      }
    if (step?.hidden.has(name)) scope.hide(outcome.text)
    variables.set(name, outcome.text)
  }
  return { variables }
}

function whyMissing(name: string, reports: readonly TestReport[]): string {
  const from = reports.findLast(({ verdict }) =>
    verdict.outcome === 'skipped' ? false : verdict.outputs.some(output => output.name === name)
  )
  return from
    ? `it reads the output ${name}, which has no value in the step "${from.name}"`
    : `it reads the output ${name} of a step that was skipped`
}

function textOf(output: OutputResult): VariableText | undefined {
  if (output.outcome !== 'held') return undefined
  return output.items ?? output.text
}
