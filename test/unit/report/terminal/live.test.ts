import { expect, test } from 'vitest'
import { TraceError } from '../../../../src/errors/errors.ts'
import type { RunEvent } from '../../../../src/model/run-event.ts'
import type { Reporter } from '../../../../src/plugin/reporter.ts'
import type { Screen } from '../../../../src/report/screen.ts'
import type { Foot } from '../../../../src/report/terminal/foot.ts'
import type { Ticker } from '../../../../src/report/terminal/live.ts'
import { createPrettyReporter, type Detail } from '../../../../src/report/terminal/pretty.ts'
import { buildRun, buildTest } from '../../../support/report-builder.ts'
import { PLAIN_SCREEN } from '../../../support/show.ts'
import { openWindow, type TerminalWindow } from '../../../support/terminal-window.ts'

interface Stage {
  readonly reporter: Reporter
  readonly window: TerminalWindow
  /** What was written since the last look, escape sequences readable. */
  written(): string
  /** Lets time pass: all ticks that fall into it. */
  pass(ms: number): void
  isTicking(): boolean
  /** What is held at the foot of the window. */
  foot(): Foot | undefined
}

function stage(
  facts: Partial<Screen> & { columns?: number; rows?: number; detail?: Detail } = { isInteractive: true }
): Stage {
  const { columns = 60, rows = 24, detail, ...screen } = facts
  const window = openWindow({ columns, rows })
  let output = ''
  let now = 0
  let callback: (() => void) | undefined
  let step = 0
  let foot: Foot | undefined
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
    screen: {
      ...PLAIN_SCREEN,
      ...screen,
      get width() {
        return window.columns
      },
      rows
    },
    detail,
    write: text => {
      output += text
      window.write(text)
    },
    ticker,
    footHolder: {
      hold: held => {
        foot = held
      },
      release: () => {
        foot = undefined
      }
    }
  })
  return {
    reporter,
    window,
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
    isTicking: () => callback !== undefined,
    foot: () => foot
  }
}

function start(id: string, name: string): RunEvent {
  return { type: 'test-started', id, name, attempt: 1 }
}

function startRun(reporter: Reporter, tests: number): void {
  reporter.onEvent({ type: 'run-started', schemaVersion: 1, tests })
}

function progress(id: string, phase: 'triggering' | 'waiting' | 'watching', spans: number): RunEvent {
  return { type: 'test-progressed', id, phase, spans }
}

/** A run of twelve tests that has come some way. */
function startMany({ reporter, pass }: Stage): void {
  startRun(reporter, 12)
  reporter.onEvent(start('a', 'the cart is empty at first'))
  reporter.onEvent(start('b', 'checkout reserves stock, then charges the card of the customer'))
  reporter.onEvent(start('c', '注文すると在庫が引き当てられ、カードに請求される'))
  pass(1200)
  reporter.onEvent({
    type: 'test-finished',
    report: buildTest({ id: 'a', name: 'the cart is empty at first', durationMs: 1200 })
  })
  reporter.onEvent(progress('b', 'waiting', 1204))
  reporter.onEvent(progress('c', 'watching', 7))
  pass(100)
}

test('a running test has one line that is redrawn: phase, name, spans, elapsed', () => {
  const { reporter, window, pass } = stage()
  startRun(reporter, 1)
  reporter.onEvent(start('checkout', 'checkout charges'))
  expect(window.text()).toBe('\n▸ starting  checkout charges                          0.0 s\n')
  reporter.onEvent(progress('checkout', 'waiting', 12))
  pass(100)
  expect(window.text()).toBe('\n▸ waiting   checkout charges              12 spans    0.1 s\n')
  pass(100)
  expect(window.text()).toBe('\n▸ waiting   checkout charges              12 spans    0.2 s\n')
})

test('where several tests run, a line says how far the run has come', () => {
  const scene = stage()
  startMany(scene)
  expect(scene.window.text()).toMatchInlineSnapshot(`
    "
    ✓ the cart is empty at first                 passed    1.2 s
    ▸ waiting   checkout reserves stock…   1,204 spans    1.3 s
    ▸ watching  注文すると在庫が引き当てら…    7 spans    1.3 s
      1 of 12 done · 1 passed · 2 running · 9 left · 1.3 s
    "
  `)
})

