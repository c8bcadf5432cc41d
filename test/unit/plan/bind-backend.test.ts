import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { DataStoreDefinition, Placed } from '../../../src/definition/document.ts'
import type { Settings } from '../../../src/definition/settings.ts'
import type { Diagnostic } from '../../../src/errors/diagnostic.ts'
import { parseTraceId } from '../../../src/model/ids.ts'
import { type BoundBackendOutcome, bindBackend } from '../../../src/plan/bind-backend.ts'
import { buildRegistry } from '../../../src/plan/registry.ts'
import type { BackendCaps, TraceBackend } from '../../../src/plugin/trace-backend.ts'

interface StoreOptions {
  readonly url?: string
  readonly token?: string
  readonly tls?: { readonly caFile?: string }
  readonly paths?: readonly string[]
}

const CAPS: BackendCaps = {
  isPushed: false,
  stepMs: { first: 250, longest: 1500 },
  lookTimeoutMs: 5000,
  deadlineMs: 30_000,
  losses: []
}

const tempo: TraceBackend<StoreOptions> = {
  kinds: ['tempo'],
  schema: { type: 'object' },
  files: [
    ['tls', 'caFile'],
    ['paths', '*']
  ],
  secretsOf: ({ token }) => (token === undefined ? [] : [token, `Bearer ${token}`]),
  parseAddress: address =>
    address.startsWith('http')
      ? { url: address, token: 'of-the-address', tls: { caFile: 'ca.pem' } }
      : 'expected a URL such as http://localhost:3200',
  caps: ({ url }) => ({ ...CAPS, losses: url === undefined ? ['links'] : [] }),
  open: () => Promise.reject(new Error('nothing is opened here')),
  traceUrl: ({ url }, traceId) => `${url}/trace/${traceId}`
}

interface Bound extends Partial<BoundBackendOutcome> {
  readonly problems: readonly Diagnostic[]
}

function bind(
  dataStore: DataStoreDefinition | Placed<string>,
  settings: Settings = {},
  named: ReadonlyMap<string, DataStoreDefinition> = new Map()
): Bound {
  const problems: Diagnostic[] = []
  const registry = buildRegistry([], [tempo as TraceBackend<unknown>])
  const outcome = bindBackend({ dataStore }, { registry, settings, named, common: undefined }, problems)
  return { problems, ...outcome }
}

const TRACE = parseTraceId('4bf92f3577b34da6a3ce929d0e0e4736')!
const short = (address: string, folder?: string): DataStoreDefinition => ({
  type: { value: 'tempo' },
  address: { value: address },
  ...(folder === undefined ? {} : { folder })
})

describe('a data store in short', () => {
  test('has the options that its backend reads from the address', () => {
    const { backend, secrets } = bind(short('http://tempo:3200'))
    expect(backend?.caps.losses).toEqual([])
    expect(backend?.traceUrl?.(TRACE)).toBe(`http://tempo:3200/trace/${TRACE}`)
    expect(secrets).toEqual(['of-the-address', 'Bearer of-the-address'])
  })

  test('has its files where it is written', () => {
    const { backend } = bind(short('http://tempo:3200', '/project'))
    expect(backend?.key).toContain(JSON.stringify(resolve('/project', 'ca.pem')))
  })

  test('is refused in the words of its backend', () => {
    const [problem] = bind(short('tempo')).problems
    expect(problem?.message).toBe('`tempo=tempo`: expected a URL such as http://localhost:3200')
  })

  test('may be a kind alone, which a name of the project stands above', () => {
    const store = short('http://named:3200')
    expect(bind({ value: 'tempo' }).problems[0]?.message).toContain('expected a URL')
    expect(bind({ value: 'tempo' }, {}, new Map([['tempo', store]])).backend?.traceUrl?.(TRACE)).toContain(
      'named'
    )
  })

  test('of an unknown kind is a mistake, with what is near', () => {
    const [problem] = bind({ type: { value: 'tempoo' }, address: { value: 'http://a' } }).problems
    expect(problem).toMatchObject({ code: 'UNKNOWN_BACKEND', hint: 'did you mean `tempo`?' })
    expect(bind({ value: 'tempoo' }).problems[0]?.hint).toBe('did you mean `tempo`?')
  })

  test.each([
    ['http://localhost:16686', 'jaeger=http://localhost:16686'],
    ['./store.yaml', 'is there such a file?'],
    ['production', '`dataStores` of tracerun.yaml']
  ])('that is no name at all, such as %s, is met with how to write it', (value, hint) => {
    expect(bind({ value }).problems[0]?.hint).toContain(hint)
  })
})

test('two stores that mean the same share a session, whatever the order of their keys', () => {
  expect(bind(short('http://a')).backend?.key).toBe(bind(short('http://a')).backend?.key)
  expect(bind(short('http://a')).backend?.key).not.toBe(bind(short('http://b')).backend?.key)
})

test('a link of the settings stands above that of the backend', () => {
  const { backend } = bind(short('http://a'), { traceUrl: { value: 'https://ui/{traceId}?tab={traceId}' } })
  expect(backend?.traceUrl?.(TRACE)).toBe(`https://ui/${TRACE}?tab=${TRACE}`)
})
