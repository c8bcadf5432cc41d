import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import type { RunEvent } from '../../../src/model/run-event.ts'
import { eventSchema } from '../../../src/report/event-schema.ts'
import { renderNdjsonEvent } from '../../../src/report/ndjson.ts'
import { buildRun, buildTest, nPlusOneTest } from '../../support/report-builder.ts'

const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true, formats: { 'date-time': true } })
const validate = ajv.compile(eventSchema)

const suite = { id: 'shop', name: 'the shop', step: 1, steps: 2 }
const repetition = { test: 'checkout', number: 1, of: 3 }
const report = nPlusOneTest({ suite, repetition })

/** One event of each type, with every key that it may have. */
const EVENTS: { readonly [Type in RunEvent['type']]: Extract<RunEvent, { type: Type }> } = {
  'run-started': { type: 'run-started', schemaVersion: 1, tests: 3 },
  'test-started': { type: 'test-started', id: 'a', name: 'a', suite, repetition, attempt: 1 },
  'test-progressed': { type: 'test-progressed', id: 'a', phase: 'waiting', spans: 12 },
  'test-retried': { type: 'test-retried', report },
  'test-finished': { type: 'test-finished', report: buildTest({ attempt: 2, earlier: [report] }) },
  'test-revised': { type: 'test-revised', before: 'passed', lateMs: 12, report },
  'trace-grown': { type: 'trace-grown', report },
  'test-warned': { type: 'test-warned', warning: 'late', report },
  'run-finished': {
    type: 'run-finished',
    report: buildRun([buildTest()], { warnings: ['late'], shard: { index: 1, count: 2 } })
  }
}

test.each(Object.values(EVENTS).map(event => [event.type, event] as const))(
  'an event of type %s is as its schema says, in every key',
  (_, event) => {
    validate(JSON.parse(renderNdjsonEvent(event)))
    expect(validate.errors).toBeNull()
  }
)

test('what is no event is refused', () => {
  expect(validate({ type: 'test-vanished', id: 'a' })).toBe(false)
  expect(validate({ type: 'run-started', schemaVersion: 2, tests: 3 })).toBe(false)
  expect(validate({ type: 'test-finished' })).toBe(false)
})
