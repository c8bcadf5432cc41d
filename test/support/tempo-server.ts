import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import type { Span } from '../../src/model/span.ts'
import { decodeOtlpJsonText, decodeOtlpProtobuf } from '../../src/otlp/decode.ts'
import { pruneLeaves, tempoV1Json, tempoV1Protobuf, tempoV2Json, tempoV2Protobuf } from './tempo-forms.ts'

/** How the server behaves; may be changed while it runs. */
export interface TempoMode {
  /** Before version 2 there was only version 1. */
  hasV2: boolean
  /** JSON whatever was asked for, as some gateways bring about. */
  onlyJson: boolean
  /** The content type of found traces, where it lies. */
  contentType?: string
  /** The message of a PARTIAL answer. */
  partial?: string
  /** Summaries in the place of leaves, unless a request forbids it. */
  prunes: boolean
  /** Without one of these tenants nothing is answered; where there are none, nobody is asked for one. */
  tenants: readonly string[]
  /** From the arrival of a span until answers have it. */
  lagMs: number
  /** The answer to every question for a trace, instead of one. */
  refusal?: {
    readonly status: number
    readonly body: string
    readonly headers?: Readonly<Record<string, string>>
  }
}

interface TempoServerOptions extends Partial<TempoMode> {
  /** Any free one if absent. */
  readonly port?: number
  /** In front of every route: Grafana Cloud has `/tempo`. */
  readonly basePath?: string
}

