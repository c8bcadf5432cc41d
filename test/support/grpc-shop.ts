import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type {
  Metadata,
  ServerDuplexStream,
  ServiceDefinition,
  StatusObject,
  UntypedServiceImplementation
} from '@grpc/grpc-js'
import { Metadata as GrpcMetadata, Server, ServerCredentials, status } from '@grpc/grpc-js'
import protobuf from 'protobufjs'
import descriptor from 'protobufjs/ext/descriptor.js'

/** The folder that its .proto files start from. */
export const PROTOS = fileURLToPath(new URL('../fixtures/grpc/', import.meta.url))
export const CARTS_PROTO = `${PROTOS}shop/v1/carts.proto`

/** One call as it came, its messages as plain objects. */
export interface ShopCall {
  readonly method: string
  readonly metadata: Readonly<Record<string, string | Buffer>>
  readonly messages: readonly object[]
  /** As the client said it; infinite where it said none. */
  readonly deadlineMs: number
}

/** What a method answers. */
export interface ShopReply {
  readonly messages?: readonly object[]
  readonly code?: keyof typeof status
  readonly details?: string
  readonly headers?: Readonly<Record<string, string | Buffer>>
  readonly trailers?: Readonly<Record<string, string | Buffer>>
  /** `hang`: never ends. `break`: the connection ends instead. */
  readonly ending?: 'hang' | 'break'
}

export interface GrpcShop extends AsyncDisposable {
  readonly address: string
  readonly calls: readonly ShopCall[]
  readonly reflectionCalls: readonly ShopCall[]
}

export interface GrpcShopOptions {
  readonly reflection?: 'v1' | 'v1alpha' | 'none'
  readonly isTls?: boolean
  /** Wants a certificate that this one has signed. */
  readonly clientCa?: Buffer
  reply?(call: ShopCall): ShopReply
}

/** The definition of the shop as protobufjs reads it. */
function loadShop(): protobuf.Root {
  const root = new protobuf.Root()
  root.resolvePath = (_origin, target) => `${PROTOS}${target.replace(PROTOS, '')}`
  root.loadSync(CARTS_PROTO, { keepCase: true })
  root.resolveAll()
  return root
}

/** The same as protoc writes it with `--include_imports`. */
export function shopDescriptorSet(): Uint8Array {
  return descriptor.FileDescriptorSet.encode(loadShop().toDescriptor('proto3')).finish()
}

/** `shop.v1.Carts` on the real grpc-js, with a reflection service on request. */
export async function startGrpcShop(options: GrpcShopOptions = {}): Promise<GrpcShop> {
  const calls: ShopCall[] = []
  const reflectionCalls: ShopCall[] = []
  const server = new Server()
  const service = loadShop().lookupService('shop.v1.Carts')
  addService(server, 'shop.v1.Carts', service, (call, breakOff) => {
    calls.push(call)
    const reply = options.reply?.(call) ?? {}
    if (reply.ending === 'break') breakOff()
    return reply
  })
  const { reflection = 'none' } = options
  if (reflection !== 'none')
    addService(
      server,
      `grpc.reflection.${reflection}.ServerReflection`,
      REFLECTION.lookupService('ServerReflection'),
      call => {
        reflectionCalls.push(call)
        return { messages: call.messages.map(answerQuestion) }
      }
    )
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', credentialsOf(options), (error, bound) =>
      error === null ? resolve(bound) : reject(error)
    )
  )
  return {
    address: `127.0.0.1:${port}`,
    calls,
    reflectionCalls,
    [Symbol.asyncDispose]: () => {
      server.forceShutdown()
      return Promise.resolve()
    }
  }

  function addService(
    to: Server,
    name: string,
    { methodsArray }: protobuf.Service,
    handle: (call: ShopCall, breakOff: () => void) => ShopReply
  ): void {
    const definition: Record<string, unknown> = {}
    const implementation: UntypedServiceImplementation = {}
    for (const method of methodsArray) {
      method.resolve()
      const request = method.resolvedRequestType!
      const response = method.resolvedResponseType!
      definition[method.name] = {
        path: `/${name}/${method.name}`,
        // On the wire all four kinds are one: what is checked is what is sent.
        requestStream: true,
        responseStream: true,
        requestSerialize: (bytes: Buffer) => bytes,
        requestDeserialize: (bytes: Buffer) => request.toObject(request.decode(bytes), { longs: String }),
        responseSerialize: (message: object) =>
          Buffer.from(response.encode(response.fromObject(message)).finish()),
        responseDeserialize: (bytes: Buffer) => bytes
      }
      implementation[method.name] = (stream: ServerDuplexStream<object, object>) => {
        const messages: object[] = []
        stream.on('error', () => undefined)
        stream.on('data', (message: object) => void messages.push(message))
        stream.on('end', () => {
          const call = {
            method: method.name,
            metadata: stream.metadata.getMap(),
            messages,
            deadlineMs: Number(stream.getDeadline())
          }
          answer(
            stream,
            handle(call, () => server.forceShutdown())
          )
        })
      }
    }
    to.addService(definition as ServiceDefinition, implementation)
  }
}

