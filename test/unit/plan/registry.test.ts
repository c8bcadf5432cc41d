import { expect, test } from 'vitest'
import { schemaParts } from '../../../src/plan/registry.ts'
import { recordingRegistry } from '../../support/compile-text.ts'

const registry = recordingRegistry()

test('a backend is there under each of its names', () => {
  expect([...registry.backends.keys()]).toEqual(['otlp', 'honeycomb'])
  expect(registry.backends.get('otlp')).toBe(registry.backends.get('honeycomb'))
})

test('what Tracetest has and is not there is still to come', () => {
  expect(registry.comingTriggers).toContain('grpc')
  expect(registry.comingTriggers).not.toContain('http')
  expect(registry.comingBackends).toContain('jaeger')
  expect(registry.comingBackends).not.toContain('honeycomb')
})

test('schemas are built from each plug-in once', () => {
  const { triggers, backends } = schemaParts(registry)
  expect(triggers.map(trigger => trigger.kind)).toEqual(['http'])
  expect(backends.map(backend => backend.kinds)).toEqual([['otlp', 'honeycomb']])
})
