import type { Diagnostic } from '../errors/diagnostic.ts'
import type { CompiledChecks } from '../language/check.ts'
import { describeLoss, lossyChecks } from '../language/losses.ts'
import type { BoundBackend } from './plan.ts'

/** Checks that read what the data store of their test loses of every trace: no run of them can be decided. */
export function lossWarnings(
  checks: CompiledChecks,
  { kind, caps }: Pick<BoundBackend, 'kind' | 'caps'>
): readonly Diagnostic[] {
  return lossyChecks(checks, new Set(caps.losses)).map(({ loss, location }) => ({
    code: 'NO_EFFECT',
    severity: 'warning',
    message: `the data store ${kind} ${describeLoss(loss)}: this check will be undetermined, and fail`,
    location,
    hint: 'ask for something else, or let tracerun receive the spans itself: `dataStore: {type: otlp}`'
  }))
}
