import { CANARY_SPANS } from '../doctor/canary.ts'
import { followCanary } from '../doctor/follow-canary.ts'
import type { OtlpEndpoint } from '../doctor/otlp-endpoint.ts'
import { chooseEndpoint } from '../doctor/otlp-endpoint.ts'
import type { HttpClient } from '../http/client.ts'
import { createHttpClient } from '../http/client.ts'
import type { Finding } from '../model/finding.ts'
import { parseSpanId, parseTraceId } from '../model/ids.ts'
import { passwordsIn } from '../model/url-secrets.ts'
import type { BackendCaps, TraceSession } from '../plugin/trace-backend.ts'
import type { Environment } from './environment.ts'
import type { DoctorOptions } from './options.ts'

const MAX_ANSWER_BYTES = 1024 * 1024

/** Sends a canary to wherever the store is fed from; to each of its own addresses where it is the embedded receiver. */
export async function* examineCanaries(
  session: TraceSession,
  caps: BackendCaps,
  options: DoctorOptions,
  environment: Environment
): AsyncGenerator<Finding> {
  const { variables } = environment
  const chosen = chooseEndpoint(options.otlpEndpoint, variables)
  environment.mask.add(chosen.headers.flatMap(([, value]) => [value, ...value.split(' ').slice(1)]))
  environment.mask.add(passwordsIn(chosen.url))
  const own = session.endpoints ?? []
  const isForOwn = options.otlpEndpoint === undefined && own.length > 0
  const endpoints: readonly OtlpEndpoint[] = isForOwn
    ? own.map(url => ({ url: `${url}/v1/traces`, chosenBy: 'the receiver', headers: [] }))
    : [chosen]
  await using client = createHttpClient({
    verifiesTls: true,
    maxBodyBytes: MAX_ANSWER_BYTES,
    usesProxies: !isForOwn
  })
  const flights = endpoints.map(endpoint => ({ endpoint, session, caps, client, environment }))
  if (!isForOwn) {
    for (const flight of flights) yield* fly(flight)
    return
  }
  yield* flyToEach(flights)
  yield* compareWithVariable(own, variables)
}

interface Flight {
  readonly endpoint: OtlpEndpoint
  readonly session: TraceSession
  readonly caps: BackendCaps
  readonly client: HttpClient
  readonly environment: Environment
}

function fly({ environment, ...flight }: Flight): AsyncGenerator<Finding> {
  const { clock, signal, random } = environment
  const hex = (size: number): string => Buffer.from(random(size)).toString('hex')
  const spanIds = Array.from({ length: CANARY_SPANS }, () => parseSpanId(hex(8))!)
  return followCanary({ ...flight, traceId: parseTraceId(hex(16))!, spanIds, clock, signal })
}

/** One line for all addresses that are well. */
async function* flyToEach(flights: readonly Flight[]): AsyncGenerator<Finding> {
  const well: string[] = []
  for (const flight of flights) {
    const findings: Finding[] = []
    for await (const finding of fly(flight)) findings.push(finding)
    const bad = findings.filter(({ status }) => status !== 'ok')
    if (bad.length === 0) well.push(flight.endpoint.url.replace(/^http:\/\/|\/v1\/traces$/g, ''))
    yield* bad
  }
  if (well.length > 0)
    yield { topic: 'canary', status: 'ok', text: `a canary came whole by ${well.join(', ')}` }
}

/** Exporters that are told to send elsewhere do not send to us. */
function* compareWithVariable(
  own: readonly string[],
  variables: Environment['variables']
): Generator<Finding> {
  const names = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT']
  const name = names.find(candidate => variables[candidate])
  const value = name === undefined ? undefined : variables[name]
  if (name === undefined || value === undefined) return
  const port = /:(\d+)(?:\/.*)?$/.exec(value)?.[1]
  if (own.some(url => url.endsWith(`:${port}`))) return
  yield {
    topic: 'environment',
    status: 'note',
    text: `${name}=${value}: a service started from this shell does not send to the receiver of tracerun`,
    fix: `${name}=${own[0]}, or a Collector there that sends to tracerun as well`
  }
}
