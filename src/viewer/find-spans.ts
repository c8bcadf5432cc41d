import type { Diagnostic } from '../errors/diagnostic.ts'
import { locateProblem } from '../errors/diagnostic.ts'
import { nearestAlone, selectAlone } from '../judge/explain.ts'
import { readLoneSelector } from '../language/lone-selector.ts'
import type { Trace } from '../model/trace.ts'
import type { NearestMisses } from '../model/verdict.ts'
import { renderCodeFrame } from '../source/code-frame.ts'
import { verbatimText } from '../source/embedded.ts'
import { renderLocation } from '../source/line-index.ts'

/** A mistake in the selector, in the words and with the place that the command line gives. */
export interface SelectorProblem {
  readonly severity: 'error' | 'warning'
  readonly place: string
  readonly message: string
  /** The line with carets under what is meant. */
  readonly frame: string
  readonly hint?: string
}

export type FoundSpans =
  | {
      readonly ok: true
      readonly positions: Int32Array
      readonly problems: readonly SelectorProblem[]
      /** Costs more than the search: what came nearest, where nothing was found. */
      nearest(): NearestMisses
    }
  | { readonly ok: false; readonly problems: readonly SelectorProblem[] }

/** The spans that a selector chooses, exactly as `tracerun explain` does it. */
export async function findSpans(text: string, trace: Trace): Promise<FoundSpans> {
  const outcome = await readLoneSelector(text)
  const written = verbatimText({ name: 'the selector', text })
  const problems = outcome.problems.map(problem => describe(locateProblem(problem, written)))
  if (!outcome.ok) return { ok: false, problems }
  return {
    ok: true,
    problems,
    positions: selectAlone(outcome.value, trace),
    nearest: () => nearestAlone(outcome.value, trace)
  }
}

function describe({ severity, message, location, hint }: Diagnostic): SelectorProblem {
  return {
    severity,
    message,
    place: location === undefined ? '' : renderLocation(location),
    frame: location === undefined ? '' : renderCodeFrame(location),
    ...(hint === undefined ? {} : { hint })
  }
}
