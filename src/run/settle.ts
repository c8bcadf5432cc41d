import type { TracerunError } from '../errors/errors.ts'
import { TraceError } from '../errors/errors.ts'
import type { Judgement } from '../judge/judge.ts'
import type { Ground, Verdict } from '../model/verdict.ts'

/** The verdict on a trace that was awaited to some end: what is undetermined has failed. */
export function settleJudgement(judgement: Judgement): Verdict {
  const { specs, outputs, hasFailure } = judgement
  if (hasFailure) return { outcome: 'failed', specs, outputs }
  if (specs.length > 0 && outputs.length === 0 && specs.every(spec => spec.skipped !== undefined))
    return {
      outcome: 'errored',
      error: new TraceError({
        code: 'TRACE_UNAVAILABLE',
        message: 'nothing was checked: every spec was skipped, because its `when` did not hold',
        hint: 'Let at least one spec stand without `when`.'
      }),
      specs,
      outputs
    }
  return { outcome: 'passed', specs, outputs }
}

/**
 * The verdict where there is no trace to speak of: a check that is violated for good, whatever could have come, fails
 * the test; otherwise the error is the result.
 */
export function settleWithError(judgement: Judgement | undefined, error: TracerunError): Verdict {
  const { specs, outputs } = judgement ?? { specs: [], outputs: [] }
  return judgement !== undefined && hasFinalViolation(judgement)
    ? { outcome: 'failed', specs, outputs }
    : { outcome: 'errored', error, specs, outputs }
}

function hasFinalViolation(judgement: Judgement): boolean {
  return judgement.specs.some(
    spec =>
      spec.severity === 'error' &&
      spec.skipped === undefined &&
      spec.checks.some(check => check.outcome === 'violated' && check.isFinal)
  )
}

/** A check that relies on a complete trace says what the trace may lack. */
export function warnOfDoubts(judgement: Judgement, { doubts = [] }: Pick<Ground, 'doubts'>): Judgement {
  if (doubts.length === 0) return judgement
  return {
    ...judgement,
    specs: judgement.specs.map(spec => ({
      ...spec,
      checks: spec.checks.map(check =>
        check.isWatched === undefined ? check : { ...check, warnings: [...check.warnings, ...doubts] }
      )
    }))
  }
}
