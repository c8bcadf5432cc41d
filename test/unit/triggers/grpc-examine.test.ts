import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import type { OptionProblem } from '../../../src/plugin/trigger.ts'
import { grpcTrigger } from '../../../src/triggers/grpc/index.ts'

const PROTO =
  'syntax = "proto3"; package t; message M { string a = 1; } service S { rpc One(M) returns (M); }'
const CERTIFICATE = 'test/fixtures/tls/localhost-cert.pem'
const KEY = 'test/fixtures/tls/localhost-key.pem'

function coded(code: string): Promise<never> {
  return Promise.reject(Object.assign(new Error(code), { code }))
}

function examine(
  options: object,
  {
    files = {},
    open = []
  }: { files?: Readonly<Record<string, string | Error>>; open?: readonly string[] } = {}
): Promise<readonly OptionProblem[]> {
  const read = (path: string): Promise<Uint8Array> => {
    const text = Object.entries(files).find(([name]) => path.endsWith(name))?.[1]
    if (text instanceof Error) return coded(text.message)
    if (text !== undefined) return Promise.resolve(Buffer.from(text, 'latin1'))
    return path.startsWith('test/') ? readFile(path) : coded('ENOENT')
  }
  return grpcTrigger.examine!(
    { address: 'localhost:1', method: 't.S/One', protobufFile: PROTO, ...options },
    {
      readFile: read,
      isOpen: path => open.includes(path.join('/')),
      openPaths: open.map(path => path.split('/')),
      fillingAt: () => 'none'
    }
  )
}

describe('a definition with imports', () => {
  const protobufFile = PROTO.replace('package', 'import "b.proto"; package')

  test.each([
    ['is folders that are not there', undefined, 'the text imports b.proto, which is not found'],
    ['is no UTF-8', '\xff', 'b.proto, which cannot be read: it is no UTF-8 text'],
    ['may not be read', new Error('EACCES'), 'b.proto, which cannot be read: permission denied'],
    ['is a folder', new Error('EISDIR'), 'b.proto, which cannot be read: it is a folder']
  ])('is refused where what it imports %s', async (_, text, said) => {
    const files = text === undefined ? {} : { 'b.proto': text }
    expect(await examine({ protobufFile, importPaths: ['/protos'] }, { files })).toMatchObject([
      { path: ['protobufFile'], message: expect.stringContaining(said) }
    ])
  })
})

describe('a certificate', () => {
  test.each([
    ['is in no file', { caFile: '/tls/none.pem' }, ['tls', 'caFile'], 'none.pem: there is no such file'],
    [
      'is no PEM',
      { settings: { cAFile: '/tls/x.pem' } },
      ['tls', 'settings', 'cAFile'],
      'x.pem (caFile) is not a PEM file'
    ],
    ['has no key', { certFile: CERTIFICATE }, ['tls'], 'certFile is given without keyFile'],
    [
      'is not the one of the key',
      { certFile: CERTIFICATE, keyFile: CERTIFICATE },
      ['tls', 'certFile'],
      'no TLS is possible'
    ]
  ])('that %s is said before anything is sent', async (_, tls, at, said) => {
    expect(await examine({ tls }, { files: { 'x.pem': 'hello' } })).toMatchObject([
      { path: at, message: expect.stringContaining(said) }
    ])
  })

  test('that can be used is no problem, nor is one that is not used', async () => {
    expect(await examine({ tls: { caFile: CERTIFICATE, certFile: CERTIFICATE, keyFile: KEY } })).toEqual([])
    expect(await examine({ tls: { insecure: true, caFile: 'none.pem' } })).toEqual([])
  })
})

describe('credentials', () => {
  const key = (apiKey: object): object => ({ auth: { type: 'apiKey', apiKey } })

  test.each<[string, object, readonly string[], string]>([
    ['in a query', key({ key: 'k', value: 'v', in: 'query' }), ['auth', 'apiKey', 'in'], 'no query'],
    ['under no name', key({ key: 'a b', value: 'v' }), ['auth', 'apiKey', 'key'], 'cannot be the name'],
    ['under a name of gRPC', key({ key: 'grpc-x', value: 'v' }), ['auth', 'apiKey', 'key'], 'sets it itself'],
    ['of other letters', key({ key: 'k', value: 'ü' }), ['auth', 'apiKey', 'value'], 'printable ASCII'],
    [
      'in a token of other letters',
      { authentication: { type: 'bearer', bearer: { token: 'ü' } } },
      ['authentication', 'bearer', 'token'],
      'printable ASCII'
    ]
  ])('%s are refused', async (_, options, path, said) => {
    expect(await examine(options)).toMatchObject([{ path, message: expect.stringContaining(said) }])
  })

  test('that are still to be filled in are not looked at', async () => {
    const auth = { type: 'bearer', bearer: {} }
    expect(await examine({ auth }, { open: ['auth/bearer/token'] })).toEqual([])
    expect(await examine(key({ key: 'k' }), { open: ['auth/apiKey/value'] })).toEqual([])
  })
})

test.each(['connection', 'Transfer-Encoding', 'content-length', 'keep-alive', 'grpc-timeout', 'te'])(
  'metadata of the name %s is refused: HTTP/2 or gRPC has no room for it',
  async key => {
    expect(await examine({ metadata: [{ key, value: 'x' }] })).toMatchObject([
      { path: ['metadata', 0, 'key'] }
    ])
  }
)

describe('an address', () => {
  test.each([
    'localhost:1',
    'localhost:65535',
    '[::1]:50051',
    'dns:///localhost:1',
    'dns:localhost:1',
    'unix:/a',
    'unix:///a',
    ' a:1 '
  ])('may be %s', address => {
    expect(grpcTrigger.refuseText?.(['address'], address)).toBeUndefined()
  })

  test.each([
    ['localhost:0', 'has no port that there is'],
    ['localhost:65536', 'has no port that there is'],
    ['localhost', 'it lacks the port'],
    ['user@localhost:1', 'is not HOST:PORT'],
    ['dns://localhost:1', 'write `localhost:1`'],
    ['https://shop', 'write `shop:443`, and `tls: {}` beside it'],
    ['http://shop/api', 'write `shop:80`'],
    ['::1:50051', 'is not HOST:PORT'],
    ['unix:', 'is not HOST:PORT']
  ])('is not %s', (address, said) => {
    expect(grpcTrigger.refuseText?.(['address'], address)).toContain(said)
  })
})
