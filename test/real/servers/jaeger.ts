import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../../support/free-port.ts'
import { requireOk, requireReceiver, startServer } from './server.ts'

/** Jaeger, all in one process, with traces in memory. */
export interface Jaeger extends AsyncDisposable {
  /** Base of OTLP over HTTP. */
  readonly otlpHttp: string
  readonly otlpGrpc: string
  /** Base of its HTTP API. */
  readonly query: string
  /** `host:port` of its gRPC API. */
  readonly grpcQuery: string
}

export async function startJaeger(binary: string): Promise<Jaeger> {
  const [otlpHttp, otlpGrpc, query, grpcQuery] = await hosts(4)
  const config = {
    service: {
      extensions: ['jaeger_storage', 'jaeger_query'],
      pipelines: { traces: { receivers: ['otlp'], exporters: ['jaeger_storage_exporter'] } },
      telemetry: { metrics: { level: 'none' }, logs: { level: 'warn' } }
    },
    extensions: {
      jaeger_query: {
        storage: { traces: 'memory' },
        http: { endpoint: query },
        grpc: { endpoint: grpcQuery }
      },
      jaeger_storage: { backends: { memory: { memory: { max_traces: 10_000 } } } }
    },
    receivers: { otlp: { protocols: { grpc: { endpoint: otlpGrpc }, http: { endpoint: otlpHttp } } } },
    exporters: { jaeger_storage_exporter: { trace_storage: 'memory' } }
  }
  const server = await startServer({
    name: 'jaeger',
    command: folder => configured(binary, folder, config),
    // Its own requests are traced as well, by default to a port of this machine.
    env: { OTEL_TRACES_SAMPLER: 'always_off' },
    isReady: async () => {
      await requireReceiver(`http://${otlpHttp}`)
      await requireOk(`http://${query}/api/services`)
    }
  })
  return {
    otlpHttp: `http://${otlpHttp}`,
    otlpGrpc: `http://${otlpGrpc}`,
    query: `http://${query}`,
    grpcQuery: grpcQuery!,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]()
  }
}

/** `count` addresses on which nobody listens. */
export function hosts(count: number): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, async () => `127.0.0.1:${await freePort()}`))
}

/** The command of the binary with a configuration; the format of YAML includes JSON. */
export async function configured(
  binary: string,
  folder: string,
  config: object
): Promise<readonly [string, ...string[]]> {
  const path = join(folder, 'config.yaml')
  await writeFile(path, JSON.stringify(config))
  return [binary, '--config', path]
}
