import { readFileSync } from 'node:fs'
import type { ServerWritableStream, StatusObject } from '@grpc/grpc-js'
import { Metadata, Server, ServerCredentials, status } from '@grpc/grpc-js'

/** One call as it came. */
export interface ReceivedCall {
  readonly method: string
  readonly request: Buffer
  readonly headers: Readonly<Record<string, string | Buffer>>
  /** Settles when the client has ended the call before its answer. */
  readonly cancelled: Promise<void>
}

/** What a method answers: its messages, then its status; `hang` never ends. */
export interface GrpcReply {
  readonly messages?: readonly Uint8Array[]
  readonly code?: keyof typeof status
  readonly details?: string
  readonly trailers?: Readonly<Record<string, string>>
  readonly ending?: 'hang'
}

export interface GrpcServer extends AsyncDisposable {
  readonly port: number
  readonly calls: readonly ReceivedCall[]
  /** Breaks every connection and refuses new ones. */
  stop(): void
}

export interface GrpcServerOptions {
  readonly isTls?: boolean
  /** Wants a certificate that this one has signed. */
  readonly clientCa?: Buffer
  readonly port?: number
}

type Handler = (call: ReceivedCall) => GrpcReply

/** A gRPC server on a port of 127.0.0.1, of bytes: methods by their whole name, every other one is not implemented. */
export async function startGrpcServer(
  methods: Readonly<Record<string, Handler>>,
  options: GrpcServerOptions = {}
): Promise<GrpcServer> {
  const calls: ReceivedCall[] = []
  const server = new Server({ 'grpc.max_send_message_length': -1 })
  for (const [name, handler] of Object.entries(methods)) {
    const [service = '', method = ''] = name.split('/')
    server.addService(
      { [method]: { ...AS_IS, path: `/${name}`, requestStream: false, responseStream: true } },
      {
        [method]: (call: ServerWritableStream<Buffer, Buffer>) => {
          const received: ReceivedCall = {
            method: `${service}/${method}`,
            request: call.request,
            headers: call.metadata.getMap(),
            cancelled: new Promise(resolve => call.on('cancelled', () => resolve()))
          }
          calls.push(received)
          answer(call, handler(received))
        }
      }
    )
  }
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync(`127.0.0.1:${options.port ?? 0}`, credentialsOf(options), (error, bound) =>
      error === null ? resolve(bound) : reject(error)
    )
  )
  const stop = (): void => server.forceShutdown()
  return {
    port,
    calls,
    stop,
    [Symbol.asyncDispose]: () => {
      stop()
      return Promise.resolve()
    }
  }
}

const asIs = (bytes: Buffer): Buffer => bytes
const AS_IS = {
  requestSerialize: asIs,
  requestDeserialize: asIs,
  responseSerialize: asIs,
  responseDeserialize: asIs
}

function answer(call: ServerWritableStream<Buffer, Buffer>, reply: GrpcReply): void {
  for (const message of reply.messages ?? []) call.write(Buffer.from(message))
  if (reply.ending === 'hang') return
  const metadata = new Metadata()
  for (const [key, value] of Object.entries(reply.trailers ?? {})) metadata.set(key, value)
  const end: StatusObject = { code: status[reply.code ?? 'OK'], details: reply.details ?? '', metadata }
  if (end.code === status.OK) call.end(metadata)
  else call.emit('error', end)
}

function credentialsOf({ isTls, clientCa }: GrpcServerOptions): ServerCredentials {
  if (!isTls) return ServerCredentials.createInsecure()
  const pair = {
    private_key: readFileSync('test/fixtures/tls/localhost-key.pem'),
    cert_chain: readFileSync('test/fixtures/tls/localhost-cert.pem')
  }
  return ServerCredentials.createSsl(clientCa ?? null, [pair], clientCa !== undefined)
}
