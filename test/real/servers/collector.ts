import { configured, hosts } from './jaeger.ts'
import { requireReceiver, startServer } from './server.ts'

/** An OpenTelemetry Collector between a system and where its spans go. */
export interface Collector extends AsyncDisposable {
  /** Base of OTLP over HTTP. */
  readonly otlpHttp: string
}

interface CollectorOptions {
  /** Where it sends spans: the base of an OTLP receiver. */
  readonly sendsTo: string
  /** Keeps the traces whose `tracestate` tracerun marked, and no other; absent: keeps all. */
  readonly tailSampling?: { readonly decisionWaitMs: number }
}

/** The Collector that is compiled into Jaeger. */
export async function startCollector(binary: string, options: CollectorOptions): Promise<Collector> {
  const [otlpHttp] = await hosts(1)
  const { sendsTo, tailSampling } = options
  const sampling = tailSampling && {
    tail_sampling: {
      decision_wait: `${tailSampling.decisionWaitMs}ms`,
      policies: [{ name: 'tracerun', type: 'trace_state', trace_state: { key: 'tracerun', values: ['1'] } }]
    }
  }
  const processors = { ...sampling, batch: { timeout: '50ms' } }
  const config = {
    service: {
      pipelines: {
        traces: { receivers: ['otlp'], processors: Object.keys(processors), exporters: ['otlphttp'] }
      },
      telemetry: { metrics: { level: 'none' }, logs: { level: 'warn' } }
    },
    receivers: { otlp: { protocols: { http: { endpoint: otlpHttp } } } },
    processors,
    exporters: { otlphttp: { endpoint: sendsTo, retry_on_failure: { initial_interval: '200ms' } } }
  }
  const server = await startServer({
    name: 'collector',
    command: folder => configured(binary, folder, config),
    isReady: () => requireReceiver(`http://${otlpHttp}`)
  })
  return { otlpHttp: `http://${otlpHttp}`, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}
