import {
  createTraceState,
  isSpanContextValid,
  isValidSpanId,
  isValidTraceId,
  propagation,
  TraceFlags
} from '@opentelemetry/api'
import { invariant } from '../errors/invariant.ts'
import type { SpanId, TraceId } from '../model/ids.ts'
import type { TraceParent } from '../plugin/trigger.ts'
import { headersOf, type Propagator } from './propagate.ts'

/** So many strong random bytes. */
export type RandomBytes = (size: number) => Uint8Array

export interface TraceParentOptions {
  /** `friendly`: an id that ratio samplers keep. `random`: one that is random throughout, and says so. */
  readonly sampling: 'friendly' | 'random'
  /** The formats of the headers. */
  readonly propagation: readonly Propagator[]
  readonly testName: string
  readonly runId: string
  readonly random: RandomBytes
  readonly nowUnixNano: bigint
}

/** Bit 1 of the flags of `traceparent`: the id is random in its low 56 bits. */
const RANDOM_FLAG = 0x02
const MAX_BAGGAGE_VALUE = 200
const TRACE_STATE = 'tracerun=1,tracetest=true,ot=th:0'

/** Mints the identity of one attempt of one test, and the headers that carry it. */
export function mintTraceParent(options: TraceParentOptions): TraceParent {
  const isFriendly = options.sampling === 'friendly'
  const traceId = mintTraceId(options)
  const spanId = mintRandomId(options.random, 8)
  invariant(isValidTraceId(traceId) && isValidSpanId(spanId), `the ids ${traceId} and ${spanId} are valid`)

  const traceFlags = isFriendly ? TraceFlags.SAMPLED : TraceFlags.SAMPLED | RANDOM_FLAG
  const traceState = createTraceState(TRACE_STATE)
  invariant(isSpanContextValid({ traceId, spanId, traceFlags, traceState }), 'the span context is valid')
  return {
    traceId: traceId as TraceId,
    spanId: spanId as SpanId,
    headers: headersOf(options.propagation, {
      traceId,
      spanId,
      flags: traceFlags.toString(16).padStart(2, '0'),
      traceState: traceState.serialize(),
      baggage: renderBaggage({ 'tracerun.test': options.testName, 'tracerun.run': options.runId })
    })
  }
}

/**
 * A trace id that ratio samplers keep although they ignore the parent's decision. Their rules differ: JavaScript
 * XORs the four words and keeps small results; Go, Python and Java keep small values of the low eight bytes; the
 * consistent rule keeps large values of the low seven. The first words of each are set to please all of them, whatever the id starts with.
 */
export function mintFriendlyTraceId(random: RandomBytes, start: Uint8Array = random(4)): string {
  const view = new DataView(new ArrayBuffer(16))
  const bytes = new Uint8Array(view.buffer)
  bytes.set(start, 0)
  bytes.set([0x00, 0xff, 0xff], 8)
  bytes.set(random(5), 11)
  const [high = 0, low = 0] = random(2)
  // The XOR of all four words is what these two bytes say: small, so that JavaScript keeps it too.
  view.setUint32(4, view.getUint32(0) ^ view.getUint32(8) ^ view.getUint32(12) ^ ((high << 8) | low))
  return toHex(bytes)
}

function mintTraceId({ sampling, propagation, random, nowUnixNano }: TraceParentOptions): string {
  const start = propagation.includes('xray') ? secondsOf(nowUnixNano) : undefined
  if (sampling === 'friendly') return mintFriendlyTraceId(random, start)
  return start === undefined ? mintRandomId(random, 16) : toHex(start) + mintRandomId(random, 12)
}

/** X-Ray takes no trace whose id does not begin with the time, in seconds. */
function secondsOf(unixNano: bigint): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, Number(unixNano / 1_000_000_000n))
  return bytes
}

function mintRandomId(random: RandomBytes, size: number): string {
  for (;;) {
    const id = toHex(random(size))
    if (!/^0+$/.test(id)) return id
  }
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

/** The API has a model of baggage but no writer: entries go through the one, and out by W3C's rule of percent signs. */
function renderBaggage(entries: Readonly<Record<string, string>>): string {
  const baggage = propagation.createBaggage(
    Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, { value }]))
  )
  return baggage
    .getAllEntries()
    .map(([key, { value }]) => `${key}=${encodeURIComponent(shorten(value))}`)
    .join(',')
}

/** By code points, so that no surrogate stands alone: `encodeURIComponent` refuses one. */
function shorten(value: string): string {
  return Array.from(value.replace(/\p{Surrogate}/gu, '\ufffd'))
    .slice(0, MAX_BAGGAGE_VALUE)
    .join('')
}
