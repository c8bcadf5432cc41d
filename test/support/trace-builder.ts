import type { Attributes, AttributeValue } from '../../src/model/attributes.ts'
import { parseSpanId, parseTraceId, type SpanId, type TraceId } from '../../src/model/ids.ts'
import type { DroppedCounts, Span, SpanKind } from '../../src/model/span.ts'
import { buildTrace, type Trace } from '../../src/model/trace.ts'
import { buildTriggerSpan } from '../../src/model/trigger-span.ts'

export const TRACE_ID: TraceId = parseTraceId('4bf92f3577b34da6a3ce929d0e0e4736')!
/** The moment that all times of built spans are counted from. */
export const EPOCH = 1_700_000_000_000_000_000n

export type PlainAttributes = Readonly<Record<string, AttributeValue>>

/** A span in few words. Times are milliseconds after {@link EPOCH}. */
export interface SpanSketch {
  readonly id: string
  /** The id of another sketch; `'trigger'` for the trigger span. */
  readonly parent?: string
  /** The name of another trace than that of the test. */
  readonly trace?: string
  readonly name?: string
  readonly service?: string
  readonly kind?: SpanKind
  readonly at?: number
  readonly ms?: number
  readonly attributes?: PlainAttributes
  readonly resource?: PlainAttributes
  readonly scope?: PlainAttributes
  readonly error?: boolean | string
  readonly events?: readonly {
    readonly name: string
    readonly at?: number
    readonly attributes?: PlainAttributes
  }[]
  readonly links?: readonly {
    readonly to: string
    readonly trace?: string
    readonly attributes?: PlainAttributes
  }[]
  readonly flags?: number
  readonly open?: boolean
  /** What the SDK did not keep. */
  readonly dropped?: Partial<DroppedCounts>
}

/** A span id that is the same for the same word: its letters in hexadecimal, or a hash of a longer word. */
export function spanIdOf(word: string): SpanId {
  let hash = 0xcbf29ce484222325n
  for (const character of word)
    hash = ((hash ^ BigInt(character.codePointAt(0)!)) * 0x100000001b3n) & 0xffffffffffffffffn
  return parseSpanId(hash.toString(16))!
}

/** The id of the trace of the test, or of another that has a name. */
export function traceIdOf(name: string | undefined): TraceId {
  return name === undefined ? TRACE_ID : parseTraceId(spanIdOf(name))!
}

export const TRIGGER_ID: SpanId = spanIdOf('trigger')

const nanos = (ms: number): bigint => EPOCH + BigInt(Math.round(ms * 1e6))
const attributesOf = (plain: PlainAttributes = {}): Attributes => new Map(Object.entries(plain))

export function buildSpan(sketch: SpanSketch): Span {
  const at = sketch.at ?? 0
  return {
    traceId: traceIdOf(sketch.trace),
    spanId: spanIdOf(sketch.id),
    ...(sketch.parent === undefined ? {} : { parentSpanId: spanIdOf(sketch.parent) }),
    name: sketch.name ?? sketch.id,
    kind: sketch.kind ?? 'internal',
    startUnixNano: nanos(at),
    ...(sketch.open ? {} : { endUnixNano: nanos(at + (sketch.ms ?? 1)) }),
    status: sketch.error
      ? { code: 'error', ...(typeof sketch.error === 'string' ? { message: sketch.error } : {}) }
      : { code: 'unset' },
    attributes: attributesOf(sketch.attributes),
    resource: attributesOf({
      ...(sketch.service === undefined ? {} : { 'service.name': sketch.service }),
      ...sketch.resource
    }),
    scope: { name: 'shop', attributes: attributesOf(sketch.scope) },
    events: (sketch.events ?? []).map(event => ({
      name: event.name,
      timeUnixNano: nanos(event.at ?? at),
      attributes: attributesOf(event.attributes)
    })),
    links: (sketch.links ?? []).map(link => ({
      traceId: traceIdOf(link.trace),
      spanId: spanIdOf(link.to),
      attributes: attributesOf(link.attributes)
    })),
    ...(sketch.flags === undefined ? {} : { flags: sketch.flags }),
    ...(sketch.dropped ? { dropped: { attributes: 0, events: 0, links: 0, ...sketch.dropped } } : {})
  }
}

/** A trace without a trigger span: what a file holds. */
export function traceOf(...sketches: readonly SpanSketch[]): Trace {
  return buildTrace(TRACE_ID, sketches.map(buildSpan))
}

/** The trigger span of a test whose answer came after 100 ms with status 200. */
export function triggerSpan(): Span {
  return buildTriggerSpan(
    TRACE_ID,
    TRIGGER_ID,
    { sentUnixNano: nanos(-5), answeredUnixNano: nanos(95) },
    { status: 200, headers: [{ key: 'content-type', value: 'application/json' }], body: '{"id":52}' }
  )
}

/** A trace below a trigger span, with the traces that link to it. */
export function joinedTraceOf(...sketches: readonly SpanSketch[]): Trace {
  return buildTrace(TRACE_ID, sketches.map(buildSpan), { trigger: triggerSpan(), followsLinks: true })
}

/** A trace below a trigger span. */
export function triggeredTraceOf(...sketches: readonly SpanSketch[]): Trace {
  return buildTrace(TRACE_ID, sketches.map(buildSpan), { trigger: triggerSpan() })
}
