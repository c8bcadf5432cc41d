import type { QuantifierNode } from '../language/ast.ts'
import type { SelectionClass, TestClass } from '../language/classify.ts'
import { isUndetermined, type Judged, type Truth } from './truth.ts'

/** How a test of single spans came out over all selected ones; `firm` parts of it no later span can change. */
export interface Tally {
  readonly trues: number
  readonly falses: number
  readonly open: number
  readonly firmTrues: number
  readonly firmFalses: number
  readonly firmOpen: number
}

/** Counts truths. What is firm depends on how the truth of the test can still change. */
export function tallyOf(results: readonly Judged[], test: TestClass): Tally {
  const tally = { trues: 0, falses: 0, open: 0, firmTrues: 0, firmFalses: 0, firmOpen: 0 }
  for (const { truth, isFirm } of results) {
    if (truth === true) {
      tally.trues++
      if (isFirm && (test === 'fixed' || test === 'rising')) tally.firmTrues++
    } else if (truth === false) {
      tally.falses++
      if (isFirm && (test === 'fixed' || test === 'falling')) tally.firmFalses++
    } else {
      tally.open++
      if (isFirm && test === 'fixed') tally.firmOpen++
    }
  }
  return tally
}

/** Whether a quantifier holds over the selected spans: `true`, `false`, or open for want of determined spans. */
export function quantify(quantifier: QuantifierNode, tally: Tally): boolean | 'open' {
  const { trues, falses, open } = tally
  const possible = trues + open
  switch (quantifier.name) {
    case 'every':
      return falses > 0 ? false : open > 0 ? 'open' : true
    case 'some':
      return trues > 0 || (open > 0 ? 'open' : false)
    case 'none':
      return trues > 0 ? false : open > 0 ? 'open' : true
    case 'exactly':
      if (trues > quantifier.count || possible < quantifier.count) return false
      return open > 0 ? 'open' : true
    case 'at-least':
      return trues >= quantifier.count || (possible >= quantifier.count ? 'open' : false)
    case 'at-most':
      return trues > quantifier.count ? false : possible > quantifier.count ? 'open' : true
  }
}

/** Whether no span that may still come can change what {@link quantify} says, as far as passing goes. */
export function isFinalTally(quantifier: QuantifierNode, selection: SelectionClass, tally: Tally): boolean {
  if (selection === 'unsettled') return false
  const size = tally.trues + tally.falses + tally.open
  if (size === 0) return false
  const { firmTrues, firmFalses, firmOpen } = tally
  if (selection === 'fixed' && firmTrues + firmFalses + firmOpen === size) return true
  switch (quantifier.name) {
    case 'every':
      return firmFalses + firmOpen > 0
    case 'some':
      return firmTrues > 0
    case 'none':
      return firmTrues + firmOpen > 0
    case 'exactly':
      return firmTrues > quantifier.count
    case 'at-least':
      return firmTrues >= quantifier.count
    case 'at-most':
      return firmTrues + firmOpen > quantifier.count
  }
}

/** Whether one span is among those that made an assertion fail. */
export function isAgainst(quantifier: QuantifierNode, truth: Truth): boolean {
  if (isUndetermined(truth)) return true
  switch (quantifier.name) {
    case 'none':
    case 'at-most':
      return truth
    case 'every':
    case 'some':
    case 'at-least':
      return !truth
    case 'exactly':
      return true
  }
}
