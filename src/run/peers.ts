import type { Attributes } from '../model/attributes.ts'
import type { Span } from '../model/span.ts'
import { processKey, serviceName } from '../model/span.ts'
import type { Trace } from '../model/trace.ts'

/** A span that calls another process, and whether the other side is here. */
export interface Call {
  readonly span: Span
  readonly kind: 'callee' | 'consumer'
  /** `host:port` of the other side as far as the span names it. */
  readonly peer?: string
  readonly isAnswered: boolean
}

/**
 * Every client span whose peer could send a span, and every producer span. `isMessage`: the trigger handed over a message,
 * and is a producer, too.
 */
export function findCalls(
  trace: Trace,
  externalHosts: readonly string[],
  isMessage = false
): readonly Call[] {
  const answered = markAnswered(trace)
  const linked = new Set(trace.spans.flatMap(span => span.links.map(trace.keyOf)))
  const external = new Set(externalHosts.map(host => host.toLowerCase()))
  const calls: Call[] = []
  trace.spans.forEach((span, position) => {
    const isAnswered = answered[position] === 1
    if (position === trace.trigger) {
      if (isMessage) calls.push({ span, kind: 'consumer', isAnswered: isConsumed(trace, linked) })
    } else if (span.kind === 'producer') {
      calls.push({ span, kind: 'consumer', isAnswered: isAnswered || linked.has(trace.keyOf(span)) })
    } else if (span.kind === 'client') {
      const peer = peerOf(span)
      if (isAnswered) calls.push({ span, kind: 'callee', isAnswered, ...(peer ? { peer } : {}) })
      else if (!hasSilentPeer(span) && !isExternal(peer, external) && !isWrapper(trace, position, peer))
        calls.push({ span, kind: 'callee', isAnswered, ...(peer ? { peer } : {}) })
    }
  })
  return calls
}

/** Whether a span took the message of our trigger: it names it as its parent, or links to it. */
function isConsumed(trace: Trace, linked: ReadonlySet<string>): boolean {
  const trigger = trace.spans[trace.trigger]!
  return (
    linked.has(trace.keyOf(trigger)) ||
    trace.spans.some(
      (span, at) => trace.parents[at] === trace.trigger && span.parentSpanId === trigger.spanId
    )
  )
}

/** Position → 1 where a span of the other side lies below: a server or consumer span, or one of another process. */
function markAnswered(trace: Trace): Uint8Array {
  const answered = new Uint8Array(trace.spans.length)
  trace.spans.forEach((span, position) => {
    const parent = trace.spans[trace.parents[position]!]
    if (parent === undefined || trace.parents[position] === trace.trigger) return
    const isOtherSide =
      span.kind === 'server' || span.kind === 'consumer' || processKey(span) !== processKey(parent)
    if (!isOtherSide) return
    for (let above = trace.parents[position]!; above >= 0 && answered[above] === 0; ) {
      answered[above] = 1
      above = trace.parents[above]!
    }
  })
  return answered
}

/** Databases, caches, brokers and the cloud's own interfaces send no spans to us. */
function hasSilentPeer(span: Span): boolean {
  for (const key of span.attributes.keys())
    if (key.startsWith('db.') || key.startsWith('messaging.')) return true
  return span.attributes.get('rpc.system') === 'aws-api'
}

function isExternal(peer: string | undefined, external: ReadonlySet<string>): boolean {
  if (peer === undefined || external.size === 0) return false
  return external.has(peer) || external.has(hostOf(peer))
}

function hostOf(peer: string): string {
  return peer.replace(/:\d+$/, '')
}

/** A client span that names nobody, round the client spans that do: an object mapper, a retry. */
function isWrapper(trace: Trace, position: number, peer: string | undefined): boolean {
  if (peer !== undefined) return false
  for (let below = position + 1; below < trace.subtreeEnds[position]!; below++)
    if (trace.spans[below]!.kind === 'client') return true
  return false
}

/** Whether a client span tells that nobody was reached: then there is no server span, whoever the peer is. */
export function reachedNobody(span: Span): boolean {
  const texts = [span.status.message, textOf(span.attributes, 'error.type')]
  for (const event of span.events)
    texts.push(textOf(event.attributes, 'exception.type'), textOf(event.attributes, 'exception.message'))
  return texts.some(
    text =>
      text !== undefined && /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|connection refused|no such host/i.test(text)
  )
}

/** The other side of a client span by the attributes that name it, in lower case. */
function peerOf(span: Span): string | undefined {
  const { attributes } = span
  const host =
    textOf(attributes, 'server.address') ??
    textOf(attributes, 'net.peer.name') ??
    textOf(attributes, 'net.peer.ip') ??
    textOf(attributes, 'network.peer.address')
  if (host !== undefined) {
    const port =
      attributes.get('server.port') ?? attributes.get('net.peer.port') ?? attributes.get('network.peer.port')
    return (port === undefined || port === null ? host : `${host}:${String(port)}`).toLowerCase()
  }
  const url = textOf(attributes, 'url.full') ?? textOf(attributes, 'http.url')
  if (url !== undefined && URL.canParse(url)) return new URL(url).host.toLowerCase()
  return (textOf(attributes, 'http.host') ?? textOf(attributes, 'peer.service'))?.toLowerCase()
}

function textOf(attributes: Attributes, key: string): string | undefined {
  const value = attributes.get(key)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A span as messages name it: `"POST /charge" (gateway)`. */
export function nameOfSpan(span: Span): string {
  const service = serviceName(span)
  return service === '' ? `"${span.name}"` : `"${span.name}" (${service})`
}
