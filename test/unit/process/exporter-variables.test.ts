import { expect, test } from 'vitest'
import { exporterVariables } from '../../../src/process/exporter-variables.ts'

const ENDPOINTS = ['http://127.0.0.1:4317', 'http://127.0.0.1:4318']

test('a command is told where spans go, how, and to send them soon', () => {
  const { variables, flushDelayMs } = exporterVariables(ENDPOINTS, {})
  expect(variables).toEqual({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: undefined,
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: undefined,
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_BSP_SCHEDULE_DELAY: '200'
  })
  expect(flushDelayMs).toBe(200)
})

test('what is set stays, where it does not decide where spans go', () => {
  const given = {
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_BSP_SCHEDULE_DELAY: '1000',
    OTEL_TRACES_EXPORTER: 'console,otlp'
  }
  const { variables, flushDelayMs } = exporterVariables(ENDPOINTS, given)
  expect({ ...given, ...variables }).toMatchObject(given)
  expect(flushDelayMs).toBe(1000)
})

test.each(['', 'soon', '-1', '1.5'])('a delay that is none, "%s", is replaced', delay => {
  const { variables, flushDelayMs } = exporterVariables(ENDPOINTS, { OTEL_BSP_SCHEDULE_DELAY: delay }, 50)
  expect([variables['OTEL_BSP_SCHEDULE_DELAY'], flushDelayMs]).toEqual(['50', 50])
})

test('an SDK that is switched off, or exports to nobody, is switched on', () => {
  const given = { OTEL_SDK_DISABLED: 'true', OTEL_TRACES_EXPORTER: 'none' }
  expect(exporterVariables(ENDPOINTS, given).variables).toMatchObject({
    OTEL_SDK_DISABLED: undefined,
    OTEL_TRACES_EXPORTER: 'otlp'
  })
})

test.each([
  ['http://0.0.0.0:9000', 'http://127.0.0.1:9000'],
  ['http://[::]:9000', 'http://[::1]:9000'],
  ['http://[::1]:4318', 'http://[::1]:4318']
])('%s is reached at %s', (endpoint, reached) => {
  expect(exporterVariables([endpoint], {}).variables['OTEL_EXPORTER_OTLP_ENDPOINT']).toBe(reached)
})
