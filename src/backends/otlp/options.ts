import { BackendError } from '../../errors/errors.ts'
import type { ListenAddress } from '../../otlp/receiver.ts'
import type { JsonSchema } from '../../plugin/context.ts'
import type { ForwardOption } from './forward-options.ts'
import { FORWARD_SCHEMA } from './forward-options.ts'

export interface OtlpOptions {
  /** `host:port` each; the OTLP ports of the loopback addresses if absent. */
  readonly listen?: readonly string[]
  /** Origins of web pages that may send spans, beside those of this machine. */
  readonly cors?: readonly string[]
  readonly forward?: ForwardOption
}

/** Tracetest's kinds whose traces are pushed by OTLP, whoever else gets them. */
export const OTLP_KINDS: readonly string[] = [
  'otlp',
  'agent',
  'newrelic',
  'lightstep',
  'datadog',
  'honeycomb',
  'signoz',
  'dynatrace',
  'instana',
  'dash0',
  'azureappinsights'
]

/** The ports of OTLP on the loopback addresses: `localhost` is either of them. */
export const DEFAULT_LISTEN: readonly ListenAddress[] = [4317, 4318].flatMap(loopback)

const PORT = '\\d{1,4}|[1-5]\\d{4}|6(?:[0-4]\\d{3}|5(?:[0-4]\\d\\d|5(?:[0-2]\\d|3[0-5])))'

export const OTLP_SCHEMA: JsonSchema = {
  type: 'object',
  description: 'The embedded OTLP receiver: gRPC, HTTP protobuf and HTTP JSON on every address.',
  properties: {
    listen: {
      type: 'array',
      description:
        'Addresses to listen on. Beyond the loopback addresses, whoever reaches them can send spans.',
      items: {
        title: 'HOST:PORT',
        type: 'string',
        pattern: `^(?:(?:\\[[0-9A-Fa-f:.]+\\]|[^\\s:\\[\\]]+):)?(?:${PORT})$`,
        examples: ['127.0.0.1:4318', '0.0.0.0:4318', '[::1]:4317']
      },
      minItems: 1
    },
    cors: {
      type: 'array',
      description:
        'Origins of web pages that may send spans, beside those of this machine; `*` stands for any part.',
      items: {
        title: 'an origin, without a path',
        type: 'string',
        pattern: '^(?:\\*|null|[A-Za-z][A-Za-z0-9+.*-]*://[^\\s/]+)$',
        examples: ['https://shop.example:3000', 'https://*.example.com']
      }
    },
    forward: FORWARD_SCHEMA,
    connectionType: {
      title: 'collector',
      const: 'collector',
      description: 'Azure Application Insights by way of a Collector, which sends the spans here too.'
    }
  },
  additionalProperties: false
}

/** Parses `host:port`, `[address]:port`, or a port alone for the loopback addresses; `localhost` is both of those. */
export function parseListenAddress(text: string): readonly ListenAddress[] {
  const match = /^(?:(?:\[([0-9a-f:.]+)\]|([^\s:[\]]+)):)?(\d{1,5})$/i.exec(text)
  const port = Number(match?.[3])
  if (match === null || port > 65_535) throw malformed(text)
  const host = match[1] ?? match[2]
  return host === undefined || host === 'localhost' ? loopback(port) : [{ host, port }]
}

function loopback(port: number): readonly ListenAddress[] {
  return [
    { host: '127.0.0.1', port },
    { host: '::1', port, isOptional: true }
  ]
}

function malformed(text: string): BackendError {
  return new BackendError({
    code: 'BACKEND_UNREACHABLE',
    message: `the OTLP receiver cannot listen on "${text}": that is not host:port`,
    hint: 'write 127.0.0.1:4318, [::1]:4318, or 0.0.0.0:4318 for every address of this machine'
  })
}