function answer(stream: ServerDuplexStream<object, object>, reply: ShopReply): void {
  if (reply.ending === 'break') return
  if (reply.headers) stream.sendMetadata(metadataOf(reply.headers))
  for (const message of reply.messages ?? []) stream.write(message)
  if (reply.ending === 'hang') return
  const metadata = metadataOf(reply.trailers ?? {})
  const end: StatusObject = { code: status[reply.code ?? 'OK'], details: reply.details ?? '', metadata }
  if (end.code === status.OK) stream.end(metadata)
  else stream.emit('error', end)
}

function metadataOf(pairs: Readonly<Record<string, string | Buffer>>): Metadata {
  const metadata = new GrpcMetadata()
  for (const [key, value] of Object.entries(pairs)) metadata.set(key, value)
  return metadata
}

const REFLECTION = protobuf.parse(
  `syntax = "proto3";
  service ServerReflection { rpc ServerReflectionInfo(stream Request) returns (stream Response); }
  message Request {
    oneof question { string file_by_filename = 3; string file_containing_symbol = 4; string list_services = 7; }
  }
  message Response { oneof answer { Files files = 4; Services services = 6; Refusal refusal = 7; } }
  message Files { repeated bytes file = 1; }
  message Services { repeated Named service = 1; }
  message Named { string name = 1; }
  message Refusal { int32 code = 1; string message = 2; }`,
  new protobuf.Root(),
  { keepCase: true }
).root

/** Each file by itself, so that imports have to be asked for. */
function answerQuestion(question: {
  readonly file_by_filename?: string
  readonly file_containing_symbol?: string
}): object {
  const { file_by_filename: name, file_containing_symbol: symbol } = question
  if (name === undefined && symbol === undefined)
    return { services: { service: [{ name: 'shop.v1.Carts' }] } }
  const wanted = symbol === 'shop.v1.Carts' ? 'shop/v1/carts.proto' : name
  const file = wanted === undefined ? undefined : FILES.get(wanted)
  return file === undefined
    ? { refusal: { code: 5, message: `there is no ${symbol ?? name ?? ''}` } }
    : { files: { file: [file] } }
}

const FILES = shopFiles()

/** The files as a server has them compiled in, by the names under which they are imported. */
export function shopFiles(): ReadonlyMap<string, Uint8Array> {
  const set = loadShop().toDescriptor('proto3') as unknown as {
    readonly file: readonly { package: string; name: string; dependency?: string[] }[]
  }
  const names: Readonly<Record<string, string>> = {
    'shop.v1': 'shop/v1/carts.proto',
    common: 'common/money.proto',
    'google.protobuf': 'google/protobuf/all.proto'
  }
  return new Map(
    set.file.map(file => {
      const name = names[file.package] ?? file.name
      const dependency =
        name === 'shop/v1/carts.proto' ? ['common/money.proto', 'google/protobuf/all.proto'] : []
      const bytes = descriptor.FileDescriptorProto.encode({ ...file, name, dependency }).finish()
      return [name, bytes] as const
    })
  )
}

function credentialsOf({ isTls, clientCa }: GrpcShopOptions): ServerCredentials {
  if (!isTls) return ServerCredentials.createInsecure()
  const pair = {
    private_key: readFileSync('test/fixtures/tls/localhost-key.pem'),
    cert_chain: readFileSync('test/fixtures/tls/localhost-cert.pem')
  }
  return ServerCredentials.createSsl(clientCa ?? null, [pair], clientCa !== undefined)
}
