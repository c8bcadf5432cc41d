import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { IncomingMessage, RequestListener, Server } from 'node:http'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer
} from 'node:net'

/** One request as it came over the wire. */
export interface ReceivedRequest {
  readonly method: string
  readonly path: string
  /** In their order and letter case. */
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Buffer
}

/** A server on a free port of 127.0.0.1. */
export interface HttpSystem extends AsyncDisposable {
  readonly origin: string
  readonly port: number
  readonly requests: readonly ReceivedRequest[]
}

/** Answers by a listener of Node, which may be left out: 200 and nothing. */
export async function startHttpSystem(
  listener: RequestListener = (_request, response) => void response.end(),
  options: { readonly isTls?: boolean } = {}
): Promise<HttpSystem> {
  const requests: ReceivedRequest[] = []
  const handle: RequestListener = (request, response) => {
    void readBody(request).then(body => {
      requests.push({
        method: request.method ?? '',
        path: request.url ?? '',
        headers: pairsOf(request.rawHeaders),
        body
      })
      listener(request, response)
    })
  }
  const server = options.isTls ? createTlsServer(certificate(), handle) : createServer(handle)
  return listen(server, options.isTls ? 'https' : 'http', requests)
}

/** Answers with bytes of its own as soon as a request line was read: for what no HTTP server would say. */
export async function startRawSystem(onRequest: (socket: Socket, head: string) => void): Promise<HttpSystem> {
  const requests: ReceivedRequest[] = []
  const server = createTcpServer(socket => {
    socket.on('error', () => undefined)
    let head = ''
    socket.on('data', chunk => {
      const isNew = head === ''
      head += chunk.toString('latin1')
      if (!isNew || !head.includes('\r\n\r\n')) return
      const [line = '', ...lines] = head.slice(0, head.indexOf('\r\n\r\n')).split('\r\n')
      const [method = '', path = ''] = line.split(' ')
      const headers = lines.map(text => {
        const colon = text.indexOf(':')
        return [text.slice(0, colon), text.slice(colon + 1).trim()] as const
      })
      requests.push({ method, path, headers, body: Buffer.alloc(0) })
      onRequest(socket, head)
    })
  })
  return listen(server, 'http', requests)
}

/** A port of 127.0.0.1 on which nobody listens. */
export async function findFreePort(): Promise<number> {
  const server = createTcpServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Self-signed, for localhost and 127.0.0.1; for tests only. */
function certificate(): { key: Buffer; cert: Buffer } {
  const folder = new URL('../fixtures/tls/', import.meta.url)
  return {
    key: readFileSync(new URL('localhost-key.pem', folder)),
    cert: readFileSync(new URL('localhost-cert.pem', folder))
  }
}

async function listen(
  server: Server | TcpServer,
  scheme: string,
  requests: readonly ReceivedRequest[]
): Promise<HttpSystem> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    origin: `${scheme}://127.0.0.1:${port}`,
    port,
    requests,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    }
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function pairsOf(flat: readonly string[]): readonly (readonly [string, string])[] {
  return flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? ''] as const] : []))
}