/** A question as it came. */
export interface TempoQuestion {
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** Answers as Tempo does, of what was recorded of a real one and of what it was given; takes OTLP over HTTP itself. */
export interface TempoServer extends AsyncDisposable {
  /** With the base path. */
  readonly url: string
  readonly mode: TempoMode
  /** Those for a trace, in order. */
  readonly questions: readonly TempoQuestion[]
  add(spans: readonly Span[]): void
  /** Drops all that it was given. */
  forget(): void
}

/** The trace that a real Tempo 2.10.8 was asked for. */
export const RECORDED_ID = '7cf92f3577b34da6a3ce929d0e0e4736'

const RECORDED = new URL('../fixtures/recorded/tempo/', import.meta.url)
const UNTOLD_HEADERS = /^(?:date|content-length)$/i

interface Stored {
  readonly span: Span
  readonly arrivedMs: number
}

export async function startTempoServer(options: TempoServerOptions = {}): Promise<TempoServer> {
  const { port = 0, basePath = '', ...mode } = options
  const tempo = new Tempo({ hasV2: true, onlyJson: false, prunes: false, tenants: [], lagMs: 0, ...mode })
  const server = createServer((request, response) => {
    void tempo.answer(request, response, basePath).catch(() => response.destroy())
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${basePath}`,
    mode: tempo.mode,
    questions: tempo.questions,
    add: spans => tempo.add(spans),
    forget: () => tempo.forget(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    }
  }
}

class Tempo {
  readonly mode: TempoMode
  readonly questions: TempoQuestion[] = []
  readonly #traces = new Map<string, Stored[]>()

  constructor(mode: TempoMode) {
    this.mode = mode
  }

  add(spans: readonly Span[]): void {
    for (const span of spans) {
      const stored = { span, arrivedMs: performance.now() }
      const trace = this.#traces.get(span.traceId)
      if (trace) trace.push(stored)
      else this.#traces.set(span.traceId, [stored])
    }
  }

  forget(): void {
    this.#traces.clear()
  }

  async answer(request: IncomingMessage, response: ServerResponse, basePath: string): Promise<void> {
    const body = await readBody(request)
    const url = new URL(request.url ?? '/', 'http://tempo')
    const path = url.pathname.startsWith(basePath) ? url.pathname.slice(basePath.length) : ''
    if (request.method === 'POST' && path === '/v1/traces') {
      this.#ingest(request, body)
      const contentType = request.headers['content-type'] ?? ''
      send(response, 200, { 'content-type': contentType }, /json/.test(contentType) ? '{}' : '')
      return
    }
    const [, version, id] = /^\/api\/(v2\/)?traces\/([^/]+)$/.exec(path) ?? []
    if (id !== undefined && (version === undefined || this.mode.hasV2)) {
      this.questions.push({ path: request.url ?? '', headers: request.headers })
      this.#answerTrace(request, response, url, id, version === undefined ? 'v1' : 'v2')
    } else if (path === '/ready') replay(response, 'ready', 200)
    else if (path === '/api/echo')
      send(response, 200, { 'content-type': 'text/plain; charset=utf-8' }, 'echo')
    else if (path === '/api/status/buildinfo')
      send(response, 200, { 'content-type': 'application/json' }, '{"version":"2.10.8","goVersion":"go1.25"}')
    else replay(response, 'unknown', 404)
  }

  #ingest(request: IncomingMessage, body: Buffer): void {
    const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
    const isJson = /json/.test(request.headers['content-type'] ?? '')
    this.add(isJson ? decodeOtlpJsonText(plain.toString('utf8')) : decodeOtlpProtobuf(plain))
  }

  #answerTrace(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    id: string,
    version: 'v1' | 'v2'
  ): void {
    const { mode } = this
    const tenant = request.headers['x-scope-orgid']
    if (mode.tenants.length > 0 && !mode.tenants.includes(String(tenant))) {
      send(response, 401, { 'content-type': 'text/plain; charset=utf-8' }, 'no org id\n')
      return
    }
    if (mode.refusal !== undefined) {
      send(response, mode.refusal.status, mode.refusal.headers ?? {}, mode.refusal.body)
      return
    }
    if (!/^[0-9a-f]{1,32}$/i.test(id)) {
      replay(response, 'v2-badid', 400)
      return
    }
    const isProtobuf = !mode.onlyJson && request.headers.accept === 'application/protobuf'
    const suffix = isProtobuf ? '-pb' : ''
    const traceId = id.toLowerCase().padStart(32, '0')
    const spans = this.#visible(traceId)
    if (spans === undefined && traceId === RECORDED_ID)
      replay(response, `${version}-found${suffix}`, 200, mode.contentType)
    else if (spans === undefined)
      replay(response, `${version}-notfound${suffix}`, version === 'v1' ? 404 : 200)
    else {
      const prunes = version === 'v2' && mode.prunes && url.searchParams.get('span_pruning') !== 'false'
      const given = prunes ? pruneLeaves(spans) : spans
      const reasons = [mode.partial, prunes ? 'spans were pruned' : undefined].filter(
        reason => reason !== undefined
      )
      const extras = reasons.length === 0 ? {} : { partial: reasons.join('; ') }
      const type = mode.contentType ?? (isProtobuf ? 'application/protobuf' : 'application/json')
      if (version === 'v1')
        send(
          response,
          200,
          { 'content-type': type },
          isProtobuf ? tempoV1Protobuf(given) : tempoV1Json(given)
        )
      else
        send(
          response,
          200,
          { 'content-type': type },
          isProtobuf ? tempoV2Protobuf(given, extras) : tempoV2Json(given, extras)
        )
    }
  }

  /** What came long enough ago; undefined where that is nothing. */
  #visible(traceId: string): readonly Span[] | undefined {
    const untilMs = performance.now() - this.mode.lagMs
    const spans = (this.#traces.get(traceId) ?? [])
      .filter(({ arrivedMs }) => arrivedMs <= untilMs)
      .map(({ span }) => span)
    return spans.length === 0 ? undefined : spans
  }
}

/** An answer of the real server, with its headers. */
function replay(response: ServerResponse, name: string, status: number, contentType?: string): void {
  const head = readFileSync(new URL(`${name}.headers`, RECORDED), 'utf8')
  const headers = head
    .split(/\r?\n/)
    .slice(1)
    .flatMap(line => {
      const colon = line.indexOf(':')
      const header = line.slice(0, colon)
      return colon < 0 || UNTOLD_HEADERS.test(header)
        ? []
        : [[header.toLowerCase(), line.slice(colon + 1).trim()]]
    })
  const type = contentType === undefined ? {} : { 'content-type': contentType }
  const body = readFileSync(new URL(`${name}.body`, RECORDED))
  send(response, status, { ...Object.fromEntries(headers), ...type }, body)
}

function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array
): void {
  const bytes = Buffer.from(body)
  response.writeHead(status, { ...headers, 'content-length': bytes.byteLength })
  response.end(bytes)
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
