import type { OutputDefinition, SpecDefinition, TestDefinition } from '../definition/document.ts'
import type { CompiledAssertion, CompiledChecks, CompiledOutput, CompiledSpec } from '../language/check.ts'
import { parseAssertion, parseExpression, parseSelector } from '../language/parse.ts'
import { printAssertion, printSelector } from '../language/print.ts'
import type { EmbeddedText } from '../source/embedded.ts'
import { compileText, locationOf, type TextContext } from './compile-text.ts'

/**
 * The checks of a test, parsed; what has a mistake is left out and reported. `taken` are variables that no output
 * may have the name of.
 */
export function compileChecks(
  test: TestDefinition,
  context: TextContext,
  taken: ReadonlySet<string>
): CompiledChecks {
  const specs = test.specs.map(spec => compileSpec(spec, context))
  // An output is read from the trace alone: it cannot read another.
  const forOutputs = { ...context, readable: { ...context.readable, allowsOutputs: false } }
  const outputs = test.outputs.map(output => compileOutput(output, forOutputs))
  reportRepeatedOutputs(test, context, taken)
  return {
    specs: specs.filter(spec => spec !== undefined),
    outputs: outputs.filter(output => output !== undefined)
  }
}

function compileSpec(spec: SpecDefinition, context: TextContext): CompiledSpec | undefined {
  const when = spec.when && compileAssertion(spec.when, context)
  const facts = {
    ...(spec.name ? { name: spec.name.text } : {}),
    ...(when ? { when } : {}),
    severity: spec.severity
  }
  const hasBrokenWhen = spec.when !== undefined && when === undefined
  if (spec.kind === 'sequence') {
    const compiled = spec.steps.map(step => compileSelector(step, context))
    const steps = compiled.filter(step => step !== undefined)
    if (hasBrokenWhen || steps.length < compiled.length) return undefined
    const text = `sequence${spec.by === 'start' ? ' by start' : ''}: ${steps.map(step => step.text).join(' → ')}`
    return { kind: 'sequence', by: spec.by, steps, text, location: spec.location, ...facts }
  }
  const selector = compileSelector(spec.selector, context)
  const assertions = spec.assertions.map(assertion => compileAssertion(assertion, context))
  const held = assertions.filter(assertion => assertion !== undefined)
  if (!selector || hasBrokenWhen || held.length < assertions.length) return undefined
  return {
    kind: 'selector',
    selector: selector.selector,
    text: selector.text,
    assertions: held,
    location: spec.selector.text === '' ? spec.location : selector.location,
    ...facts
  }
}

function compileSelector(
  text: EmbeddedText,
  context: TextContext
): ReturnType<typeof selectorOf> | undefined {
  const node = compileText(text, parseSelector, context)
  return node && selectorOf(node, text)
}

function selectorOf(
  selector: Parameters<typeof printSelector>[0],
  text: EmbeddedText
): Extract<CompiledSpec, { kind: 'sequence' }>['steps'][number] {
  return { selector, text: printSelector(selector), location: locationOf(text) }
}

function compileAssertion(text: EmbeddedText, context: TextContext): CompiledAssertion | undefined {
  const node = compileText(text, parseAssertion, context)
  return node && { node, text: printAssertion(node), location: locationOf(text) }
}

function compileOutput(output: OutputDefinition, context: TextContext): CompiledOutput | undefined {
  const selector = output.selector && compileText(output.selector, parseSelector, context)
  const value = compileText(output.value, parseExpression, context)
  if (!value || (output.selector && !selector)) return undefined
  const { name, location, isList } = output
  return { name, location, value, isList, ...(selector ? { selector } : {}) }
}

/** Two values of one name: which of them a later reader got would be chance. */
function reportRepeatedOutputs(
  test: TestDefinition,
  { problems }: TextContext,
  taken: ReadonlySet<string>
): void {
  const seen = new Set<string>()
  for (const { name, location } of test.outputs) {
    if (seen.has(name))
      problems.push({
        code: 'SCHEMA_VIOLATION',
        severity: 'error',
        message: `the output \`${name}\` stands here twice`,
        location
      })
    else if (taken.has(name))
      problems.push({
        code: 'SCHEMA_VIOLATION',
        severity: 'error',
        message: `\`${name}\` is a variable already: an output of that name would be another value`,
        location,
        hint: 'give the output a name of its own'
      })
    seen.add(name)
  }
}
