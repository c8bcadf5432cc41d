import type { ExitCode } from '../../errors/exit-code.ts'
import type { PlannedTest } from '../../plan/plan.ts'
import { positionOf } from '../../source/line-index.ts'
import type { Location } from '../../source/source-text.ts'
import { makeVisible } from '../../source/visible.ts'
import type { Environment } from '../environment.ts'
import { failOnErrors, readInputs } from '../inputs.ts'
import type { ListOptions } from '../options.ts'
import { readSelection } from '../selection/read-selection.ts'

/** A test as `list --json` shows it. */
interface ListedTest {
  readonly id: string
  readonly name: string
  readonly file: string
  readonly line: number
  readonly tags: readonly string[]
  readonly trigger: string
  readonly retries: number
  readonly serial?: string
  /** Why it is not to be run. */
  readonly skip?: string
  readonly suite?: {
    readonly id: string
    readonly name: string
    readonly file: string
    readonly line: number
    readonly step: number
    readonly steps: number
  }
}

/** `tracerun list`: the tests that `run` would run, without any request. */
export async function listTests(options: ListOptions, environment: Environment): Promise<ExitCode> {
  const { stdout, stderr, mask } = environment
  const { plan, warnings } = await readInputs(options, environment)
  const selection = await readSelection(plan.tests, options, environment)
  const problems = [...warnings, ...selection.problems]
  failOnErrors(problems, options.strict)
  for (const note of selection.notes) stderr.write(mask.text(`${note}\n`))
  if (problems.length > 0) {
    const [{ renderDiagnostics }, { errorScreen }] = await Promise.all([
      import('../../report/diagnostics.ts'),
      import('../screens.ts')
    ])
    stderr.write(renderDiagnostics(mask.value(problems), errorScreen(environment)))
  }
  const tests = mask.value(selection.tests.map(describeTest))
  stdout.write(options.json ? `${JSON.stringify(tests, undefined, 2)}\n` : renderTests(tests))
  return 0
}

function describeTest({ id, name, location, tags, trigger, retries = 0, ...test }: PlannedTest): ListedTest {
  const { serial, skip, step } = test
  return {
    id,
    name,
    ...placeOf(location),
    tags,
    trigger: trigger.kind,
    retries,
    ...(serial === undefined ? {} : { serial }),
    ...(skip === undefined ? {} : { skip }),
    ...(step
      ? {
          suite: {
            id: step.suite.id,
            name: step.suite.name,
            ...placeOf(step.suite.location),
            step: step.number,
            steps: step.suite.steps
          }
        }
      : {})
  }
}

function placeOf({ source, range }: Location): { readonly file: string; readonly line: number } {
  return { file: source.name, line: positionOf(source, range.start).line }
}

function renderTests(tests: readonly ListedTest[]): string {
  const rows = tests.flatMap((test, position) => {
    const { suite } = test
    const row = { ...test, margin: suite ? '  ' : '', rest: restOf(test) }
    const isFirst = suite !== undefined && tests[position - 1]?.suite?.id !== suite.id
    return isFirst ? [{ ...suite, margin: '', rest: '' }, row] : [row]
  })
  const width = Math.max(0, ...rows.map(row => placeText(row).length))
  return rows
    .map(row => `${placeText(row).padEnd(width)}  ${row.margin}${makeVisible(row.name)}${row.rest}\n`)
    .join('')
}

function placeText({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${makeVisible(file)}:${line}`
}

function restOf({ tags, serial, skip, retries }: ListedTest): string {
  const facts = [
    ...(serial === undefined ? [] : [`serial: ${serial}`]),
    ...(retries === 0 ? [] : [`retries: ${retries}`]),
    ...(skip === undefined ? [] : [`skipped: ${skip}`])
  ]
  const shown = makeVisible(facts.join(', '))
  return `${tags.length > 0 ? `  [${makeVisible(tags.join(', '))}]` : ''}${facts.length > 0 ? `  (${shown})` : ''}`
}
