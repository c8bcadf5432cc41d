import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { decodeOtlpProtobuf } from '../../src/otlp/decode.ts'
import { encodeOtlpJson } from '../../src/otlp/encode.ts'
import { freePort } from '../support/free-port.ts'
import { startTempoServer } from '../support/tempo-server.ts'
import { pathOf } from './components.ts'
import { startCollector } from './servers/collector.ts'
import { startJaeger } from './servers/jaeger.ts'
import { startZipkin } from './servers/zipkin.ts'

/** A way that the spans of a system take to tracerun, set up. */
export interface OpenPath extends AsyncDisposable {
  /** Where the system sends its spans. */
  readonly otlpEndpoint: string
  /** How its SDK sends them. */
  readonly env: Readonly<Record<string, string>>
  /** The project file: where tracerun reads them. */
  readonly settings: object
}

interface Path {
  readonly name: string
  /** What it needs that cannot be had here. */
  readonly lacks: readonly string[]
  open(): Promise<OpenPath>
}

const DECISION_WAIT_MS = 1_000
const PROTOBUF = { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' }
const jaeger = pathOf('jaeger')
const zipkin = pathOf('zipkin')
const lacks = (component: string, path: string | undefined): readonly string[] =>
  path === undefined ? [component] : []
const nothing = (): Promise<void> => Promise.resolve()

/** Every way there is; the first is what the others are compared with. */
export const PATHS: readonly Path[] = [
  embedded('embedded, HTTP protobuf', 'http/protobuf'),
  embedded('embedded, HTTP JSON', 'http/json'),
  embedded('embedded, gRPC', 'grpc'),
  { name: 'Collector, tail sampling', lacks: lacks('jaeger', jaeger), open: openCollector },
  throughJaeger('Jaeger v3', url => ({ url: url.query, api: 'v3' })),
  throughJaeger('Jaeger v1', url => ({ url: url.query, api: 'v1' })),
  throughJaeger('Jaeger gRPC', url => ({ endpoint: url.grpcQuery, tls: { insecure: true } })),
  { name: 'Zipkin', lacks: lacks('zipkin', zipkin), open: openZipkin },
  throughTempo('Tempo v2', true),
  throughTempo('Tempo v1', false),
  liveTempo(),
  { name: 'file', lacks: [], open: openFile }
]

function embedded(name: string, protocol: string): Path {
  const open = async (): Promise<OpenPath> => {
    const host = `127.0.0.1:${await freePort()}`
    return {
      otlpEndpoint: `http://${host}`,
      env: { OTEL_EXPORTER_OTLP_PROTOCOL: protocol },
      settings: { otlpListen: host },
      [Symbol.asyncDispose]: nothing
    }
  }
  return { name, lacks: [], open }
}

async function openCollector(): Promise<OpenPath> {
  const host = `127.0.0.1:${await freePort()}`
  const collector = await startCollector(jaeger!, {
    sendsTo: `http://${host}`,
    tailSampling: { decisionWaitMs: DECISION_WAIT_MS }
  })
  return {
    otlpEndpoint: collector.otlpHttp,
    env: PROTOBUF,
    settings: { otlpListen: host, pipeline: { tailSampling: `${DECISION_WAIT_MS + 500}ms` } },
    [Symbol.asyncDispose]: () => collector[Symbol.asyncDispose]()
  }
}

function throughJaeger(
  name: string,
  optionsOf: (url: { readonly query: string; readonly grpcQuery: string }) => object
): Path {
  const open = async (): Promise<OpenPath> => {
    const server = await startJaeger(jaeger!)
    return {
      otlpEndpoint: server.otlpHttp,
      env: PROTOBUF,
      settings: { dataStore: { type: 'jaeger', jaeger: optionsOf(server) } },
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]()
    }
  }
  return { name, lacks: lacks('jaeger', jaeger), open }
}

async function openZipkin(): Promise<OpenPath> {
  const server = await startZipkin(zipkin!)
  return {
    otlpEndpoint: 'http://127.0.0.1:9',
    env: { OTEL_TRACES_EXPORTER: 'zipkin', OTEL_EXPORTER_ZIPKIN_ENDPOINT: `${server.url}/api/v2/spans` },
    settings: { dataStore: { type: 'zipkin', zipkin: { url: server.url } } },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]()
  }
}

/** No real Tempo can be had here: this one answers as a real one was recorded. */
function throughTempo(name: string, hasV2: boolean): Path {
  const open = async (): Promise<OpenPath> => {
    const server = await startTempoServer({ hasV2 })
    return {
      otlpEndpoint: server.url,
      env: PROTOBUF,
      settings: { dataStore: { type: 'tempo', tempo: { url: server.url } } },
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]()
    }
  }
  return { name, lacks: [], open }
}

/** A live Tempo, where one is named: its OTLP port is the usual one unless that is named as well. */
function liveTempo(): Path {
  const { TEMPO_URL: url, TEMPO_OTLP_URL: otlp } = process.env
  const open = async (): Promise<OpenPath> => {
    const usual = new URL(url!)
    usual.port = '4318'
    return {
      otlpEndpoint: otlp ?? usual.origin,
      env: PROTOBUF,
      settings: { dataStore: { type: 'tempo', tempo: { url } } },
      [Symbol.asyncDispose]: nothing
    }
  }
  return { name: 'Tempo, live', lacks: url === undefined ? ['TEMPO_URL'] : [], open }
}

/** No Collector with the file exporter can be had here: this writes what it would. */
async function openFile(): Promise<OpenPath> {
  const folder = await mkdtemp(join(tmpdir(), 'tracerun-file-'))
  const path = join(folder, 'traces.jsonl')
  await writeFile(path, '')
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
      void appendFile(path, `${JSON.stringify(encodeOtlpJson(decodeOtlpProtobuf(plain)))}\n`).then(() =>
        response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
      )
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    otlpEndpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    env: PROTOBUF,
    settings: { dataStore: { type: 'file', file: { path } } },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
      await rm(folder, { recursive: true })
    }
  }
}
