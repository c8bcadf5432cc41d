/** Where a canary is sent, and with what. */
export interface OtlpEndpoint {
  readonly url: string
  /** Who says so: a flag, a variable, or nobody. */
  readonly chosenBy: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Why it is not quite what was said. */
  readonly note?: string
}

type Variables = Readonly<Record<string, string | undefined>>

const PATH = '/v1/traces'
const TRACES_VARIABLE = 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'
const VARIABLE = 'OTEL_EXPORTER_OTLP_ENDPOINT'

/** As SDKs choose it: the flag, the variable for traces as it stands, the general one with the path added, the default. */
export function chooseEndpoint(flag: string | undefined, variables: Variables): OtlpEndpoint {
  const headers = parseHeaders(
    variables['OTEL_EXPORTER_OTLP_TRACES_HEADERS'] || variables['OTEL_EXPORTER_OTLP_HEADERS'] || ''
  )
  const traces = variables[TRACES_VARIABLE]
  const general = variables[VARIABLE]
  if (flag !== undefined) return { ...withPath(flag), chosenBy: '--otlp-endpoint', headers }
  if (traces) return { ...overHttp(traces), chosenBy: TRACES_VARIABLE, headers }
  if (general) return { ...withPath(general), chosenBy: VARIABLE, headers }
  return { url: `http://localhost:4318${PATH}`, chosenBy: 'the default of OTLP over HTTP', headers }
}

function withPath(base: string): Pick<OtlpEndpoint, 'url' | 'note'> {
  const trimmed = base.trim().replace(/\/+$/, '')
  return overHttp(trimmed.endsWith(PATH) ? trimmed : `${trimmed}${PATH}`)
}

/** A canary travels by HTTP: the port that is gRPC's by custom has its neighbour. */
function overHttp(text: string): Pick<OtlpEndpoint, 'url' | 'note'> {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`
  const [, before, after] = /^(https?:\/\/[^/]*):4317(\/.*)?$/i.exec(url) ?? []
  if (before === undefined) return { url }
  const path = after === undefined || after === '/' ? PATH : after
  return {
    url: `${before}:4318${path}`,
    note: 'port 4317 is for gRPC; the canary goes by HTTP, to its usual port 4318'
  }
}

/** `name=value` pairs with commas between them, values with percent signs. */
function parseHeaders(text: string): readonly (readonly [string, string])[] {
  return text.split(',').flatMap(pair => {
    const [, name, value] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/s.exec(pair) ?? []
    return name === undefined || value === undefined ? [] : [[name, decode(value)] as const]
  })
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
