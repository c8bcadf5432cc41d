import type { JsonTest } from '../json-report.ts'
import { isBroken, valueBeside } from './body.ts'

/** The one thing to know about a test that did not pass, and where in its file it stands. */
export interface Headline {
  /** `count() <= 3`, or what the error says. */
  readonly subject: string
  /** What became of it: `actual 7`; empty where the subject says it. */
  readonly result: string
  /** A word for its kind: `violated`, `TRACE_NOT_FOUND`. */
  readonly kind: string
  readonly line: number
  readonly column?: number
  /** How much else went wrong. */
  readonly more: number
}

/** The first thing that kept a test from passing. */
export function headlineOf(test: JsonTest): Headline {
  const broken = brokenOf(test)
  const [first] = broken
  if (test.error !== undefined) {
    const { code, message } = test.error
    const [subject = ''] = message.split('\n')
    return { subject, result: '', kind: code, line: test.line, more: 0 }
  }
  if (first !== undefined) return { ...first, more: broken.length - 1 }
  const subject = test.reason ?? test.warnings.at(-1) ?? test.outcome
  return { subject, result: '', kind: test.outcome, line: test.line, more: 0 }
}

/** A headline as one sentence. */
export function renderHeadline({ subject, result, more }: Headline): string {
  const rest = more === 0 ? '' : `, and ${more} more`
  return `${subject}${result === '' ? '' : `: ${result}`}${rest}`
}

function brokenOf({ specs, outputs }: JsonTest): readonly Omit<Headline, 'more'>[] {
  const assertions = specs
    .filter(spec => spec.severity === 'error')
    .flatMap(spec =>
      spec.assertions.filter(isBroken).map(assertion => ({
        subject: `${spec.name === undefined ? '' : `${spec.name}: `}${assertion.text}`,
        result: valueBeside(assertion) || valueOfSpan(assertion.spans) || assertion.outcome,
        kind: assertion.outcome,
        line: assertion.line,
        column: assertion.column
      }))
    )
  const missing = outputs
    .filter(output => output.outcome !== 'held')
    .map(output => ({
      subject: `output ${output.name}`,
      result: output.outcome === 'unmatched' ? 'no span selected' : output.outcome,
      kind: output.outcome,
      line: output.line,
      column: output.column
    }))
  return [...assertions, ...missing]
}

function valueOfSpan(spans: JsonTest['specs'][number]['assertions'][number]['spans']): string {
  const span = spans.find(({ holds }) => holds !== true)
  if (span?.actual === undefined) return span?.reason?.text ?? ''
  const where = span.name === undefined ? '' : ` on ${span.name}`
  return `actual ${span.actual}${where}`
}
