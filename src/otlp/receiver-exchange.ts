import type { IncomingMessage, ServerResponse } from 'node:http'
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import type { Readable } from 'node:stream'
import type { RequestHead } from './route.ts'

type HeaderPair = readonly [name: string, value: string]

type Headers = Readonly<Record<string, string>>

/** One request and its answer, over HTTP/1.1 or HTTP/2. */
export interface Exchange extends RequestHead {
  readonly body: Readable
  /** All headers, by their names in lower case. */
  headers(): readonly HeaderPair[]
  reply(status: number, headers: Headers, body: Uint8Array): void
  /** The answer of a gRPC call: a message and then trailers, or trailers alone. HTTP/2 only. */
  replyGrpc(trailers: Headers, message?: Uint8Array): void
}

export function openHttp1Exchange(request: IncomingMessage, response: ServerResponse): Exchange {
  return {
    method: request.method ?? '',
    target: request.url ?? '',
    isHttp2: false,
    header: name => single(request.headers[name]),
    headers: () => pairsOf(request.headers),
    body: request,
    reply: (status, headers, body) => {
      response.writeHead(status, { ...headers, ...lengthOf(status, body) })
      response.end(request.method === 'HEAD' ? undefined : body)
    },
    replyGrpc: () => response.destroy()
  }
}

export function openHttp2Exchange(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Exchange {
  const method = headers[':method'] ?? ''
  return {
    method,
    target: headers[':path'] ?? '',
    isHttp2: true,
    header: name => single(headers[name]),
    headers: () => pairsOf(headers),
    body: stream,
    reply: (status, answerHeaders, body) => {
      if (stream.destroyed || stream.headersSent) return
      const isEmpty = method === 'HEAD' || body.byteLength === 0
      stream.respond(
        { ':status': status, ...answerHeaders, ...lengthOf(status, body) },
        { endStream: isEmpty }
      )
      if (!isEmpty) stream.end(body)
    },
    replyGrpc: (trailers, message) => {
      if (stream.destroyed || stream.headersSent) return
      const head = {
        ':status': 200,
        'content-type': 'application/grpc',
        'grpc-accept-encoding': 'identity,gzip'
      }
      if (message === undefined) {
        stream.respond({ ...head, ...trailers }, { endStream: true })
        return
      }
      stream.respond(head, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers(trailers))
      stream.end(message)
    }
  }
}

function pairsOf(headers: IncomingHttpHeaders): readonly HeaderPair[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    const text = name.startsWith(':') ? undefined : single(value)
    return text === undefined ? [] : [[name, text] as const]
  })
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header
}

/** An answer without content must not give it a length. */
function lengthOf(status: number, body: Uint8Array): { readonly 'content-length'?: number } {
  return status === 204 ? {} : { 'content-length': body.byteLength }
}
