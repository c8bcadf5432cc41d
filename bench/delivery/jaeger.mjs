// A real Jaeger, where the wider suite (test/real) has installed one.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const READY_WITHIN_MS = 30_000
const ASK_EVERY_MS = 50

export const jaegerPath = join(
  process.env.REAL_HOME ?? join(homedir(), '.cache', 'tracerun-real'),
  'bin',
  'jaeger'
)

/** Nothing where it is not installed. */
export async function startJaeger(freePort) {
  const isInstalled = await access(jaegerPath).then(
    () => true,
    () => false
  )
  if (!isInstalled) return undefined
  const [otlp, query, grpc] = await Promise.all([freePort(), freePort(), freePort()])
  const host = port => `127.0.0.1:${port}`
  const config = {
    service: {
      extensions: ['jaeger_storage', 'jaeger_query'],
      pipelines: { traces: { receivers: ['otlp'], exporters: ['jaeger_storage_exporter'] } },
      telemetry: { metrics: { level: 'none' }, logs: { level: 'error' } }
    },
    extensions: {
      jaeger_query: {
        storage: { traces: 'memory' },
        http: { endpoint: host(query) },
        grpc: { endpoint: host(grpc) }
      },
      jaeger_storage: { backends: { memory: { memory: { max_traces: 10_000 } } } }
    },
    receivers: { otlp: { protocols: { http: { endpoint: host(otlp) } } } },
    exporters: { jaeger_storage_exporter: { trace_storage: 'memory' } }
  }
  const folder = await mkdtemp(join(tmpdir(), 'tracerun-bench-'))
  const path = join(folder, 'config.yaml')
  await writeFile(path, JSON.stringify(config))
  const child = spawn(jaegerPath, ['--config', path], {
    stdio: 'ignore',
    // Its own requests are traced as well, by default to a port of this machine.
    env: { ...process.env, OTEL_TRACES_SAMPLER: 'always_off' }
  })
  const exited = once(child, 'exit')
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const jaeger = {
    otlp: `http://${host(otlp)}`,
    query: `http://${host(query)}`,
    async stop() {
      kill()
      await exited
      process.off('exit', kill)
      await rm(folder, { recursive: true })
    }
  }
  await untilReady(child, jaeger)
  return jaeger
}

async function untilReady(child, { otlp, query }) {
  const headers = { 'content-type': 'application/json' }
  const requests = [
    () => fetch(`${query}/api/services`),
    () => fetch(`${otlp}/v1/traces`, { method: 'POST', headers, body: '{}' })
  ]
  const deadline = performance.now() + READY_WITHIN_MS
  for (const ask of requests) {
    for (;;) {
      const isReady = await ask().then(
        ({ ok }) => ok,
        () => false
      )
      if (isReady) break
      if (child.exitCode !== null || performance.now() > deadline)
        throw new Error(`${jaegerPath} was not ready within ${READY_WITHIN_MS / 1000} s`)
      await delay(ASK_EVERY_MS)
    }
  }
}
