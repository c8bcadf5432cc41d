import type { Finding } from '../model/finding.ts'

type Variables = Readonly<Record<string, string | undefined>>

interface Rule {
  readonly name: string
  readonly misleads: (value: string, variables: Variables) => string | undefined
  readonly fix: string
}

const TURNED_OFF = 'a service started from this shell sends no spans'

const RULES: readonly Rule[] = [
  {
    name: 'OTEL_SDK_DISABLED',
    misleads: value => (value.toLowerCase() === 'true' ? TURNED_OFF : undefined),
    fix: 'unset OTEL_SDK_DISABLED'
  },
  {
    name: 'OTEL_TRACES_EXPORTER',
    misleads: value => (value.split(',').includes('otlp') ? undefined : `${TURNED_OFF} by OTLP`),
    fix: 'OTEL_TRACES_EXPORTER=otlp'
  },
  {
    name: 'OTEL_TRACES_SAMPLER',
    misleads: value =>
      /^(?:always_off|traceidratio|jaeger_remote|xray)$/.test(value)
        ? 'a service started from this shell decides on each trace itself, and drops some that a test waits for'
        : undefined,
    fix: 'OTEL_TRACES_SAMPLER=parentbased_always_on'
  },
  {
    name: 'OTEL_PROPAGATORS',
    misleads: value =>
      value.split(',').includes('tracecontext')
        ? undefined
        : 'a service started from this shell does not read traceparent, and starts traces of its own',
    fix: 'OTEL_PROPAGATORS=tracecontext,baggage'
  },
  {
    name: 'OTEL_EXPORTER_OTLP_PROTOCOL',
    misleads: (value, { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint = '' }) => {
      const port = /:(\d+)\/?$/.exec(endpoint)?.[1]
      if (port === '4318' && value === 'grpc') return `gRPC goes to ${endpoint}, by custom a port for HTTP`
      if (port === '4317' && value.startsWith('http'))
        return `HTTP goes to ${endpoint}, by custom a port for gRPC`
      return undefined
    },
    fix: 'grpc with 4317, http/protobuf with 4318 (the receiver of tracerun takes either on both)'
  },
  {
    name: 'NODE_TLS_REJECT_UNAUTHORIZED',
    misleads: value => (value === '0' ? 'Node verifies no certificate, whatever a file says' : undefined),
    fix: 'unset it, and name the authority in NODE_EXTRA_CA_CERTS or in `tls` of the data store'
  }
]

/** Variables of this shell that would mislead a service started from it, or that change how the store is reached. */
export function examineEnvironment(variables: Variables): readonly Finding[] {
  const findings = RULES.flatMap(({ name, misleads, fix }): readonly Finding[] => {
    const value = variables[name]
    const text = value ? misleads(value, variables) : undefined
    return text === undefined
      ? []
      : [{ topic: 'environment', status: 'note', text: `${name}=${value}: ${text}`, fix }]
  })
  const authorities = variables['NODE_EXTRA_CA_CERTS']
  if (authorities)
    findings.push({
      topic: 'environment',
      status: 'ok',
      text: `NODE_EXTRA_CA_CERTS: the authorities in ${authorities} are trusted as well`
    })
  return findings.length > 0
    ? findings
    : [
        {
          topic: 'environment',
          status: 'ok',
          text: 'no OTEL_* variable of this shell would mislead a service'
        }
      ]
}

const LOOPBACK = /^(?:localhost|127\.[\d.]+|\[?::1\]?|.*\.localhost)$/i

/** The proxy that stands between this process and an address; nothing where there is none. */
export function findProxy(address: string, variables: Variables): Finding | undefined {
  const [, scheme = '', host = ''] = /\b(https?):\/\/(\[[^\]]*\]|[^/:\s,)]+)/i.exec(address) ?? []
  if (host === '' || LOOPBACK.test(host)) return undefined
  const names =
    scheme.toLowerCase() === 'https' ? ['https_proxy', 'HTTPS_PROXY'] : ['http_proxy', 'HTTP_PROXY']
  const name = names.find(candidate => variables[candidate])
  const except = variables['no_proxy'] || variables['NO_PROXY'] || ''
  if (name === undefined || isExcepted(host, except)) return undefined
  return {
    topic: 'environment',
    status: 'note',
    text: `${host} is reached by way of the proxy of ${name}`,
    fix: `if that is not meant: NO_PROXY=${except === '' ? '' : `${except},`}${host}`
  }
}

function isExcepted(host: string, list: string): boolean {
  return list.split(/[,\s]+/).some(entry => {
    const name = entry
      .replace(/^\*?\.?/, '')
      .replace(/:\d+$/, '')
      .toLowerCase()
    if (entry === '*') return true
    return name !== '' && (host.toLowerCase() === name || host.toLowerCase().endsWith(`.${name}`))
  })
}
