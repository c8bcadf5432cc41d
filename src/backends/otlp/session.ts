import type { TraceId } from '../../model/ids.ts'
import type { Reach } from '../../model/joins.ts'
import { formatAddress, startReceiver } from '../../otlp/receiver.ts'
import { TraceStore } from '../../otlp/trace-store.ts'
import type { PluginContext } from '../../plugin/context.ts'
import type { FetchResult, TraceSession } from '../../plugin/trace-backend.ts'
import { refuseLoop } from './forward-loop.ts'
import { forwardTargetOf } from './forward-options.ts'
import { createForwarder } from './forwarder.ts'
import { explainListenError } from './listen-error.ts'
import type { OtlpOptions } from './options.ts'
import { DEFAULT_LISTEN, parseListenAddress } from './options.ts'
import { RefusalLog } from './refusal-log.ts'

const HOW_TO_SEND = 'exporters, or the Collector that feeds your tracing backend, must send there as well'

/** Starts the receiver; what it takes in is kept until the session is disposed of. */
export async function openSession(options: OtlpOptions, context: PluginContext): Promise<TraceSession> {
  const listen = options.listen === undefined ? DEFAULT_LISTEN : options.listen.flatMap(parseListenAddress)
  const store = new TraceStore(() => Number(context.clock.now() / 1_000_000n))
  const refusals = new RefusalLog()
  const target = options.forward === undefined ? undefined : forwardTargetOf(options.forward)
  const mark = context.clock.now().toString(36)
  const forwarder = target && createForwarder(target, { clock: context.clock, mark })
  const receiver = await startReceiver({
    listen,
    store,
    allowedOrigins: options.cors ?? [],
    onRefusal: message => {
      context.debug(`otlp: refused: ${message}`)
      refusals.add(message)
    },
    onExport: received => forwarder?.forward(received)
  }).catch(explainListenError)
  const close = async (): Promise<void> => {
    await receiver[Symbol.asyncDispose]()
    await forwarder?.[Symbol.asyncDispose]()
  }
  if (target !== undefined) {
    try {
      refuseLoop(target, receiver.addresses)
    } catch (error) {
      await close()
      throw error
    }
    context.debug(`otlp: forwarding to ${target.name}`)
  }
  const addresses = receiver.addresses.map(formatAddress)
  const exposed = receiver.addresses.filter(({ host }) => !isLoopback(host)).map(formatAddress)
  context.debug(`otlp: listening on ${addresses.join(', ')}`)
  if (exposed.length > 0)
    context.debug(
      `otlp: ${exposed.join(', ')} can be reached from other machines: whoever reaches it can send spans`
    )

  return {
    get describe(): string {
      const reach = exposed.length === 0 ? '' : ', reachable from other machines'
      return `the embedded OTLP receiver on ${addresses.join(', ')} (gRPC and HTTP on each${reach}): ${HOW_TO_SEND}${refusals.text()}`
    },
    endpoints: addresses.map(address => `http://${address}`),
    fetch: (traceId, signal, reach) => {
      signal.throwIfAborted()
      return look(store, traceId, reach)
    },
    versionOf: (traceId, reach) => store.versionOf(traceId, reach),
    subscribe: (traceId, onMore, reach) => store.subscribe(traceId, onMore, reach),
    foreign: () => store.unclaimed(),
    warnings: () => forwarder?.warnings() ?? [],
    [Symbol.asyncDispose]: close
  }
}

function look(store: TraceStore, traceId: TraceId, reach: Reach | undefined): FetchResult {
  const trace = store.fetch(traceId, reach)
  if (trace === undefined) return { status: 'absent' }
  const { spans, truncated } = trace
  if (truncated === undefined) return { status: 'found', spans, completeness: 'unknown' }
  return { status: 'found', spans, completeness: 'truncated', note: truncated }
}

function isLoopback(host: string): boolean {
  return /^127\./.test(host) || host === '::1' || host === 'localhost'
}
