import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { PROTOS, shopFiles } from '../support/grpc-shop.ts'

/** The addresses of `shop.v1.Carts`, which asks another service for what is in stock. */
export interface TracedCarts extends AsyncDisposable {
  /** Plaintext, reflection v1. */
  readonly plain: string
  /** Plaintext, reflection v1alpha. */
  readonly older: string
  readonly tls: string
  /** Wants a certificate of whoever calls. */
  readonly mutual: string
}

const SERVICE = fileURLToPath(new URL('services/carts.js', import.meta.url))
const TLS_FOLDER = fileURLToPath(new URL('../fixtures/tls', import.meta.url))

/** Two instrumented services, each a process of its own, which send their spans soon after they end. */
export async function startCarts(otlpEndpoint: string): Promise<TracedCarts> {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint, OTEL_BSP_SCHEDULE_DELAY: '200', PROTOS }
  const files = Object.fromEntries(
    [...shopFiles()].map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')])
  )
  const stock = await startService({ ...env, ROLE: 'stock' })
  const carts = await startService({
    ...env,
    ROLE: 'carts',
    STOCK: `127.0.0.1:${stock.ports['plain']}`,
    REFLECTION_FILES: JSON.stringify(files),
    TLS_FOLDER
  })
  const at = (name: string): string => `127.0.0.1:${carts.ports[name]}`
  return {
    plain: at('plain'),
    older: at('older'),
    tls: at('tls'),
    mutual: at('mutual'),
    async [Symbol.asyncDispose]() {
      await Promise.all([stop(carts.child), stop(stock.child)])
    }
  }
}

interface Started {
  readonly child: ChildProcess
  readonly ports: Readonly<Record<string, number>>
}

/** Rejects if the process ends before it listens: why, it has said on its standard error. */
async function startService(env: Readonly<Record<string, string>>): Promise<Started> {
  const child = fork(SERVICE, { env: { ...process.env, ...env }, execArgv: [] })
  const ports = await new Promise<Started['ports']>((resolve, reject) => {
    child.on('message', message => resolve(message as Started['ports']))
    child.on('error', reject)
    child.on('exit', code => reject(new Error(`${env['ROLE'] ?? ''} ended with exit code ${code}`)))
  })
  return { child, ports }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.disconnect()
  await exited
}
