import { EventEmitter, once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { gzipSync } from 'node:zlib'

/** One answer, in whatever words the store speaks. */
export interface Reply {
  /** 200 if absent. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** What the server does with a request. */
export type Turn =
  | Reply
  /** Ends the connection without a word. */
  | 'reset'
  /** Says nothing, ever. */
  | 'hang'
  /** Announces the whole answer and ends the connection half-way. */
  | { readonly cut: Reply }

/** A store whose answers a test chooses. */
export interface BackendServer extends AsyncDisposable {
  readonly url: string
  /** Method, path and query of each request, in order. */
  readonly requests: readonly string[]
  /** Of the last request, by lower-case names. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly connections: number
  /** Plays these, one a request, the last of them for ever. */
  play(...turns: readonly (Turn | ((path: string) => Turn))[]): void
  /** Resolves when a request came that was answered with nothing. */
  readonly hanging: Promise<void>
  /** Resolves when no connection is left. */
  closed(): Promise<void>
}

/** The same answer, compressed. */
export function gzipped(reply: Reply): Reply {
  return {
    ...reply,
    headers: { ...reply.headers, 'content-encoding': 'gzip' },
    body: gzipSync(reply.body ?? '')
  }
}

/** Starts it on a free port of 127.0.0.1; it knows nothing until it was told what to play. */
export async function startBackendServer(basePath = ''): Promise<BackendServer> {
  const requests: string[] = []
  const sockets = new Set<Socket>()
  const hung = new EventEmitter()
  const hanging = once(hung, 'request').then(() => undefined)
  let headers: BackendServer['headers'] = {}
  let turns: readonly (Turn | ((path: string) => Turn))[] = [{ status: 404 }]

  const server = createServer((request, response) => {
    const path = request.url ?? ''
    requests.push(`${request.method} ${path}`)
    headers = request.headers
    const [next = 'hang', ...rest] = turns
    if (rest.length > 0) turns = rest
    const turn = typeof next === 'function' ? next(path) : next
    if (turn === 'hang') hung.emit('request')
    else if (turn === 'reset') request.socket.destroy()
    else if ('cut' in turn) sendHalf(response, turn.cut)
    else response.writeHead(turn.status ?? 200, turn.headers).end(turn.body)
  })
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${basePath}`,
    requests,
    hanging,
    get headers() {
      return headers
    },
    get connections() {
      return sockets.size
    },
    play(...next) {
      turns = next
    },
    async closed() {
      await Promise.all([...sockets].map(socket => once(socket, 'close')))
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    }
  }
}

function sendHalf(response: ServerResponse, { status = 200, headers, body = '' }: Reply): void {
  const bytes = Buffer.from(body)
  response.writeHead(status, { ...headers, 'content-length': bytes.length })
  response.write(bytes.subarray(0, bytes.length >> 1), () => response.socket?.destroy())
}
