import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import type { JsonReport, JsonTest } from '../../src/report/json-report.ts'
import { freePort } from '../support/free-port.ts'
import { CARTS_PROTO, PROTOS } from '../support/grpc-shop.ts'
import { CLI, runNode } from '../support/shop.ts'
import { evidenceOf } from './shop-on-path.ts'
import { startCarts, type TracedCarts } from './start-carts.ts'

const TLS_FOLDER = fileURLToPath(new URL('../fixtures/tls/', import.meta.url))
const CERTIFICATE = `${TLS_FOLDER}localhost-cert.pem`
const BY_FILE = { protobufFile: CARTS_PROTO, importPaths: [PROTOS] }

interface Case {
  readonly at: keyof TracedCarts & string
  readonly grpc: { readonly method: string; readonly [key: string]: unknown }
  readonly timeout?: string
  readonly specs: readonly object[]
}

const check = (selector: string | undefined, ...assertions: readonly string[]): object => ({
  ...(selector === undefined ? {} : { selector }),
  assertions
})
/** The trigger, the call and what it calls are one trace. */
const HANGS_TOGETHER = check(
  'span[name="Tracetest trigger"] > span[service.name="carts"]:entry',
  'count() = 1',
  'attr:rpc.system = "grpc"'
)
const ASKS_STOCK = check(
  'span[service.name="carts"]:entry > span[service.name="carts" kind="client"] > span[service.name="stock"]:entry',
  'count() = 1',
  'attr:rpc.grpc.status_code = 0',
  'attr:rpc.method = "GetLevel"'
)
const IS_CART = check(undefined, 'response:status = 0', `response:body | json_path '$.cartId' = "cart-1"`)

const CASES: Readonly<Record<string, Case>> = {
  'unary, by a proto file': {
    at: 'plain',
    grpc: {
      ...BY_FILE,
      method: 'shop.v1.Carts/GetCart',
      request: '{ "cartId": "cart-1" }',
      metadata: [{ key: 'x-tenant', value: 'acme' }]
    },
    specs: [
      HANGS_TOGETHER,
      ASKS_STOCK,
      IS_CART,
      check(
        undefined,
        `response:body | json_path '$.card' = "acme"`,
        'response:header.x-cost = "7"',
        'response:messages | length = 1'
      )
    ]
  },
  'unary, by reflection v1': {
    at: 'plain',
    grpc: { method: 'shop.v1.Carts.GetCart', request: '{ "cartId": "cart-1" }' },
    specs: [HANGS_TOGETHER, ASKS_STOCK, IS_CART]
  },
  'unary, by reflection v1alpha': {
    at: 'older',
    grpc: { method: 'shop.v1.Carts/GetCart', request: '{ "cartId": "cart-1" }' },
    specs: [HANGS_TOGETHER, ASKS_STOCK, IS_CART]
  },
  'by TLS': {
    at: 'tls',
    grpc: {
      method: 'shop.v1.Carts/GetCart',
      request: '{ "cartId": "cart-1" }',
      tls: { caFile: CERTIFICATE }
    },
    specs: [HANGS_TOGETHER, ASKS_STOCK, IS_CART]
  },
  'by TLS with a certificate of ours': {
    at: 'mutual',
    grpc: {
      method: 'shop.v1.Carts/GetCart',
      request: '{ "cartId": "cart-1" }',
      tls: { caFile: CERTIFICATE, certFile: CERTIFICATE, keyFile: `${TLS_FOLDER}localhost-key.pem` }
    },
    specs: [HANGS_TOGETHER, ASKS_STOCK, IS_CART]
  },
  'a stream of requests': {
    at: 'plain',
    grpc: { ...BY_FILE, method: 'shop.v1.Carts/AddItems', request: '{ "sku": "a" } { "sku": "b" }' },
    specs: [
      HANGS_TOGETHER,
      check('span[service.name="stock"]:entry', 'count() = 2'),
      check(undefined, `response:body | json_path '$.stock.b' = 3`)
    ]
  },
  'a stream of answers': {
    at: 'plain',
    grpc: { ...BY_FILE, method: 'shop.v1.Carts/WatchCart', request: '{ "cartId": "cart-1" }' },
    specs: [
      HANGS_TOGETHER,
      IS_CART,
      check(
        undefined,
        'response:messages | length = 3',
        `response:body | json_path '$.version' = "3"`,
        'response:trailer.x-versions = "3"'
      )
    ]
  },
  'streams both ways': {
    at: 'plain',
    grpc: {
      ...BY_FILE,
      method: 'shop.v1.Carts/Exchange',
      request: '[{ "sku": "a" }, { "sku": "b", "quantity": 4 }]'
    },
    specs: [
      HANGS_TOGETHER,
      check(
        undefined,
        'response:messages | length = 2',
        `response:messages | json_path '$[0].quantity' = 1`,
        `response:body | json_path '$.quantity' = 5`
      )
    ]
  },
  'an empty answer': {
    at: 'plain',
    grpc: { method: 'shop.v1.Carts/Touch' },
    specs: [
      HANGS_TOGETHER,
      check('span[tracetest.span.type="general"]', "attr:tracetest.response.body = '{\n  \n}'")
    ]
  },
  'a refused call': {
    at: 'plain',
    grpc: { ...BY_FILE, method: 'shop.v1.Carts/GetCart', request: '{ "cartId": "none" }' },
    specs: [
      HANGS_TOGETHER,
      check('span[service.name="carts"]:entry', 'attr:rpc.grpc.status_code = 5'),
      check(
        undefined,
        'response:status = 5',
        `response:trailer.grpc-message = 'there is no cart "none"'`,
        'response:trailer.x-reason-bin = "AQL/"',
        'response:messages | length = 0'
      )
    ]
  },
  'a call that is answered otherwise than expected': {
    at: 'plain',
    grpc: { ...BY_FILE, method: 'shop.v1.Carts/GetCart', request: '{ "cartId": "none" }' },
    specs: [check(undefined, 'response:status = 0')]
  },
  'a call over its deadline': {
    at: 'plain',
    grpc: { ...BY_FILE, method: 'shop.v1.Carts/GetCart', request: '{ "cartId": "slow" }' },
    timeout: '300ms',
    specs: [IS_CART]
  },
  'TLS without a certificate of ours': {
    at: 'mutual',
    grpc: { ...BY_FILE, method: 'shop.v1.Carts/Touch', tls: { caFile: CERTIFICATE } },
    specs: [HANGS_TOGETHER]
  },
  'an unknown field, by reflection': {
    at: 'plain',
    grpc: { method: 'shop.v1.Carts/GetCart', request: '{ "cartID": "cart-1" }' },
    specs: [IS_CART]
  }
}

