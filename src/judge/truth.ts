import type { Reason } from '../model/verdict.ts'

/** True, false, or why neither can be said. */
export type Truth = boolean | Reason

export function isUndetermined(truth: Truth): truth is Reason {
  return typeof truth === 'object'
}

export function notTruth(truth: Truth): Truth {
  return isUndetermined(truth) ? truth : !truth
}

/** Kleene's `and`: one false decides; otherwise the first reason is kept. */
export function andTruth(a: Truth, b: Truth): Truth {
  if (a === false || b === false) return false
  return a === true ? b : a
}

/** Kleene's `or`: one true decides; otherwise the first reason is kept. */
export function orTruth(a: Truth, b: Truth): Truth {
  if (a === true || b === true) return true
  return a === false ? b : a
}
