import { request } from 'node:http'
import { connect, type IncomingHttpHeaders } from 'node:http2'
import { createConnection } from 'node:net'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** gRPC only. */
  readonly trailers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface Sending {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Several chunks make several writes. */
  readonly body?: Uint8Array | string | readonly Uint8Array[]
}

export const TRACE_SERVICE = '/opentelemetry.proto.collector.trace.v1.TraceService/Export'

/** One request over HTTP/1.1. */
export function sendHttp1(
  port: number,
  path: string,
  { method = 'POST', headers = {}, body }: Sending
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, incoming => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('error', reject)
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode!,
          headers: incoming.headers,
          trailers: {},
          body: Buffer.concat(chunks)
        })
      )
    })
    outgoing.on('error', reject)
    for (const chunk of chunksOf(body)) outgoing.write(chunk)
    outgoing.end()
  })
}

/** One request over HTTP/2 without TLS, without an upgrade. */
export function sendHttp2(
  port: number,
  path: string,
  { method = 'POST', headers = {}, body }: Sending
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const session = connect(`http://127.0.0.1:${port}`)
    session.on('error', reject)
    const stream = session.request({ ':method': method, ':path': path, ...headers })
    let head: IncomingHttpHeaders = {}
    let trailers: IncomingHttpHeaders = {}
    const chunks: Buffer[] = []
    stream.on('response', received => {
      head = received
    })
    stream.on('trailers', received => {
      trailers = received
    })
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('error', reject)
    stream.on('end', () => {
      session.destroy()
      resolve({ status: Number(head[':status']), headers: head, trailers, body: Buffer.concat(chunks) })
    })
    for (const chunk of chunksOf(body)) stream.write(chunk)
    stream.end()
  })
}

/** One gRPC call; the body is whatever comes, framed or not. The status is in the trailers, or in the headers if there is nothing else. */
export async function callGrpc(port: number, path: string, sending: Sending): Promise<Answer> {
  const headers = { 'content-type': 'application/grpc', te: 'trailers', ...sending.headers }
  const answer = await sendHttp2(port, path, { ...sending, headers })
  return 'grpc-status' in answer.headers ? { ...answer, trailers: answer.headers } : answer
}

/** Writes pieces to a socket and answers with all that came back until it was closed. */
export function sendRaw(port: number, pieces: readonly (string | Uint8Array)[]): Promise<string> {
  return new Promise(resolve => {
    const socket = createConnection({ host: '127.0.0.1', port })
    const chunks: Buffer[] = []
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')))
    const writeNext = (index: number): void => {
      const piece = pieces[index]
      if (piece !== undefined) socket.write(piece, () => setImmediate(writeNext, index + 1))
    }
    writeNext(0)
  })
}

function chunksOf(body: Sending['body']): readonly (Uint8Array | string)[] {
  if (body === undefined) return []
  return Array.isArray(body) ? (body as readonly Uint8Array[]) : [body as Uint8Array | string]
}