let tests: ReadonlyMap<string, JsonTest>

beforeAll(async () => {
  const otlpPort = await freePort()
  await using carts = await startCarts(`http://127.0.0.1:${otlpPort}`)
  const folder = await mkdtemp(join(tmpdir(), 'tracerun-grpc-'))
  try {
    const file = join(folder, 'tests.yaml')
    const documents = Object.entries(CASES).map(([name, { at, grpc, timeout, specs }]) => ({
      type: 'Test',
      spec: {
        name,
        trigger: { type: 'grpc', ...(timeout && { timeout }), grpc: { address: carts[at], ...grpc } },
        specs
      }
    }))
    await writeFile(file, documents.map(one => JSON.stringify(one)).join('\n---\n'))
    const args = ['--otlp-listen', `127.0.0.1:${otlpPort}`, '--flush-delay', '200ms', '-o', 'json']
    const { stdout, stderr } = await runNode([CLI, 'run', file, ...args], { NO_COLOR: '1' }, folder)
    expect(stdout, stderr).toMatch(/^\{/)
    tests = new Map((JSON.parse(stdout) as JsonReport).tests.map(one => [one.name, one]))
  } finally {
    await rm(folder, { recursive: true })
  }
})

const REFUSED: Readonly<Record<string, readonly [outcome: string, code?: string, message?: string]>> = {
  'a call that is answered otherwise than expected': ['failed'],
  'a call over its deadline': ['errored', 'TRIGGER_TIMEOUT', 'no answer within 0.3 s'],
  'TLS without a certificate of ours': ['errored', 'TRIGGER_UNREACHABLE', 'TLS'],
  'an unknown field, by reflection': ['errored', 'TRIGGER_CRASHED', 'has no field `cartID`']
}

describe('a gRPC service on the real OpenTelemetry SDK', () => {
  test.each(Object.keys(CASES).filter(name => !(name in REFUSED)))('%s: passes', name => {
    const one = tests.get(name)!
    expect(one.outcome, JSON.stringify(evidenceOf(one), undefined, 2)).toBe('passed')
  })

  test.each(Object.entries(REFUSED))('%s: does not', (name, [outcome, code, message]) => {
    const one = tests.get(name)!
    expect(one.outcome, JSON.stringify(evidenceOf(one), undefined, 2)).toBe(outcome)
    if (code) expect(one.error).toMatchObject({ code, message: expect.stringContaining(message ?? '') })
  })
})
