import { sentenceLines } from '../error-lines.ts'
import type { JsonAssertion, JsonOutput, JsonReason, JsonSpan, JsonSpec, JsonTest } from '../json-report.ts'
import { fitLines, indent, type Line, lineOf, spread, toned, wrapLine } from '../line.ts'
import { offendersOf } from '../offenders.ts'
import { renderCount } from '../quantity.ts'
import { shortenEnd, shortenMiddle } from '../shorten.ts'
import { renderWarnings } from '../terminal/assertion.ts'
import { inset, type Layout } from '../terminal/layout.ts'
import { renderNearest } from '../terminal/nearest.ts'
import { renderObservations } from '../terminal/observations.ts'
import { reasonText } from '../terminal/reason.ts'

const MAX_HOLES = 5

/** What a test says beside its name and outcome: the error, what did not hold and why, on what ground, its warnings. */
export function renderBody(test: JsonTest, layout: Layout): readonly Line[] {
  const lines = [
    ...errorLines(test, layout),
    ...test.specs.flatMap(spec => specLines(spec, test, layout)),
    ...test.outputs.flatMap(output => outputLines(output, test, layout)),
    ...groundLines(test, layout),
    ...renderWarnings(test.warnings, layout)
  ]
  return fitLines(lines, layout.columns)
}

/** Whether an assertion did not hold. */
export function isBroken({ outcome }: JsonAssertion): boolean {
  return outcome !== 'held' && outcome !== 'skipped'
}

function errorLines({ error }: JsonTest, { columns, signs }: Layout): readonly Line[] {
  if (error === undefined) return []
  const [first = [], ...rest] = error.hint === undefined ? [] : sentenceLines(error.hint, columns - 2)
  const hint = error.hint === undefined ? [] : [[toned(`${signs.arrow} `), ...first], ...indent(rest, 2)]
  return [...sentenceLines(error.message, columns), ...hint]
}

function specLines(spec: JsonSpec, test: JsonTest, layout: Layout): readonly Line[] {
  const told = spec.assertions.filter(assertion => isBroken(assertion) || assertion.warnings.length > 0)
  const [first] = told
  if (first === undefined) return []
  const selector = toned(shortenMiddle(spec.selector, layout.columns * 2, layout.signs.ellipsis), 'accent')
  const title = spec.name === undefined ? lineOf(selector) : lineOf(`${spec.name}  `, selector)
  const place = lineOf(toned(`${test.file}:${first.line}:${first.column}`, 'dim'))
  return [
    ...spread(title, place, layout.columns),
    ...indent(
      told.flatMap(assertion => assertionLines(assertion, spec, test, inset(layout, 2))),
      2
    )
  ]
}

function assertionLines(
  assertion: JsonAssertion,
  spec: JsonSpec,
  test: JsonTest,
  layout: Layout
): readonly Line[] {
  const { signs } = layout
  const sign = !isBroken(assertion)
    ? toned(`${signs.passed} `, 'good')
    : spec.severity === 'error'
      ? toned(`${signs.failed} `, 'bad')
      : toned(`${signs.caution} warning: `, 'caution')
  const beside = valueBeside(assertion)
  const title = lineOf(sign, toned(assertion.text, 'strong'), beside === '' ? undefined : `   ${beside}`)
  const inner = inset(layout, 4)
  const why = saysTheError(assertion.reason, test) ? [] : whyLines(assertion, inner)
  return [
    ...wrapLine(title, layout.columns, 4),
    ...indent([...why, ...renderWarnings(assertion.warnings, inner)], 4)
  ]
}

/** What an assertion came out with, in the words that stand beside it. */
export function valueBeside({ outcome, spans, text }: JsonAssertion): string {
  switch (outcome) {
    case 'violated': {
      const [only, ...others] = spans
      if (only?.actual === undefined || only.spanId !== undefined || others.length > 0) return ''
      const { expected } = only
      const wanted = expected === undefined || text.includes(expected) ? '' : `expected ${expected}   `
      return `${wanted}actual ${only.actual}`
    }
    case 'undetermined':
      return 'undetermined'
    case 'unmatched':
      return 'no span selected'
    case 'held':
    case 'skipped':
      return ''
  }
}

/** Of an errored test, what is open because of the error needs no words of its own. */
function saysTheError(reason: JsonReason | undefined, { error }: JsonTest): boolean {
  return error !== undefined && (reason?.code === 'open' || reason?.text === error.message)
}