test.each([20, 80, 200])('at %i columns', columns => {
  const scene = stage({ isInteractive: true, columns })
  startMany(scene)
  expect(scene.window.text()).toMatchSnapshot()
})

test.each([
  ['narrower', 200, 80],
  ['much narrower', 200, 20],
  ['a little narrower', 80, 79],
  ['wider', 80, 200],
  ['wider by far', 20, 200]
])('in a window that becomes %s nothing is torn and nothing stands twice', (_, before, after) => {
  const scene = stage({ isInteractive: true, columns: before })
  startMany(scene)
  const { window, reporter, pass } = scene
  window.resize(after)
  scene.foot()!.redraw()
  const fresh = stage({ isInteractive: true, columns: before })
  startMany(fresh)
  expect(moving(window.text())).toHaveLength(moving(fresh.window.text()).length)
  expect(window.text()).toMatchSnapshot()
  pass(100)
  reporter.onEvent({
    type: 'test-finished',
    report: buildTest({ id: 'b', name: 'checkout', durationMs: 90 })
  })
  expect(window.text().match(/▸/g)).toHaveLength(1)
  expect(window.text().match(/the cart/g)).toHaveLength(1)
})

test('a terminal that cuts lines instead of breaking them loses nothing that stands above', () => {
  const scene = stage({ isInteractive: true, columns: 80, cutsLines: true })
  startMany(scene)
  scene.window.resize(30, 'cuts')
  scene.pass(100)
  expect(scene.window.text()).toContain('the cart')
  expect(scene.window.text().match(/▸/g)).toHaveLength(2)
})

test('a window that changes its size again and again is drawn anew each time', () => {
  const scene = stage({ isInteractive: true, columns: 100 })
  startMany(scene)
  for (const columns of [70, 45, 33, 20, 64, 120, 25, 90]) {
    scene.window.resize(columns)
    scene.foot()!.redraw()
    expect(scene.window.text().match(/▸/g)).toHaveLength(2)
    expect(scene.window.text().match(/✓/g)).toHaveLength(1)
  }
})

test('there are never more lines that move than the window has rows for', () => {
  const scene = stage({ isInteractive: true, rows: 5 })
  startRun(scene.reporter, 12)
  for (let at = 1; at <= 12; at++) scene.reporter.onEvent(start(`test-${at}`, `checkout ${at}`))
  for (let at = 0; at < 10; at++) scene.pass(100)
  expect(scene.window.text()).toMatchInlineSnapshot(`
    "
    ▸ starting  checkout 1                                1.0 s
      and 11 more tests running
      0 of 12 done · 12 running · 1.0 s
    "
  `)
})

test('what others write to the terminal goes above the lines that move, whole lines of it', () => {
  const scene = stage()
  startRun(scene.reporter, 2)
  scene.reporter.onEvent(start('checkout', 'checkout charges'))
  scene.foot()!.writeAbove('warning: the disk is nearly full\n')
  scene.foot()!.writeAbove('without an end')
  scene.pass(100)
  expect(scene.window.text()).toMatchInlineSnapshot(`
    "
    warning: the disk is nearly full
    without an end
    ▸ starting  checkout charges                          0.1 s
      0 of 2 done · 1 running · 1 left · 0.1 s
    "
  `)
})

test('a redraw is one frame, and writes only the lines that are not what they were', () => {
  const scene = stage()
  startRun(scene.reporter, 2)
  scene.reporter.onEvent(start('checkout', 'checkout charges'))
  scene.reporter.onEvent(start('refund', 'refund pays back'))
  scene.pass(100)
  scene.written()
  const { frames } = scene.window
  scene.reporter.onEvent(progress('refund', 'waiting', 3))
  scene.foot()!.redraw()
  expect(scene.window.frames).toBe(frames + 1)
  expect(scene.written()).toMatchInlineSnapshot(`
    "
    ^[?2026h^[2A▸ waiting   refund pays back               3 spans    0.1 s^[K

    ^[?2026l"
  `)
  scene.foot()!.redraw()
  expect(scene.written()).toBe('\n')
})

