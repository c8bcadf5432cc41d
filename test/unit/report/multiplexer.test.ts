import { expect, test } from 'vitest'
import { ReporterError } from '../../../src/errors/errors.ts'
import type { RunEvent } from '../../../src/model/run-event.ts'
import type { Reporter } from '../../../src/plugin/reporter.ts'
import { CLOSING_LIMIT_MS, createMultiplexer } from '../../../src/report/multiplexer.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { buildRun } from '../../support/report-builder.ts'

const STARTED: RunEvent = { type: 'run-started', schemaVersion: 1, tests: 1 }

function recorder(name: string, log: string[], fault: { onEvent?: boolean; close?: boolean } = {}): Reporter {
  return {
    name,
    onEvent(event) {
      log.push(`${name} ${event.type}`)
      if (fault.onEvent) throw new Error(`${name} cannot take it`)
    },
    async close() {
      await Promise.resolve()
      log.push(`${name} close`)
      if (fault.close) throw new Error(`${name} is full`)
    }
  }
}

test('every reporter hears every event and is closed', async () => {
  const log: string[] = []
  const reporter = createMultiplexer([recorder('pretty', log), recorder('json', log)], createManualClock())
  reporter.onEvent(STARTED)
  await reporter.close(buildRun([]))
  expect(log).toEqual(['pretty run-started', 'json run-started', 'pretty close', 'json close'])
})

test('a reporter that throws hears nothing more, the others go on, and closing names it', async () => {
  const log: string[] = []
  const reporter = createMultiplexer(
    [recorder('pretty', log, { onEvent: true }), recorder('json', log)],
    createManualClock()
  )
  reporter.onEvent(STARTED)
  reporter.onEvent(STARTED)
  const error = await reporter.close(buildRun([])).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(ReporterError)
  expect((error as ReporterError).message).toBe('the reporter "pretty" failed: pretty cannot take it')
  expect(log).toEqual(['pretty run-started', 'json run-started', 'json run-started', 'json close'])
})

test('failures to close are told together, after all have closed', async () => {
  const log: string[] = []
  const reporter = createMultiplexer(
    [
      recorder('pretty', log, { close: true }),
      recorder('json', log),
      recorder('ndjson', log, { close: true })
    ],
    createManualClock()
  )
  await expect(reporter.close(buildRun([]))).rejects.toThrow(
    'the reporter "pretty" failed: pretty is full\nthe reporter "ndjson" failed: ndjson is full'
  )
  expect(log).toEqual(['pretty close', 'json close', 'ndjson close'])
})

test('a reporter that does not end is given up, once the others have ended, and named', async () => {
  const log: string[] = []
  const clock = createManualClock()
  const stuck: Reporter = { name: 'html=pipe', onEvent: () => {}, close: () => new Promise(() => {}) }
  const reporter = createMultiplexer([stuck, recorder('json', log)], clock)
  const closed = reporter.close(buildRun([])).catch((error: unknown) => error)
  const error = await clock.run(closed)
  expect(log).toEqual(['json close'])
  expect(clock.nowMs).toBe(CLOSING_LIMIT_MS)
  expect((error as ReporterError).message).toBe(
    'the reporter "html=pipe" failed: it had not ended 10 s after the run'
  )
})
