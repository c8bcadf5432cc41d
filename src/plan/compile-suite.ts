import type { StepVariable, SuiteDefinition } from '../definition/document.ts'
import type { TemplateNode } from '../language/ast.ts'
import { parseTemplate } from '../language/parse.ts'
import { compileText, type TextContext } from './compile-text.ts'
import type { PlannedStep, PlannedSuite, PlannedTest } from './plan.ts'
import { variablesIn } from './secret-variables.ts'
import type { FlatStep } from './suites.ts'

/** A step whose test is to be compiled: what it can read beside the variables of the test. */
export interface StepScope {
  readonly flat: FlatStep
  readonly suite: PlannedSuite
  /** From 1. */
  readonly number: number
  /** Outputs of the steps before it. */
  readonly handed: ReadonlySet<string>
}

/** The suite of these steps; its tags are its own and those of its tests. */
export function planSuite(suite: SuiteDefinition, steps: readonly FlatStep[], id: string): PlannedSuite {
  const tags = [
    ...suite.tags,
    ...steps.flatMap(({ test, suites }) => [...suites.flatMap(one => one.tags), ...test.tags])
  ]
  return { id, name: suite.name, location: suite.location, tags: [...new Set(tags)], steps: steps.length }
}

/** What each step can read of those before it: whatever they put out. */
export function scopesOf(steps: readonly FlatStep[], suite: PlannedSuite): readonly StepScope[] {
  const handed = new Set<string>()
  return steps.map((flat, index) => {
    const scope = { flat, suite, number: index + 1, handed: new Set(handed) }
    for (const { name } of flat.test.outputs) handed.add(name)
    return scope
  })
}

/** Names whose values a step decides when it is reached, whatever variables say. */
export function decidedByStep({ handed, flat }: StepScope): ReadonlySet<string> {
  return new Set([...handed, ...flat.variables.map(({ name }) => name)])
}

/** The variables of a step, each able to read those before it; undefined where a problem says why not. */
export function compileStep(
  { flat, suite, number, handed }: StepScope,
  given: PlannedStep['given'],
  context: Omit<TextContext, 'readable'>
): Omit<PlannedStep, 'reads' | 'hidden'> | undefined {
  const readable = {
    names: new Set([...given.keys(), ...handed]),
    outputs: new Set<string>(),
    allowsOutputs: false,
    isStep: true
  }
  const variables: { readonly name: string; readonly template: TemplateNode }[] = []
  for (const { name, value } of flat.variables) {
    const template = compileStepVariable(value, { ...context, readable })
    if (template) variables.push({ name, template })
    readable.names.add(name)
  }
  return variables.length < flat.variables.length ? undefined : { suite, number, given, variables }
}

function compileStepVariable(value: StepVariable['value'], context: TextContext): TemplateNode | undefined {
  return compileText(value, parseTemplate, context)
}

/** These names, and those of all that their values are made of by the step. */
export function originsOf(
  names: readonly string[],
  variables: PlannedStep['variables'] = []
): readonly string[] {
  const found = new Set(names)
  for (const { name, template } of variables.toReversed())
    if (found.has(name)) for (const origin of variablesIn(template)) found.add(origin)
  return [...found]
}

/** A step that reads what a skipped one would have put out is skipped with it, which is known before anything is run. */
export function skipReaders(tests: readonly PlannedTest[]): readonly PlannedTest[] {
  const lacking = new Set<string>()
  return tests.map(test => {
    const missing = [...(test.step?.reads ?? [])].find(name => lacking.has(name))
    const skip = test.skip ?? (missing && `it reads the output ${missing} of a step that is skipped`)
    for (const { name } of test.checks.outputs)
      if (skip === undefined) lacking.delete(name)
      else lacking.add(name)
    return skip === undefined ? test : { ...test, skip }
  })
}
