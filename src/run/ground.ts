import type { Ground, GroundKind, Reliance } from '../model/verdict.ts'

/** What the sentence of a ground is made of. */
export interface GroundFacts {
  readonly kind: GroundKind
  readonly waitedMs: number
  /** Nothing was sent: the wait counts from when the trace was named. */
  readonly isUnanswered?: boolean
  /** From the end of the last span to the moment at which the trace counted as complete. */
  readonly settledMs?: number
  /** Observed beyond that; 0 where a check asked for it and the user forbade it. */
  readonly watchedMs?: number
  readonly holes?: number
  /** Parents, callees and consumers that the trace counts as whole without. */
  readonly absent?: number
  readonly doubts?: readonly string[]
  readonly mayRevise?: boolean
  readonly reliedOn?: Reliance
  /** Words of the store or about it, or the reason why no trace was needed. */
  readonly note?: string
}

/** Why waiting ended, in a sentence. */
export function buildGround(facts: GroundFacts): Ground {
  const { kind, waitedMs, settledMs, watchedMs, reliedOn, mayRevise = false, doubts = [] } = facts
  return {
    kind,
    waitedMs: Math.max(0, waitedMs),
    ...(settledMs === undefined ? {} : { settledMs }),
    ...(watchedMs === undefined ? {} : { watchedMs }),
    ...(doubts.length === 0 ? {} : { doubts }),
    ...(mayRevise ? { mayRevise } : {}),
    ...(reliedOn === undefined ? {} : { reliedOn }),
    text: sentenceOf(facts)
  }
}

function sentenceOf(facts: GroundFacts): string {
  const after = `${renderSeconds(facts.waitedMs)} after ${facts.isUnanswered ? 'it was first looked for' : 'the answer'}`
  switch (facts.kind) {
    case 'structural':
      return `complete: ${presentText(facts)}, ${settledText(facts)}`
    case 'quiet':
      return `complete: ${presentText(facts)} and nothing new any more, ${settledText(facts)}`
    case 'stated':
      return 'complete: the trace is all that there is'
    case 'answer':
      return facts.note ?? 'the checks read only the answer: no span was needed'
    case 'asserted':
      return `every check was final ${after}: nothing that can still come would change one`
    case 'truncated':
      return `cut off${facts.note === undefined ? '' : `: ${facts.note}`}`
    case 'incomplete':
      return `incomplete: ${holesText(facts.holes)}, and nothing new came any more`
    case 'timeout':
      return `not complete at the deadline, ${after}${timeoutText(facts)}`
    case 'interrupted':
      return `interrupted ${after}`
  }
}

function presentText({ absent = 0 }: GroundFacts): string {
  return `all parents and callees present${absent === 0 ? '' : ` but ${absent} that may stay away`}`
}

/** How old a trace is that we did not begin says nothing of how sure it is. */
const LONG_MS = 3_600_000

function settledText({ settledMs = 0, watchedMs }: GroundFacts): string {
  const settled = `${settledMs > LONG_MS ? 'long' : renderSeconds(settledMs)} after the last span ended`
  if (watchedMs === undefined) return settled
  return watchedMs === 0
    ? `${settled}, not watched any longer (absenceWindow 0)`
    : `${settled}, watched ${renderSeconds(watchedMs)} more`
}

function timeoutText({ holes = 0, note }: GroundFacts): string {
  const reasons = [...(holes === 0 ? [] : [holesText(holes)]), ...(note === undefined ? [] : [note])]
  return reasons.length === 0 ? '' : `: ${reasons.join('; ')}`
}

function holesText(holes = 0): string {
  if (holes === 0) return 'more was said to be coming'
  return holes === 1 ? '1 hole' : `${holes} holes`
}

/** A time as reports print it: `0.4 s`; below a tenth of a second, `40 ms`. */
export function renderSeconds(ms: number): string {
  const shown = Math.max(0, ms)
  return shown > 0 && shown < 100 ? `${Math.ceil(shown)} ms` : `${(shown / 1000).toFixed(1)} s`
}
