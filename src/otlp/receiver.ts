import { createServer, get, type Server } from 'node:http'
import { createServer as createHttp2Server, type Http2Server, type ServerHttp2Session } from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import { BodyReader } from './receiver-body.ts'
import { originRule } from './receiver-cors.ts'
import { openHttp1Exchange, openHttp2Exchange } from './receiver-exchange.ts'
import type { ReceivedExport, Service } from './receiver-serve.ts'
import { SERVER_NAME, serveExchange } from './receiver-serve.ts'
import type { TraceStore } from './trace-store.ts'

export interface ListenAddress {
  /** An IP address or a name. */
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
  /** A machine that does not have this address does without it. */
  readonly isOptional?: boolean
}

export interface ReceiverLimits {
  /** Of one request, before and after decompression. */
  readonly maxBodyBytes: number
  /** Of all requests that are being read. */
  readonly maxInFlightBytes: number
  /** On each address. */
  readonly maxConnections: number
  readonly headersTimeoutMs: number
  /** For a request as a whole. */
  readonly requestTimeoutMs: number
  /** For a connection between two requests. */
  readonly idleTimeoutMs: number
}

const DEFAULT_RECEIVER_LIMITS: ReceiverLimits = {
  maxBodyBytes: 64 * 1024 * 1024,
  maxInFlightBytes: 256 * 1024 * 1024,
  maxConnections: 512,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  idleTimeoutMs: 300_000
}

export interface ReceiverOptions {
  readonly listen: readonly ListenAddress[]
  readonly store: TraceStore
  readonly limits?: Partial<ReceiverLimits>
  /** Origins of web pages that may send spans beside those of this machine, with `*` for any part. */
  readonly allowedOrigins?: readonly string[]
  /** Hears of each request that was refused, in words. */
  onRefusal?(message: string): void
  /** Hears of each request to export traces, metrics or logs, whatever becomes of it. */
  onExport?(received: ReceivedExport): void
}

/** An OTLP endpoint; disposing of it closes every connection at once. */
export interface Receiver extends AsyncDisposable {
  /** Where it listens, with the ports it got. */
  readonly addresses: readonly ListenAddress[]
}

/** One of the addresses cannot be listened on; nothing listens then. The cause is Node's error. */
export class ListenError extends Error {
  readonly address: ListenAddress
  /** Further addresses that cannot be had for the same reason. */
  readonly others: readonly ListenAddress[]
  /** Node's code: `EADDRINUSE`, `EACCES`, … */
  readonly code: string
  /** Whether another tracerun answers there. */
  readonly isTracerun: boolean

  constructor(
    address: ListenAddress,
    cause: NodeJS.ErrnoException,
    options: { readonly isTracerun: boolean; readonly others: readonly ListenAddress[] }
  ) {
    super(`cannot listen on ${formatAddress(address)}: ${cause.message}`, { cause })
    const { isTracerun, others } = options
    this.address = address
    this.others = others
    this.code = cause.code ?? ''
    this.isTracerun = isTracerun
  }
  override get name(): 'ListenError' {
    return 'ListenError'
  }
}

/** `host:port`, with brackets round an IPv6 address. */
export function formatAddress(address: ListenAddress): string {
  return `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`
}

/**
 * Listens for OTLP on every address: gRPC, HTTP/1.1 and HTTP/2 without TLS, protobuf and JSON, each on the same port.
 * Rejects with `ListenError`, and listens nowhere, if one of them cannot be had.
 */
export async function startReceiver(options: ReceiverOptions): Promise<Receiver> {
  const limits = { ...DEFAULT_RECEIVER_LIMITS, ...options.limits }
  const service: Service = {
    store: options.store,
    bodies: new BodyReader(limits.maxBodyBytes, limits.maxInFlightBytes),
    isAllowedOrigin: originRule(options.allowedOrigins ?? []),
    onRefusal: message => options.onRefusal?.(message),
    onExport: received => options.onExport?.(received)
  }
  const endpoints: Endpoint[] = []
  const addresses: ListenAddress[] = []
  const close = async (): Promise<void> => {
    await Promise.all(endpoints.map(endpoint => endpoint.close()))
  }
  const failures: ListenFailure[] = []
  for (const address of options.listen) {
    const endpoint = new Endpoint(service, limits)
    try {
      addresses.push({ host: address.host, port: await endpoint.listen(address) })
      endpoints.push(endpoint)
    } catch (error) {
      const cause = error as NodeJS.ErrnoException
      if (address.isOptional === true && isAddressMissing(cause)) continue
      failures.push({ address, cause })
    }
  }
  const [first, ...rest] = failures
  if (first === undefined) return { addresses, [Symbol.asyncDispose]: close }
  await close()
  throw new ListenError(first.address, first.cause, {
    isTracerun: first.cause.code === 'EADDRINUSE' && (await isTracerun(first.address)),
    others: rest.filter(({ cause }) => cause.code === first.cause.code).map(({ address }) => address)
  })
}

interface ListenFailure {
  readonly address: ListenAddress
  readonly cause: NodeJS.ErrnoException
}

function isAddressMissing(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT'
}

/** The first bytes that an HTTP/2 client sends; no method of HTTP/1.1 begins like this. */
const HTTP2_PREFACE = Buffer.from('PRI')
const TLS_HANDSHAKE = 0x16

