import { expect, test } from 'vitest'
import { ReporterError } from '../../../src/errors/errors.ts'
import type { RunEvent } from '../../../src/model/run-event.ts'
import type { Reporter } from '../../../src/plugin/reporter.ts'
import { createMultiplexer } from '../../../src/report/multiplexer.ts'
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
  const reporter = createMultiplexer([recorder('pretty', log), recorder('json', log)])
  reporter.onEvent(STARTED)
  await reporter.close(buildRun([]))
  expect(log).toEqual(['pretty run-started', 'json run-started', 'pretty close', 'json close'])
})

test('a reporter that throws hears nothing more, the others go on, and closing names it', async () => {
  const log: string[] = []
  const reporter = createMultiplexer([recorder('pretty', log, { onEvent: true }), recorder('json', log)])
  reporter.onEvent(STARTED)
  reporter.onEvent(STARTED)
  const error = await reporter.close(buildRun([])).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(ReporterError)
  expect((error as ReporterError).message).toBe('the reporter "pretty" failed: pretty cannot take it')
  expect(log).toEqual(['pretty run-started', 'json run-started', 'json run-started', 'json close'])
})

test('failures to close are told together, after all have closed', async () => {
  const log: string[] = []
  const reporter = createMultiplexer([
    recorder('pretty', log, { close: true }),
    recorder('json', log),
    recorder('ndjson', log, { close: true })
  ])
  await expect(reporter.close(buildRun([]))).rejects.toThrow(
    'the reporter "pretty" failed: pretty is full\nthe reporter "ndjson" failed: ndjson is full'
  )
  expect(log).toEqual(['pretty close', 'json close', 'ndjson close'])
})
