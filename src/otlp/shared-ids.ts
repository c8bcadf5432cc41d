import type { SpanId } from '../model/ids.ts'
import { parseSpanId } from '../model/ids.ts'
import type { Span } from '../model/span.ts'
import { serviceName } from '../model/span.ts'

/**
 * Zipkin lets the two ends of a call share one span id. Gives the server's end an id of its own, below the client's end, and puts
 * the spans of the server's process under it. Spans that share nothing come back as they are.
 */
export function separateSharedIds(
  spans: readonly Span[],
  isMarkedShared: (span: Span) => boolean = () => false
): readonly Span[] {
  const clients = new Map<SpanId, Span>()
  for (const span of spans) if (span.kind === 'client') clients.set(span.spanId, span)
  // The server's end and, for its process, the id it gets.
  const servers = new Map<SpanId, { readonly service: string; readonly spanId: SpanId }>()
  const sharing = new Set<Span>()
  for (const span of spans) {
    if (span.kind !== 'server' || !(isMarkedShared(span) || clients.has(span.spanId))) continue
    sharing.add(span)
    servers.set(span.spanId, { service: serviceName(span), spanId: serverId(span.spanId) })
  }
  if (sharing.size === 0) return spans
  return spans.map(span => {
    if (sharing.has(span)) return { ...span, spanId: serverId(span.spanId), parentSpanId: span.spanId }
    const server = span.parentSpanId === undefined ? undefined : servers.get(span.parentSpanId)
    if (server === undefined || isOfCaller(span, server.service, clients)) return span
    return { ...span, parentSpanId: server.spanId }
  })
}

/** The same for all reports of one span: a server's end is never the same span as another end of its id. */
export function keyOfEnd({ spanId, kind }: Span): string {
  return kind === 'server' ? `${spanId} server` : spanId
}

/** Whether a child of a shared id belongs to the client's end: only if it is of that process and not of the server's. */
function isOfCaller(child: Span, serverService: string, clients: ReadonlyMap<SpanId, Span>): boolean {
  const service = serviceName(child)
  const client = child.parentSpanId === undefined ? undefined : clients.get(child.parentSpanId)
  return client !== undefined && service === serviceName(client) && service !== serverService
}

/** The same id for the same span in every look: FNV-1a over the id and its role. */
function serverId(spanId: SpanId): SpanId {
  let hash = 0xcbf29ce484222325n
  for (const character of `${spanId}|server`) {
    hash ^= BigInt(character.charCodeAt(0))
    hash = BigInt.asUintN(64, hash * 0x100000001b3n)
  }
  return parseSpanId(hash.toString(16)) ?? spanId
}
