import type { TestDefinition } from '../definition/document.ts'
import type { Diagnostic } from '../errors/diagnostic.ts'
import type { SyntaxNode } from '../language/ast.ts'
import type { CompiledChecks } from '../language/check.ts'
import { walkNodes } from '../language/walk.ts'
import type { Location } from '../source/source-text.ts'

const NO_ANSWER = 'nothing is sent, so there is no answer'

/** What makes no sense where nothing is sent and a trace is judged that something else began. */
export function unansweredParts(test: TestDefinition, checks: CompiledChecks): readonly Diagnostic[] {
  const { trigger } = test
  const problems: Diagnostic[] = readsOf(checks).map(({ text, location }) => ({
    code: 'SCHEMA_VIOLATION',
    severity: 'error',
    message: `\`${text}\` cannot be read: ${NO_ANSWER}`,
    location,
    hint: 'read it off a span, such as `attr:http.response.status_code`'
  }))
  if (trigger.traceIdHeader !== undefined)
    problems.push({
      code: 'SCHEMA_VIOLATION',
      severity: 'error',
      message: `\`traceId\` has no place beside \`type: ${trigger.type.value}\`: ${NO_ANSWER} that could name a trace`,
      ...(trigger.traceIdHeader.location ? { location: trigger.traceIdHeader.location } : {})
    })
  if (!test.collectsTrace)
    problems.push({
      code: 'SCHEMA_VIOLATION',
      severity: 'error',
      message: `\`skipTraceCollection\` leaves nothing to judge: ${NO_ANSWER} either`,
      location: trigger.type.location ?? trigger.location,
      hint: 'remove it'
    })
  return problems
}

interface Read {
  readonly text: string
  readonly location: Location
}

function readsOf({ specs, outputs }: CompiledChecks): readonly Read[] {
  const places: (readonly [SyntaxNode, Location])[] = [
    ...specs.flatMap(spec => [
      ...(spec.when ? [[spec.when.node, spec.when.location] as const] : []),
      ...(spec.kind === 'sequence'
        ? spec.steps.map(step => [step.selector, step.location] as const)
        : [
            [spec.selector, spec.location] as const,
            ...spec.assertions.map(assertion => [assertion.node, assertion.location] as const)
          ])
    ]),
    ...outputs.flatMap(({ value, selector, location }) => [
      [value, location] as const,
      ...(selector ? [[selector, location] as const] : [])
    ])
  ]
  return places.flatMap(([root, location]) => {
    const texts = new Set<string>()
    walkNodes(root, node => {
      if (node.kind === 'response')
        texts.add(`response:${node.part}${node.name === undefined ? '' : `.${node.name}`}`)
      if ((node.kind === 'reference' || node.kind === 'key') && node.name.startsWith('tracetest.response.'))
        texts.add(node.name)
    })
    return [...texts].map(text => ({ text, location }))
  })
}
