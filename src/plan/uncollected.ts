import type { Diagnostic } from '../errors/diagnostic.ts'
import type { CompiledChecks } from '../language/check.ts'

/** What says that the trigger is meant: it alone is there where no spans are collected. */
const MEANS_TRIGGER = /:root|Tracetest trigger|tracetest\.(?:span\.type=["']general|response)/

/** Selectors of a test that collects no spans and yet asks for some: a bound from above would hold for nothing. */
export function uncollectedSpans(checks: CompiledChecks): readonly Diagnostic[] {
  return checks.specs
    .filter(spec => !MEANS_TRIGGER.test(spec.text) && spec.text !== '' && spec.text !== 'span')
    .map(({ location }) => ({
      code: 'NO_EFFECT',
      severity: 'warning',
      message: 'with `skipTraceCollection`, no span but the trigger is there to be selected',
      location,
      hint: 'select it by `:root`, or remove `skipTraceCollection`'
    }))
}
