import type { CompiledSpec } from '../../src/language/check.ts'
import { printExpression, printSelector, printTemplate } from '../../src/language/print.ts'
import type { Plan, PlannedStep, PlannedTest } from '../../src/plan/plan.ts'
import { renderLocation } from '../../src/source/line-index.ts'

/** A plan for reading: what is a closure is left out, what is a tree is printed. */
export function viewPlan(plan: Plan): object {
  return { tests: plan.tests.map(viewTest), secrets: plan.secrets.map(secret => '•'.repeat(secret.length)) }
}

function viewTest(test: PlannedTest): object {
  const { location, only, trigger, backend, variables, checks, step, secretOutputs, ...rest } = test
  return {
    ...rest,
    at: renderLocation(location),
    ...(only ? { only: renderLocation(only) } : {}),
    ...(step ? { step: viewStep(step) } : {}),
    ...(secretOutputs.size > 0 ? { secretOutputs: [...secretOutputs] } : {}),
    trigger: {
      kind: trigger.kind,
      timeoutMs: trigger.timeoutMs,
      sampling: trigger.sampling,
      propagation: trigger.propagation,
      options: trigger.options,
      templates: trigger.templates.map(printTemplate)
    },
    backend: { kind: backend.kind, key: backend.key },
    variables: Object.fromEntries(
      [...variables].map(([name, { value, isSecret }]) => [name, isSecret ? 'a secret' : value])
    ),
    specs: checks.specs.map(viewSpec),
    outputs: checks.outputs.map(({ name, selector, value, isList, location: at }) => ({
      name,
      ...(isList ? { all: true } : {}),
      ...(selector ? { selector: printSelector(selector) } : {}),
      value: printExpression(value),
      at: renderLocation(at)
    }))
  }
}

function viewStep({ suite, number, variables, reads }: PlannedStep): object {
  return {
    suite: suite.name,
    tags: suite.tags,
    number: `${number} of ${suite.steps}`,
    variables: Object.fromEntries(variables.map(({ name, template }) => [name, printTemplate(template)])),
    reads: [...reads]
  }
}

function viewSpec(spec: CompiledSpec): object {
  const checks =
    spec.kind === 'sequence'
      ? { steps: spec.steps.map(step => [step.text, renderLocation(step.location)]) }
      : { assertions: spec.assertions.map(one => [one.text, renderLocation(one.location)]) }
  return {
    ...(spec.name === undefined ? {} : { name: spec.name }),
    text: spec.text,
    at: renderLocation(spec.location),
    severity: spec.severity,
    ...(spec.when ? { when: spec.when.text } : {}),
    ...checks
  }
}
