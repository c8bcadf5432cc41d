// A gRPC service that is traced as any is: the SDK, its instrumentation of grpc-js, spans by OTLP. Configured by its
// environment: ROLE (carts or stock), STOCK (whom carts asks), REFLECTION_FILES (descriptors by name, as base64), TLS_FOLDER.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { GrpcInstrumentation } from '@opentelemetry/instrumentation-grpc'
import { NodeSDK, resources } from '@opentelemetry/sdk-node'
import protobuf from 'protobufjs'

const { ROLE, STOCK, REFLECTION_FILES, TLS_FOLDER } = process.env

const telemetry = new NodeSDK({
  serviceName: ROLE,
  resourceDetectors: [resources.envDetector],
  metricReaders: [],
  logRecordProcessors: [],
  instrumentations: [new GrpcInstrumentation({ ignoreGrpcMethods: ['ServerReflectionInfo'] })]
})
telemetry.start()

// The instrumentation sees what passes through `require`, once it is on.
const { Client, Metadata, Server, ServerCredentials, credentials, status } = createRequire(import.meta.url)(
  '@grpc/grpc-js'
)

const PROTOS = process.env.PROTOS
const root = new protobuf.Root()
root.resolvePath = (_origin, target) => `${PROTOS}${target.replace(PROTOS, '')}`
root.loadSync(`${PROTOS}shop/v1/carts.proto`, { keepCase: true })
protobuf.parse(
  `syntax = "proto3"; package shop.v1;
  message Level { string sku = 1; uint32 quantity = 2; }
  service Stock { rpc GetLevel(Level) returns (Level); }`,
  root,
  { keepCase: true }
)
const reflection = protobuf.parse(
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
root.resolveAll()
reflection.resolveAll()

function definitionOf(service, name = service.fullName.slice(1)) {
  return Object.fromEntries(
    service.methodsArray.map(method => {
      const { resolvedRequestType: request, resolvedResponseType: response } = method.resolve()
      const encode = type => message => Buffer.from(type.encode(type.fromObject(message)).finish())
      const decode = type => bytes => type.toObject(type.decode(bytes), { longs: String })
      const definition = {
        path: `/${name}/${method.name}`,
        requestStream: method.requestStream === true,
        responseStream: method.responseStream === true,
        requestSerialize: encode(request),
        requestDeserialize: decode(request),
        responseSerialize: encode(response),
        responseDeserialize: decode(response)
      }
      return [method.name, definition]
    })
  )
}

const stock = definitionOf(root.lookupService('shop.v1.Stock'))
const carts = definitionOf(root.lookupService('shop.v1.Carts'))

const channel = ROLE === 'carts' ? new Client(STOCK, credentials.createInsecure()) : undefined

function levelOf(sku) {
  const { path, requestSerialize, responseDeserialize } = stock.GetLevel
  return new Promise((resolve, reject) => {
    channel.makeUnaryRequest(path, requestSerialize, responseDeserialize, { sku }, (error, level) =>
      error ? reject(error) : resolve(level)
    )
  })
}

async function restocked(items) {
  const levels = []
  for (const { sku } of items) levels.push(await levelOf(sku))
  return Object.fromEntries(levels.map(({ sku, quantity }) => [sku, quantity]))
}

function metadataOf(pairs) {
  const metadata = new Metadata()
  for (const [key, value] of Object.entries(pairs)) metadata.set(key, value)
  return metadata
}

const CARTS = {
  GetCart(call, callback) {
    const { cart_id } = call.request
    if (cart_id === 'none') {
      const error = { code: status.NOT_FOUND, details: 'there is no cart "none"' }
      callback({ ...error, metadata: metadataOf({ 'x-reason-bin': Buffer.from([1, 2, 255]) }) })
    } else if (cart_id !== 'slow') {
      call.sendMetadata(metadataOf({ 'x-cost': '7' }))
      const card = call.metadata.get('x-tenant').join()
      restocked([{ sku: 'SKU-1' }]).then(levels => callback(null, { cart_id, stock: levels, card }), callback)
    }
  },
  SaveCart: ({ request }, callback) => callback(null, request),
  Touch: (_call, callback) => callback(null, {}),
  AddItems(call, callback) {
    const items = []
    call.on('data', item => items.push(item))
    call.on('end', () => {
      restocked(items).then(levels => callback(null, { cart_id: 'new', items, stock: levels }), callback)
    })
  },
  WatchCart(call) {
    for (const version of ['1', '2', '3']) call.write({ cart_id: call.request.cart_id, version })
    call.end(metadataOf({ 'x-versions': '3' }))
  },
  Exchange(call) {
    call.on('data', item => call.write({ ...item, quantity: (item.quantity ?? 0) + 1 }))
    call.on('end', () => call.end())
  }
}
const STOCK_OF = {
  GetLevel: ({ request: { sku } }, callback) => callback(null, { sku, quantity: 3 })
}

const files = JSON.parse(REFLECTION_FILES ?? '{}')

function describe({ file_by_filename: name, file_containing_symbol: symbol }) {
  if (name === undefined && symbol === undefined)
    return { services: { service: [{ name: 'shop.v1.Carts' }] } }
  const file = files[symbol === 'shop.v1.Carts' ? 'shop/v1/carts.proto' : name]
  return file === undefined
    ? { refusal: { code: status.NOT_FOUND, message: `there is no ${symbol ?? name}` } }
    : { files: { file: [Buffer.from(file, 'base64')] } }
}

function reflect(call) {
  call.on('data', question => call.write(describe(question)))
  call.on('end', () => call.end())
}

const servers = []

function listen(security, version) {
  const server = new Server()
  servers.push(server)
  if (ROLE === 'stock') server.addService(stock, STOCK_OF)
  else {
    server.addService(carts, CARTS)
    const name = `grpc.reflection.${version}.ServerReflection`
    const service = definitionOf(reflection.lookupService('ServerReflection'), name)
    server.addService(service, { ServerReflectionInfo: reflect })
  }
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', security, (error, port) => (error ? reject(error) : resolve(port)))
  })
}

async function listenAll() {
  const plain = await listen(ServerCredentials.createInsecure(), 'v1')
  if (ROLE === 'stock') return { plain }
  const [cert_chain, private_key] = ['cert', 'key'].map(name =>
    readFileSync(`${TLS_FOLDER}/localhost-${name}.pem`)
  )
  const pairs = [{ cert_chain, private_key }]
  return {
    plain,
    older: await listen(ServerCredentials.createInsecure(), 'v1alpha'),
    tls: await listen(ServerCredentials.createSsl(null, pairs), 'v1'),
    mutual: await listen(ServerCredentials.createSsl(cert_chain, pairs, true), 'v1')
  }
}

process.on('disconnect', () => {
  for (const server of servers) server.forceShutdown()
  telemetry.shutdown().finally(() => process.exit(0))
})
process.send(await listenAll())