/** One listening socket. Connections are told apart by their first bytes and given to Node's server for their protocol. */
class Endpoint {
  readonly #service: Service
  readonly #limits: ReceiverLimits
  readonly #http1: Server
  readonly #http2: Http2Server
  readonly #sockets = new Set<Socket>()

  constructor(service: Service, limits: ReceiverLimits) {
    this.#service = service
    this.#limits = limits
    this.#http1 = this.#createHttp1Server()
    this.#http2 = this.#createHttp2Server()
  }

  /** Answers the port. */
  async listen(address: ListenAddress): Promise<number> {
    const server = this.#http1
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host: address.host, port: address.port }, () => {
        server.off('error', reject)
        resolve()
      })
    })
    return (server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    const closed = new Promise<void>(resolve => this.#http1.close(() => resolve()))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  #createHttp1Server(): Server {
    const { headersTimeoutMs, requestTimeoutMs, idleTimeoutMs, maxConnections } = this.#limits
    const server = createServer(
      {
        headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs),
        requestTimeout: requestTimeoutMs,
        keepAliveTimeout: idleTimeoutMs,
        connectionsCheckingInterval: Math.min(1_000, headersTimeoutMs)
      },
      (request, response) => void serveExchange(openHttp1Exchange(request, response), this.#service)
    )
    server.maxConnections = maxConnections
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      const fault = clientFault(error.code ?? '')
      if (fault === undefined || !socket.writable) {
        socket.destroy()
        return
      }
      this.#lose(fault.message)
      socket.end(`HTTP/1.1 ${fault.status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
    })
    // Node's own listener takes the connection for HTTP/1.1; it gets those that are.
    const takeHttp1 = server.listeners('connection') as ((this: Server, socket: Socket) => void)[]
    server.removeAllListeners('connection')
    server.on('connection', socket => {
      this.#keep(socket)
      this.#sniff(socket, isHttp2 => {
        if (isHttp2) this.#http2.emit('connection', socket)
        else for (const listener of takeHttp1) listener.call(server, socket)
      })
    })
    return server
  }

  #createHttp2Server(): Http2Server {
    const { requestTimeoutMs, idleTimeoutMs } = this.#limits
    const server = createHttp2Server({
      settings: { maxConcurrentStreams: 100, initialWindowSize: 1024 * 1024 }
    })
    server.on('session', (session: ServerHttp2Session) => {
      session.setTimeout(idleTimeoutMs, () => session.close())
      session.setLocalWindowSize(4 * 1024 * 1024)
      // A connection that breaks concerns its requests; they hear of it themselves.
      session.on('error', () => undefined)
    })
    server.on('sessionError', () => undefined)
    server.on('stream', (stream, headers) => {
      const timer = setTimeout(() => stream.destroy(), requestTimeoutMs)
      stream.on('close', () => clearTimeout(timer))
      stream.on('error', () => undefined)
      void serveExchange(openHttp2Exchange(stream, headers), this.#service)
    })
    return server
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('error', () => undefined)
  }

  /** Waits for as many bytes as it takes to know the protocol, and puts them back. */
  #sniff(socket: Socket, take: (isHttp2: boolean) => void): void {
    let head: Buffer = Buffer.alloc(0)
    const timer = setTimeout(() => socket.destroy(), this.#limits.headersTimeoutMs)
    const onReadable = (): void => {
      const chunk = socket.read() as Buffer | null
      if (chunk === null) return
      head = Buffer.concat([head, chunk])
      const known = Math.min(head.byteLength, HTTP2_PREFACE.byteLength)
      const mayBeHttp2 = head.subarray(0, known).equals(HTTP2_PREFACE.subarray(0, known))
      if (mayBeHttp2 && known < HTTP2_PREFACE.byteLength) return
      stop()
      if (head[0] === TLS_HANDSHAKE) {
        this.#lose('a connection with TLS: the receiver takes http:// only')
        socket.destroy()
        return
      }
      socket.unshift(head)
      take(mayBeHttp2)
    }
    const stop = (): void => {
      clearTimeout(timer)
      socket.off('readable', onReadable)
      socket.off('close', stop)
    }
    socket.on('readable', onReadable)
    socket.on('close', stop)
  }

  #lose(message: string): void {
    this.#service.store.truncate(`the receiver refused ${message}`)
    this.#service.onRefusal(message)
  }
}

/** What a broken HTTP/1.1 connection is answered; undefined where there is nobody left to answer, and no request that was lost. */
function clientFault(code: string): { readonly status: string; readonly message: string } | undefined {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: '408 Request Timeout', message: 'a request that did not come to its end in time' }
    case 'HPE_INVALID_EOF_STATE':
      return { status: '400 Bad Request', message: 'a request that ended before its end' }
    case 'HPE_HEADER_OVERFLOW':
      return { status: '431 Request Header Fields Too Large', message: 'a request with too large a head' }
    default:
      return code.startsWith('HPE_')
        ? { status: '400 Bad Request', message: 'a connection on which something else than HTTP was spoken' }
        : undefined
  }
}

/** Whether the program that holds an address is one of us. */
function isTracerun(address: ListenAddress): Promise<boolean> {
  return new Promise(resolve => {
    const request = get({ host: address.host, port: address.port, path: '/', timeout: 500 }, response => {
      response.resume()
      resolve(response.headers['server'] === SERVER_NAME)
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(false))
    request.on('close', () => resolve(false))
  })
}
