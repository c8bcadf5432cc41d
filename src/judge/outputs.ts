import type { CompiledOutput } from '../language/check.ts'
import { classifySelector, isOwnExpression } from '../language/classify.ts'
import { isArray, isDuration, isMap, NOTHING, textOf, type Value } from '../language/values.ts'
import type { AttributeValue } from '../model/attributes.ts'
import type { OutputResult } from '../model/verdict.ts'
import { type CheckScope, nearestTo } from './assess.ts'
import { evaluate } from './evaluate.ts'
import { lossOf } from './loss.ts'
import { nothingFound } from './plain-value.ts'
import { eachOf, type Row, rowOf } from './row.ts'
import { chooseRow } from './rows.ts'
import { type Evaluated, isUndetermined, type Undetermined, undetermined } from './truth.ts'

/** An output as it was read, and as a variable of the checks that follow. */
export interface ReadOutput {
  readonly result: OutputResult
  readonly value: Value | Undetermined
}

/** Reads an output from the first span that its selector chose, or from the trigger. */
export function readOutput(output: CompiledOutput, scope: CheckScope): ReadOutput {
  const { trace, outputs } = scope
  const { name, location, selector, value: expression } = output
  const nodes = selector ? [selector, expression] : [expression]
  const selection = selector ? classifySelector(selector, outputs) : 'fixed'
  const isFinal = selection === 'fixed' && isOwnExpression(expression, outputs) && scope.mayBeEarly(nodes)
  const facts = { name, location, isFinal }
  const fail = (why: Undetermined): ReadOutput => ({
    result: { ...facts, outcome: 'undetermined', reason: why.explain() },
    value: undetermined('variable', () => ({
      text: `the output ${name} has no value: ${why.explain().text}`
    }))
  })
  const lost = lossOf(nodes, trace.losses)
  if (lost) return fail(undetermined('lost', () => lost))
  const row = selector ? chooseRow(selector, {}, trace) : triggerRow(scope)
  if (isUndetermined(row)) return fail(row)
  const at = firstOf(row)
  if (selector && at === undefined)
    return {
      result: {
        ...facts,
        isFinal: false,
        outcome: 'unmatched',
        nearest: nearestTo(selector, scope)
      },
      value: undetermined('variable', () => ({
        text: `the output ${name} has no value: its selector chose no span`
      }))
    }
  if (output.isList) return readList(output, { row, scope, facts, fail })
  const value = evaluate(expression, trace, at === undefined ? {} : { at, selected: row })
  if (isUndetermined(value)) return fail(value)
  if (value === NOTHING) return fail(nothingFound())
  const span = at === undefined ? undefined : trace.index.trace.spans[at]
  return {
    result: {
      ...facts,
      outcome: 'held',
      value: attributeOf(value),
      text: textOf(value),
      ...(span ? { spanId: span.spanId } : {})
    },
    value
  }
}

interface ListParts {
  readonly row: Row
  readonly scope: CheckScope
  readonly facts: Pick<OutputResult, 'name' | 'location' | 'isFinal'>
  fail(why: Undetermined): ReadOutput
}

/** The values of all spans that were chosen, in trace order: one that cannot be read leaves the list without a value. */
function readList({ value: expression }: CompiledOutput, { row, scope, facts, fail }: ListParts): ReadOutput {
  const read: Evaluated[] = []
  eachOf(row, at => {
    read.push(evaluate(expression, scope.trace, { at, selected: row }))
    return true
  })
  const values: Value[] = []
  for (const value of read) {
    if (isUndetermined(value)) return fail(value)
    if (value === NOTHING) return fail(nothingFound())
    values.push(value)
  }
  const result: OutputResult = {
    ...facts,
    outcome: 'held',
    value: attributeOf(values),
    text: textOf(values),
    items: values.map(textOf)
  }
  return { result, value: values }
}

function triggerRow({ trace }: CheckScope): Row {
  const { trigger } = trace.index.trace
  return rowOf(trigger < 0 ? new Int32Array(0) : Int32Array.of(trigger))
}

function firstOf({ order, slices }: Row): number | undefined {
  for (let slice = 0; slice < slices.length; slice += 2)
    if (slices[slice]! < slices[slice + 1]!) return order[slices[slice]!]
  return undefined
}

/** A value as attributes hold it: a duration as its text. */
function attributeOf(value: Exclude<Evaluated, Undetermined | typeof NOTHING>): AttributeValue {
  if (isDuration(value)) return textOf(value)
  if (isArray(value)) return value.map(attributeOf)
  if (isMap(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, attributeOf(item)]))
  return value as AttributeValue
}
