import type { Nothing, Value } from '../language/values.ts'
import type { Reason } from '../model/verdict.ts'

const UNDETERMINED: unique symbol = Symbol('undetermined')

/** Why a value or a truth is not known. The words are made when they are asked for: most are never read. */
export interface Undetermined {
  readonly [UNDETERMINED]: true
  readonly code: Reason['code']
  explain(): Reason
}

export function undetermined(code: Reason['code'], explain: () => Omit<Reason, 'code'>): Undetermined {
  return { [UNDETERMINED]: true, code, explain: () => ({ code, ...explain() }) }
}

export function isUndetermined(value: unknown): value is Undetermined {
  return typeof value === 'object' && value !== null && UNDETERMINED in value
}

/** What an expression gives. A missing attribute is undetermined; {@link Nothing} is what a `json_path` did not find. */
export type Evaluated = Value | Nothing | Undetermined

export type Truth = boolean | Undetermined

/**
 * The truth of a condition on one span. Firm: spans that are still to come can only matter as its classification says;
 * not firm where a comparison of clocks of two processes is in it, which skew may still overturn.
 */
export interface Judged {
  readonly truth: Truth
  readonly isFirm: boolean
}

const FIRM_TRUE: Judged = { truth: true, isFirm: true }
const FIRM_FALSE: Judged = { truth: false, isFirm: true }
const SOFT_TRUE: Judged = { truth: true, isFirm: false }
const SOFT_FALSE: Judged = { truth: false, isFirm: false }

export function judged(truth: Truth, isFirm: boolean): Judged {
  if (truth === true) return isFirm ? FIRM_TRUE : SOFT_TRUE
  if (truth === false) return isFirm ? FIRM_FALSE : SOFT_FALSE
  return { truth, isFirm }
}

export function negate({ truth, isFirm }: Judged): Judged {
  return judged(isUndetermined(truth) ? truth : !truth, isFirm)
}

/**
 * Kleene's `and` (where `decisive` is false) and `or` (where it is true): one decisive part decides, and firmly so if
 * one of those is firm. Otherwise the first reason is kept, and the whole is as firm as all of its parts.
 */
export function combine(parts: Iterable<Judged>, decisive: boolean): Judged {
  let open: Undetermined | undefined
  let isDecided = false
  let areFirm = true
  for (const { truth, isFirm } of parts) {
    if (truth === decisive) {
      if (isFirm) return judged(decisive, true)
      isDecided = true
    } else if (isUndetermined(truth)) open ??= truth
    areFirm &&= isFirm
  }
  if (isDecided) return judged(decisive, false)
  return judged(open ?? !decisive, areFirm)
}
