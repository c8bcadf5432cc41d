import { expect, test } from 'vitest'
import { chooseEndpoint } from '../../../src/doctor/otlp-endpoint.ts'

const urlOf = (flag: string | undefined, variables: Record<string, string> = {}): string =>
  chooseEndpoint(flag, variables).url

test('the flag beats the variable for traces, which beats the general one, which beats the default', () => {
  const general = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://general:4318/' }
  const both = { ...general, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://traces:4318/custom' }
  expect(urlOf('http://flag:4318', both)).toBe('http://flag:4318/v1/traces')
  expect(urlOf(undefined, both)).toBe('http://traces:4318/custom')
  expect(urlOf(undefined, general)).toBe('http://general:4318/v1/traces')
  expect(urlOf(undefined)).toBe('http://localhost:4318/v1/traces')
})

test('the path is not added twice', () => {
  expect(urlOf('https://otlp.example/otlp')).toBe('https://otlp.example/otlp/v1/traces')
  expect(urlOf('https://otlp.example/otlp/v1/traces')).toBe('https://otlp.example/otlp/v1/traces')
})

test('the port of gRPC becomes that of HTTP, and that is said', () => {
  for (const text of ['http://collector:4317', 'collector:4317', 'http://collector:4317/']) {
    const { url, note } = chooseEndpoint(undefined, { OTEL_EXPORTER_OTLP_ENDPOINT: text })
    expect(url).toBe('http://collector:4318/v1/traces')
    expect(note).toContain('4317')
  }
})

test('headers are read as SDKs read them', () => {
  const { headers } = chooseEndpoint(undefined, {
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc, x-scope = a=b,broken,odd=%zz'
  })
  expect(headers).toEqual([
    ['authorization', 'Bearer abc'],
    ['x-scope', 'a=b'],
    ['odd', '%zz']
  ])
})
