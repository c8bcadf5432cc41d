import type { CompiledChecks } from '../../src/language/check.ts'
import { parseAssertion, parseTemplate } from '../../src/language/parse.ts'
import { printAssertion, printSelector } from '../../src/language/print.ts'
import type { Response } from '../../src/model/response.ts'
import type { Span } from '../../src/model/span.ts'
import type { BoundBackend, BoundTrigger, PlannedTest, WaitSettings } from '../../src/plan/plan.ts'
import type { PluginContext } from '../../src/plugin/context.ts'
import type { TraceParent, TriggerResult } from '../../src/plugin/trigger.ts'
import { verbatimText } from '../../src/source/embedded.ts'
import { selectorOf } from './select.ts'
import { buildSpan, type SpanSketch, TRACE_ID, TRIGGER_ID } from './trace-builder.ts'

const location = verbatimText({ name: 'checkout.yaml', text: '' }).locate({ start: 0, end: 0 })

/** Specs in few words: a selector, and its assertions. */
export function checksOf(specs: Readonly<Record<string, readonly string[]>>): CompiledChecks {
  return {
    specs: Object.entries(specs).map(([text, assertions]) => {
      const selector = selectorOf(text)
      return {
        kind: 'selector',
        selector,
        text: printSelector(selector),
        location,
        severity: 'error',
        assertions: assertions.map(assertion => {
          const outcome = parseAssertion(assertion)
          if (!outcome.ok) throw new Error(`${assertion}: ${outcome.problems[0]?.message ?? ''}`)
          return { node: outcome.value, text: printAssertion(outcome.value), location }
        })
      }
    }),
    outputs: []
  }
}

/** Spans of the trace that a request began: a parent `trigger` is the span that was sent with it. */
export function spansOf(parent: TraceParent, ...sketches: readonly SpanSketch[]): readonly Span[] {
  return sketches.map(sketch => {
    const span = buildSpan(sketch)
    return {
      ...span,
      traceId: span.traceId === TRACE_ID ? parent.traceId : span.traceId,
      ...(span.parentSpanId === TRIGGER_ID ? { parentSpanId: parent.spanId } : {}),
      links: span.links.map(link => ({
        ...link,
        ...(link.traceId === TRACE_ID ? { traceId: parent.traceId } : {}),
        ...(link.spanId === TRIGGER_ID ? { spanId: parent.spanId } : {})
      }))
    }
  })
}

export interface FireOptions {
  /** From sending to answer. */
  readonly ms?: number
  readonly response?: Response
  readonly template?: string
  readonly timeoutMs?: number
  readonly isMessage?: boolean
  /** While the request is in flight. */
  onSent?(parent: TraceParent, resolve: (text: string) => string): void
  /** In the moment of the answer. */
  onAnswered?(parent: TraceParent): void
}

/** A trigger that answers after its time, as the clock of its context tells. */
export function triggerOf(options: FireOptions = {}): BoundTrigger {
  return {
    kind: 'fake',
    isMessage: options.isMessage ?? false,
    options: {},
    timeoutMs: options.timeoutMs ?? 30_000,
    sampling: 'friendly',
    propagation: ['tracecontext', 'baggage'],
    templates: [],
    async run(resolve, parent, context): Promise<TriggerResult> {
      const sentUnixNano = context.clock.now()
      options.onSent?.(parent, text => resolve(templateOf(text)))
      await context.clock.sleep(options.ms ?? 100, context.signal)
      options.onAnswered?.(parent)
      return {
        response: options.response ?? { status: 200, headers: [], body: '{}' },
        sentUnixNano,
        answeredUnixNano: context.clock.now(),
        sentHeaders: Object.entries(parent.headers).map(([key, value]) => ({ key, value }))
      }
    }
  }
}

/** A trigger that does whatever it is told. */
export function triggerThat(
  run: (parent: TraceParent, context: PluginContext) => Promise<TriggerResult>,
  timeoutMs = 30_000
): BoundTrigger {
  return { ...triggerOf({ timeoutMs }), run: (_resolve, parent, context) => run(parent, context) }
}

function templateOf(
  text: string
): ReturnType<typeof parseTemplate> extends infer Outcome
  ? Outcome extends { value: infer Node }
    ? Node
    : never
  : never {
  const outcome = parseTemplate(text)
  if (!outcome.ok) throw new Error(text)
  return outcome.value
}

export interface TestOptions extends Partial<Omit<PlannedTest, 'wait'>> {
  readonly backend: BoundBackend
  readonly wait?: Partial<WaitSettings>
}

/** A test of the shop's checkout, its batches declared as 200 ms. */
export function plannedTest(options: TestOptions): PlannedTest {
  const name = options.name ?? 'checkout'
  return {
    id: name,
    name,
    location,
    tags: [],
    trigger: triggerOf(),
    collectsTrace: true,
    variables: new Map(),
    checks: checksOf({ 'span[name="charge"]': ['count() = 1'] }),
    secretOutputs: new Set(),
    warnings: [],
    ...options,
    wait: {
      flushDelayMs: 200,
      allowOrphans: false,
      followsLinks: false,
      externalHosts: [],
      ...options.wait
    }
  }
}
