import type { KeyNode } from '../language/ast.ts'
import type { Value } from '../language/values.ts'
import type { Trace } from '../model/trace.ts'
import type { JudgeContext } from './context.ts'
import { evaluateOutside, evaluateString } from './plain-value.ts'
import { BUDGET_STEPS, type TraceScope } from './scope.ts'
import { indexOf, type TraceIndex } from './trace-index.ts'
import { isUndetermined, type Undetermined, undetermined } from './truth.ts'

/** The view of a trace that one judgement has. Outputs are added to `variables` as they are evaluated. */
export function createTraceScope(
  trace: Trace,
  context: JudgeContext,
  variables: ReadonlyMap<string, Value | Undetermined>
): TraceScope {
  const index = indexOf(trace)
  const losses = new Set(context.losses)
  const hidden = context.maskedText === undefined ? undefined : hiddenKeys(index, context.maskedText)
  const scope: TraceScope = {
    variables,
    response: context.response,
    responseDurationNanos: context.responseDurationNanos,
    calls: context.calls,
    maskedText: context.maskedText,
    index,
    losses,
    resolve: node => evaluateString(node, inner => evaluateOutside(inner, scope)),
    hiddenKey: ({ name }: KeyNode) => (hidden?.has(name) ? maskedKey(name) : undefined),
    select: {
      index,
      foldsNames: losses.has('case'),
      kept: new Map(),
      textOf: node => {
        const text = scope.resolve(node)
        // A selector with a string that has no text is never evaluated: its row is undetermined before.
        return isUndetermined(text) ? '' : text
      }
    },
    rows: new Map(),
    scoped: new Map(),
    shared: new Map(),
    readers: new Map(),
    relations: new Map(),
    prefixes: new Map(),
    budget: { steps: BUDGET_STEPS }
  }
  return scope
}

function maskedKey(name: string): Undetermined {
  return undetermined('masked', () => ({
    text: `values of ${name} are secrets, and are hidden in the saved run`
  }))
}

/** Keys of which a value was replaced when the run was saved. */
function hiddenKeys({ trace }: TraceIndex, maskedText: string): ReadonlySet<string> {
  const hidden = new Set<string>()
  const look = (attributes: ReadonlyMap<string, unknown>): void => {
    for (const [key, value] of attributes)
      if (typeof value === 'string' && value.includes(maskedText)) hidden.add(key)
  }
  for (const span of trace.spans) {
    look(span.attributes)
    look(span.resource)
    look(span.scope.attributes)
    for (const event of span.events) look(event.attributes)
    for (const link of span.links) look(link.attributes)
    if (span.name.includes(maskedText)) hidden.add('name').add('tracetest.span.name')
  }
  return hidden
}
