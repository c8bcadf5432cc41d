import { createCallMemo } from '../../src/judge/calls.ts'
import { type JudgeContext, type Judgement, judge } from '../../src/judge/judge.ts'
import type {
  CompiledAssertion,
  CompiledChecks,
  CompiledOutput,
  CompiledSpec
} from '../../src/language/check.ts'
import { parseAssertion, parseExpression } from '../../src/language/parse.ts'
import { loadPatterns } from '../../src/language/patterns.ts'
import { printAssertion, printSelector } from '../../src/language/print.ts'
import type { Response } from '../../src/model/response.ts'
import type { Trace } from '../../src/model/trace.ts'
import type { CheckResult } from '../../src/model/verdict.ts'
import type { Location } from '../../src/source/source-text.ts'
import { selectorOf } from './select.ts'

await loadPatterns()

const HERE: Location = { source: { name: 'checkout.yaml', text: '' }, range: { start: 0, end: 0 } }

/** Checks in few words. */
export interface SpecSketch {
  readonly selector?: string
  readonly when?: string
  readonly assertions?: readonly string[]
  readonly sequence?: readonly string[]
  readonly by?: 'start' | 'end'
  readonly severity?: 'error' | 'warning'
}

export interface OutputSketch {
  readonly name: string
  readonly selector?: string
  readonly value: string
  readonly all?: boolean
}

export interface ChecksSketch {
  readonly specs?: readonly SpecSketch[]
  readonly outputs?: readonly OutputSketch[]
}

export function assertionOf(text: string): CompiledAssertion {
  const outcome = parseAssertion(text)
  if (!outcome.ok) throw new Error(`${text}: ${outcome.problems.map(problem => problem.message).join('; ')}`)
  return { node: outcome.value, text: printAssertion(outcome.value), location: HERE }
}

export function compileChecks({ specs = [], outputs = [] }: ChecksSketch): CompiledChecks {
  return {
    specs: specs.map((spec): CompiledSpec => {
      const facts = {
        location: HERE,
        severity: spec.severity ?? 'error',
        ...(spec.when === undefined ? {} : { when: assertionOf(spec.when) })
      } as const
      if (spec.sequence) {
        const steps = spec.sequence.map(text => ({ selector: selectorOf(text), text, location: HERE }))
        return { kind: 'sequence', ...facts, by: spec.by ?? 'end', steps, text: spec.sequence.join(', ') }
      }
      const selector = selectorOf(spec.selector ?? '')
      const assertions = (spec.assertions ?? []).map(assertionOf)
      return { kind: 'selector', ...facts, selector, text: printSelector(selector), assertions }
    }),
    outputs: outputs.map(({ name, selector, value, all = false }): CompiledOutput => {
      const expression = parseExpression(value)
      if (!expression.ok) throw new Error(`${value}: ${expression.problems[0]?.message ?? ''}`)
      return {
        name,
        location: HERE,
        value: expression.value,
        isList: all,
        ...(selector === undefined ? {} : { selector: selectorOf(selector) })
      }
    })
  }
}

const RESPONSE: Response = {
  status: 200,
  headers: [
    { key: 'Content-Type', value: 'application/json' },
    { key: 'x-served-by', value: 'gateway-1' }
  ],
  body: '{"id":52,"items":[],"total":99.99}'
}

export function contextFor(checks: CompiledChecks, overrides: Partial<JudgeContext> = {}): JudgeContext {
  return {
    variables: new Map([
      ['SKU', 'SKU-1'],
      ['LIMIT', '3']
    ]),
    response: RESPONSE,
    responseDurationNanos: 100_000_000n,
    isComplete: true,
    mayRevise: false,
    losses: [],
    holes: [],
    calls: createCallMemo({ random: () => 0.5, nowUnixNano: () => 1_700_000_000_000_000_000n }, checks),
    ...overrides
  }
}

export function judgeSketch(
  sketch: ChecksSketch,
  trace: Trace,
  overrides: Partial<JudgeContext> = {}
): Judgement {
  const checks = compileChecks(sketch)
  return judge(checks, trace, contextFor(checks, overrides))
}

/** The result of one assertion on the spans that a selector chooses. */
export function checkOne(
  trace: Trace,
  selector: string,
  assertion: string,
  overrides: Partial<JudgeContext> = {}
): CheckResult {
  return judgeSketch({ specs: [{ selector, assertions: [assertion] }] }, trace, overrides).specs[0]!
    .checks[0]!
}
