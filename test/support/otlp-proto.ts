import { readFileSync } from 'node:fs'
import protobuf from 'protobufjs'
import type { Attributes, AttributeValue } from '../../src/model/attributes.ts'
import type { Span } from '../../src/model/span.ts'

/** The OTLP messages as protobufjs sees them: what our own decoder is compared with. */
const ROOT = protobuf.Root.fromJSON(JSON.parse(readFileSync('test/support/otlp-proto.json', 'utf8')))

type Plain = { [key: string]: unknown }

const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer']
const CODES = ['unset', 'ok', 'error']

/** Encodes a message by its name, from an object as `fromObject` of protobufjs takes it. */
export function encodeMessage(name: string, value: Plain): Uint8Array {
  const type = ROOT.lookupType(name)
  return type.encode(type.fromObject(value)).finish()
}

export function decodeMessage(name: string, bytes: Uint8Array): Plain {
  const type = ROOT.lookupType(name)
  return type.toObject(type.decode(bytes), { longs: String })
}

/** `ExportTraceServiceRequest` with each span under a resource of its own. */
export function encodeExportRequest(spans: readonly Span[]): Uint8Array {
  return encodeMessage('ExportTraceServiceRequest', {
    resourceSpans: spans.map(span => ({
      resource: { attributes: keyValues(span.resource) },
      scopeSpans: [
        {
          scope: { ...span.scope, attributes: keyValues(span.scope.attributes) },
          spans: [plainSpan(span)]
        }
      ]
    }))
  })
}

function plainSpan(span: Span): Plain {
  return {
    ...(span.traceState === undefined ? {} : { traceState: span.traceState }),
    ...(span.flags === undefined ? {} : { flags: span.flags }),
    ...(span.parentSpanId === undefined ? {} : { parentSpanId: hex(span.parentSpanId) }),
    ...(span.endUnixNano === undefined ? {} : { endTimeUnixNano: String(span.endUnixNano) }),
    traceId: hex(span.traceId),
    spanId: hex(span.spanId),
    name: span.name,
    kind: KINDS.indexOf(span.kind),
    startTimeUnixNano: String(span.startUnixNano),
    attributes: keyValues(span.attributes),
    droppedAttributesCount: span.dropped?.attributes ?? 0,
    droppedEventsCount: span.dropped?.events ?? 0,
    droppedLinksCount: span.dropped?.links ?? 0,
    events: span.events.map(event => ({
      name: event.name,
      timeUnixNano: String(event.timeUnixNano),
      attributes: keyValues(event.attributes)
    })),
    links: span.links.map(link => ({
      ...link,
      traceId: hex(link.traceId),
      spanId: hex(link.spanId),
      attributes: keyValues(link.attributes)
    })),
    status: { code: CODES.indexOf(span.status.code), message: span.status.message ?? '' }
  }
}

function keyValues(attributes: Attributes): Plain[] {
  return Array.from(attributes, ([key, value]) => ({ key, value: anyValue(value) }))
}

function anyValue(value: AttributeValue): Plain {
  if (value === null) return {}
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'bigint') return { intValue: String(value) }
  if (typeof value === 'number') return { doubleValue: value }
  if (value instanceof Uint8Array) return { bytesValue: value }
  if (Array.isArray(value)) return { arrayValue: { values: (value as AttributeValue[]).map(anyValue) } }
  return { kvlistValue: { values: keyValues(new Map(Object.entries(value))) } }
}

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex')
}
