import { expect, test } from 'vitest'
import type { RunEvent } from '../../../../src/model/run-event.ts'
import type { Reporter } from '../../../../src/plugin/reporter.ts'
import type { Screen } from '../../../../src/report/screen.ts'
import type { Ticker } from '../../../../src/report/terminal/live.ts'
import { createPrettyReporter } from '../../../../src/report/terminal/pretty.ts'
import { buildRun, buildTest } from '../../../support/report-builder.ts'
import { PLAIN_SCREEN } from '../../../support/show.ts'

interface Stage {
  readonly reporter: Reporter
  /** What was written since the last look, escape sequences readable. */
  written(): string
  /** Lets time pass: all ticks that fall into it. */
  pass(ms: number): void
  isTicking(): boolean
}

function stage(screen: Partial<Screen> = { isInteractive: true }): Stage {
  let output = ''
  let now = 0
  let callback: (() => void) | undefined
  let step = 0
  const ticker: Ticker = {
    nowMs: () => now,
    every(ms, tick) {
      callback = tick
      step = ms
      return () => {
        callback = undefined
      }
    }
  }
  const reporter = createPrettyReporter({
    screen: { ...PLAIN_SCREEN, width: 60, ...screen },
    write: text => {
      output += text
    },
    ticker
  })
  return {
    reporter,
    written() {
      const text = output.replaceAll('\u001b', '^')
      output = ''
      return `\n${text}`
    },
    pass(ms) {
      for (const end = now + ms; now < end; ) {
        now += step || ms
        callback?.()
      }
    },
    isTicking: () => callback !== undefined
  }
}

function start(id: string, name: string): RunEvent {
  return { type: 'test-started', id, name, attempt: 1 }
}

test('a running test has one line that is redrawn: phase, name, spans, elapsed', () => {
  const { reporter, written, pass } = stage()
  reporter.onEvent({ type: 'run-started', schemaVersion: 1, tests: 1 })
  reporter.onEvent(start('checkout', 'checkout charges'))
  expect(written()).toBe('\n▸ starting  checkout charges                          0.0 s\n')
  reporter.onEvent({ type: 'test-progressed', id: 'checkout', phase: 'waiting', spans: 12 })
  pass(100)
  expect(written()).toBe('\n^[1A^[0J▸ waiting   checkout charges              12 spans    0.1 s\n')
  pass(100)
  expect(written()).toBe('\n^[1A^[0J▸ waiting   checkout charges              12 spans    0.2 s\n')
})

test('progress alone writes nothing: the rate of redrawing is bounded', () => {
  const { reporter, written, pass } = stage()
  reporter.onEvent(start('checkout', 'checkout charges'))
  written()
  for (let spans = 0; spans < 1000; spans++)
    reporter.onEvent({ type: 'test-progressed', id: 'checkout', phase: 'waiting', spans })
  expect(written()).toBe('\n')
  pass(1000)
  expect(written().match(/waiting/g)).toHaveLength(10)
})

test('a finished test is written above the lines that move', () => {
  const { reporter, written } = stage()
  reporter.onEvent(start('checkout', 'checkout charges'))
  reporter.onEvent(start('refund', 'refund pays back'))
  written()
  reporter.onEvent({ type: 'test-finished', report: buildTest({ name: 'checkout charges', durationMs: 90 }) })
  expect(written()).toMatchInlineSnapshot(`
    "
    ^[1A^[0J✓ checkout charges                            passed   90 ms
    ▸ starting  refund pays back                          0.0 s
    "
  `)
})

test('more running tests than lines are counted', () => {
  const { reporter, written, pass } = stage()
  for (let at = 1; at <= 12; at++) reporter.onEvent(start(`test-${at}`, `checkout ${at}`))
  written()
  pass(100)
  expect(written()).toMatchInlineSnapshot(`
    "
    ^[1A^[0J▸ starting  checkout 1                                0.1 s
    ▸ starting  checkout 2                                0.1 s
    ▸ starting  checkout 3                                0.1 s
    ▸ starting  checkout 4                                0.1 s
    ▸ starting  checkout 5                                0.1 s
    ▸ starting  checkout 6                                0.1 s
    ▸ starting  checkout 7                                0.1 s
      and 5 more tests running
    "
  `)
})

test('a line that moves is never wider than the screen, whatever the name', () => {
  const { reporter, written, pass } = stage({ isInteractive: true, width: 40 })
  reporter.onEvent(start('checkout', `${'日本語'.repeat(20)}\u001b[2J\n`))
  pass(100)
  expect(written()).toMatchInlineSnapshot(`
    "
    ▸ starting  日本語日本語日本…     0.0 s
    ^[1A^[0J▸ starting  日本語日本語日本…     0.1 s
    "
  `)
})

test('at the end nothing is left of the lines that moved, and the ticking stops', async () => {
  const { reporter, written, isTicking } = stage()
  reporter.onEvent(start('checkout', 'checkout charges'))
  expect(isTicking()).toBe(true)
  written()
  await reporter.close(buildRun([]))
  expect(written()).toMatchInlineSnapshot(`
    "
    ^[1A^[0J! no test was run · 4.2 s
    "
  `)
  expect(isTicking()).toBe(false)
})

test.each([
  ['in CI', { isInteractive: false, isCi: true }],
  ['in a pipe', { isInteractive: false }]
])('%s nothing moves and nothing ticks', (_, screen) => {
  const { reporter, written, isTicking } = stage(screen)
  reporter.onEvent(start('checkout', 'checkout charges'))
  reporter.onEvent({ type: 'test-progressed', id: 'checkout', phase: 'waiting', spans: 12 })
  expect(written()).toBe('\n')
  expect(isTicking()).toBe(false)
  reporter.onEvent({ type: 'test-finished', report: buildTest({ durationMs: 90 }) })
  expect(written()).not.toContain('^')
})

test('what cannot be written fails the reporter when it closes', async () => {
  const reporter = createPrettyReporter({
    screen: PLAIN_SCREEN,
    write: () => Promise.reject(new Error('the pipe is closed'))
  })
  reporter.onEvent({ type: 'test-finished', report: buildTest() })
  await expect(reporter.close(buildRun([]))).rejects.toThrow('the pipe is closed')
})