test('the cursor is hidden while lines move, and shown when the process stops or the run ends', async () => {
  const scene = stage()
  startRun(scene.reporter, 2)
  expect(scene.window.isCursorShown).toBe(true)
  scene.reporter.onEvent(start('checkout', 'checkout charges'))
  expect(scene.window.isCursorShown).toBe(false)
  scene.foot()!.remove()
  expect(scene.window.isCursorShown).toBe(true)
  expect(scene.window.text()).toBe('\n')
  scene.pass(100)
  expect(scene.window.isCursorShown).toBe(false)
  await scene.reporter.close(buildRun([]))
  expect(scene.window.isCursorShown).toBe(true)
  expect(scene.foot()).toBeUndefined()
})

test('an attempt that is repeated stays on its line, with its number', () => {
  const scene = stage()
  startRun(scene.reporter, 1)
  scene.reporter.onEvent(start('checkout', 'checkout charges'))
  scene.pass(1000)
  scene.reporter.onEvent({
    type: 'test-retried',
    report: buildTest({
      name: 'checkout charges',
      error: new TraceError({ code: 'TRACE_UNAVAILABLE', message: 'no span came' })
    })
  })
  scene.reporter.onEvent({ type: 'test-started', id: 'checkout', name: 'checkout charges', attempt: 2 })
  scene.pass(100)
  expect(scene.window.text()).toMatchInlineSnapshot(`
    "
    ↻ checkout charges   attempt 1 errored, tried again    2.6 s
        ! no span came

    ▸ starting  checkout charges             attempt 2    1.1 s
    "
  `)
})

test('progress alone writes nothing: the rate of redrawing is bounded', () => {
  const { reporter, written, pass } = stage()
  startRun(reporter, 1)
  reporter.onEvent(start('checkout', 'checkout charges'))
  written()
  for (let spans = 0; spans < 1000; spans++) reporter.onEvent(progress('checkout', 'waiting', spans))
  expect(written()).toBe('\n')
  pass(1000)
  expect(written().match(/waiting/g)).toHaveLength(10)
})

test('a finished test is written above the lines that move', () => {
  const { reporter, window } = stage()
  startRun(reporter, 2)
  reporter.onEvent(start('checkout', 'checkout charges'))
  reporter.onEvent(start('refund', 'refund pays back'))
  reporter.onEvent({ type: 'test-finished', report: buildTest({ name: 'checkout charges', durationMs: 90 }) })
  expect(window.text()).toMatchInlineSnapshot(`
    "
    ✓ checkout charges                           passed    90 ms
    ▸ starting  refund pays back                          0.0 s
      1 of 2 done · 1 passed · 1 running · 0.0 s
    "
  `)
})

test('more running tests than lines are counted', () => {
  const { reporter, window, pass } = stage()
  startRun(reporter, 40)
  for (let at = 1; at <= 12; at++) reporter.onEvent(start(`test-${at}`, `checkout ${at}`))
  pass(100)
  expect(window.text()).toMatchInlineSnapshot(`
    "
    ▸ starting  checkout 1                                0.1 s
    ▸ starting  checkout 2                                0.1 s
    ▸ starting  checkout 3                                0.1 s
    ▸ starting  checkout 4                                0.1 s
    ▸ starting  checkout 5                                0.1 s
    ▸ starting  checkout 6                                0.1 s
    ▸ starting  checkout 7                                0.1 s
      and 5 more tests running
      0 of 40 done · 12 running · 28 left · 0.1 s
    "
  `)
})

test('a line that moves is never wider than the screen, whatever the name', () => {
  const { reporter, window, pass } = stage({ isInteractive: true, columns: 40 })
  startRun(reporter, 1)
  reporter.onEvent(start('checkout', `${'日本語'.repeat(20)}\u001b[2J\n`))
  pass(100)
  expect(window.text()).toMatchInlineSnapshot(`
    "
    ▸ starting  日本語日本語日本…     0.1 s
    "
  `)
})

test('at the end nothing is left of the lines that moved, and the ticking stops', async () => {
  const { reporter, window, isTicking } = stage()
  reporter.onEvent(start('checkout', 'checkout charges'))
  expect(isTicking()).toBe(true)
  await reporter.close(buildRun([]))
  expect(window.text()).toBe('\n! no test was run · 4.2 s\n')
  expect(isTicking()).toBe(false)
})

/** The lines of a window that move, by their signs. */
function moving(text: string): readonly string[] {
  return text.split('\n').filter(line => /▸| done/.test(line))
}

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
