import { describe, expect, test } from 'vitest'
import { otlpBackend } from '../../../../src/backends/otlp/index.ts'
import { DEFAULT_LISTEN, parseListenAddress } from '../../../../src/backends/otlp/options.ts'

test('by default the ports of OTLP are listened on, on both loopback addresses', () => {
  expect(DEFAULT_LISTEN).toEqual([
    { host: '127.0.0.1', port: 4317 },
    { host: '::1', port: 4317, isOptional: true },
    { host: '127.0.0.1', port: 4318 },
    { host: '::1', port: 4318, isOptional: true }
  ])
})

describe('an address to listen on', () => {
  const loopback = [
    { host: '127.0.0.1', port: 4318 },
    { host: '::1', port: 4318, isOptional: true }
  ]
  test.each([
    ['127.0.0.1:4318', [{ host: '127.0.0.1', port: 4318 }]],
    ['0.0.0.0:4318', [{ host: '0.0.0.0', port: 4318 }]],
    ['[::1]:4317', [{ host: '::1', port: 4317 }]],
    ['shop.local:0', [{ host: 'shop.local', port: 0 }]],
    ['localhost:4318', loopback],
    ['4318', loopback]
  ])('%s', (text, addresses) => {
    expect(parseListenAddress(text)).toEqual(addresses)
  })
})

test('every kind of Tracetest that takes OTLP is taken', () => {
  expect(otlpBackend.kinds).toEqual(
    expect.arrayContaining(['otlp', 'honeycomb', 'lightstep', 'newrelic', 'datadog'])
  )
  expect(otlpBackend.caps({})).toMatchObject({ isPushed: true, lagMs: 0, deadlineMs: 30_000 })
})