function whyLines(assertion: JsonAssertion, layout: Layout): readonly Line[] {
  const perSpan = offendersOf(
    assertion.text,
    assertion.spans.filter(span => span.spanId !== undefined)
  ).map(span => withoutRepeat(span, assertion))
  const rows = renderObservations(perSpan, span => spanLine(span, layout), layout)
  const { reason } = assertion
  const isInRows = perSpan.some(span => span.reason?.text === reason?.text)
  const unlisted = assertion.spanCount - assertion.spans.length
  return [
    ...(reason === undefined || isInRows ? [] : reasonLines(reason, layout)),
    ...rows,
    ...(unlisted > 0 ? [lineOf(toned(`and ${renderCount(unlisted, 'more span')}`, 'dim'))] : []),
    ...anatomyLines(assertion, layout)
  ]
}

function withoutRepeat({ expected, ...seen }: JsonSpan, { text }: JsonAssertion): JsonSpan {
  return expected === undefined || expected === text ? seen : { ...seen, expected }
}

function spanLine({ spanId, service = '', name }: JsonSpan, { signs, columns }: Layout): Line {
  const called = name === '' ? '(no name)' : (name ?? '')
  const label = service === '' ? called : `${service} ${signs.dot} ${called}`
  const short = shortenEnd(label, Math.max(24, Math.floor(columns / 2)), signs.ellipsis)
  return lineOf(short === '' ? undefined : `${short}  `, spanId && toned(spanId, 'dim'))
}

/** Values of sub-expressions, but for those that are said already. */
function anatomyLines({ anatomy = [], spans, text }: JsonAssertion, layout: Layout): readonly Line[] {
  const said = spans.flatMap(({ expected = '', actual = '' }) => [expected, actual])
  return anatomy
    .filter(part => part.text !== part.value && part.text !== text && !said.includes(part.value))
    .flatMap(part => {
      const value = shortenMiddle(part.value, layout.columns, layout.signs.ellipsis)
      return wrapLine(lineOf(toned(`${part.text} = `, 'dim'), value), layout.columns, 2)
    })
}

function reasonLines(reason: JsonReason, layout: Layout): readonly Line[] {
  const { funnel = [], candidates = [] } = reason
  if (funnel.length === 0 && candidates.length === 0)
    return wrapLine(lineOf(reasonText(reason, layout)), layout.columns, 2)
  return renderNearest({ funnel, candidates: candidates.map(({ text }) => ({ text })) }, undefined, layout)
}

function outputLines(output: JsonOutput, test: JsonTest, layout: Layout): readonly Line[] {
  if (output.outcome === 'held') return []
  const word = output.outcome === 'unmatched' ? 'no span selected' : 'undetermined'
  const title = lineOf(
    toned(`${layout.signs.failed} `, 'bad'),
    toned(`output ${output.name}`, 'strong'),
    `   ${word}`
  )
  const place = lineOf(toned(`${test.file}:${output.line}:${output.column}`, 'dim'))
  const isSaid = output.reason === undefined || saysTheError(output.reason, test)
  const why = isSaid ? [] : reasonLines(output.reason, inset(layout, 4))
  return [...spread(title, place, layout.columns), ...indent(why, 4)]
}

/** How many assertions held, on what ground, and what is known to be missing. */
function groundLines({ specs, completeness }: JsonTest, layout: Layout): readonly Line[] {
  const { signs, columns } = layout
  const all = specs.flatMap(spec => spec.assertions)
  const held = all.filter(assertion => assertion.outcome === 'held').length
  const noun = all.some(isBroken) ? 'other assertion' : 'assertion'
  const parts = [
    ...(held > 0 ? [`${signs.passed} ${renderCount(held, noun)} held`] : []),
    ...(completeness.text === undefined ? [] : [completeness.text])
  ]
  const ground = parts.length === 0 ? [] : wrapLine(lineOf(parts.join(` ${signs.dot} `)), columns, 2)
  const holes = completeness.holes.filter(hole => completeness.text?.includes(hole.text) !== true)
  const more = holes.length - MAX_HOLES
  return [
    ...ground,
    ...holes
      .slice(0, MAX_HOLES)
      .flatMap(hole => wrapLine(lineOf(toned(`${signs.caution} `, 'caution'), hole.text), columns, 2)),
    ...(more > 0 ? [lineOf(toned(`and ${renderCount(more, 'more gap')} in the trace`, 'dim'))] : [])
  ]
}
