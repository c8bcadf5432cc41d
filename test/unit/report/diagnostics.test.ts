import { describe, expect, test } from 'vitest'
import type { Diagnostic } from '../../../src/errors/diagnostic.ts'
import { BackendError, DefinitionError, UsageError } from '../../../src/errors/errors.ts'
import { renderDiagnostics } from '../../../src/report/diagnostics.ts'
import { renderBug, renderError } from '../../../src/report/errors.ts'
import { placeOf } from '../../support/report-builder.ts'
import { PLAIN_SCREEN } from '../../support/show.ts'

const UNKNOWN_KEY: Diagnostic = {
  code: 'UNKNOWN_KEY',
  severity: 'error',
  message: 'unknown key "httpRequests"',
  location: placeOf('httpRequest'),
  hint: 'did you mean "httpRequest"?'
}
const SELECTOR: Diagnostic = {
  code: 'SELECTOR_SYNTAX',
  severity: 'error',
  message: 'a selector starts with "span"',
  location: placeOf('span:error')
}
const NO_EFFECT: Diagnostic = {
  code: 'NO_EFFECT',
  severity: 'warning',
  message: 'the key "version" has no effect',
  location: { ...placeOf('type: Test'), source: { name: 'orders/cart.yaml', text: 'type: Test\n' } }
}

describe('diagnostics', () => {
  test('say where, what, and what to do, and are counted', () => {
    expect(
      `\n${renderDiagnostics([UNKNOWN_KEY, SELECTOR, NO_EFFECT], PLAIN_SCREEN, 'nothing was run')}`
    ).toMatchInlineSnapshot(`
      "
      checkout.yaml:6:5  error: unknown key "httpRequests"
        6 |     httpRequest: { method: POST, url: http://localhost:8080/checkout }
          |     ^^^^^^^^^^^
        → did you mean "httpRequest"?

      checkout.yaml:17:17  error: a selector starts with "span"
        17 |       selector: span:error
           |                 ^^^^^^^^^^

      orders/cart.yaml:1:1  warning: the key "version" has no effect
        1 | type: Test
          | ^^^^^^^^^^

      2 errors and 1 warning in 2 files; nothing was run
      "
    `)
  })

  test('without a place are shown without one', () => {
    const diagnostic: Diagnostic = {
      code: 'UNDEFINED_VARIABLE',
      severity: 'error',
      message: 'the variable HOST is not set\nit is read in 2 files',
      hint: 'set it: HOST=… tracerun run'
    }
    expect(`\n${renderDiagnostics([diagnostic], PLAIN_SCREEN)}`).toMatchInlineSnapshot(`
      "
      error: the variable HOST is not set
        it is read in 2 files
        → set it: HOST=… tracerun run

      1 error
      "
    `)
  })

  test('that only warn are counted as warnings', () => {
    expect(renderDiagnostics([NO_EFFECT, NO_EFFECT], PLAIN_SCREEN)).toMatch(/\n2 warnings in 1 file\n$/)
  })

  test('are nothing where there are none', () => {
    expect(renderDiagnostics([], PLAIN_SCREEN, 'nothing was run')).toBe('')
  })

  test('fit a narrow screen', () => {
    expect(`\n${renderDiagnostics([UNKNOWN_KEY], { ...PLAIN_SCREEN, width: 40 })}`).toMatchInlineSnapshot(`
      "
      checkout.yaml:6:5  error: unknown key
        "httpRequests"
        6 |     httpRequest: { method: PO…
          |     ^^^^^^^^^^^
        → did you mean "httpRequest"?

      1 error in 1 file
      "
    `)
  })

  test('show what a file holds without acting on it', () => {
    const text = 'name: "\u001b[2J\u202e"\n'
    const diagnostic: Diagnostic = {
      ...SELECTOR,
      message: 'unexpected "\u001b[2J"',
      location: { source: { name: 'x\u001b.yaml', text }, range: { start: 6, end: 12 } }
    }
    expect(renderDiagnostics([diagnostic], PLAIN_SCREEN)).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u)
  })

  test('have colours, and words beside them', () => {
    const output = renderDiagnostics([UNKNOWN_KEY, NO_EFFECT], { ...PLAIN_SCREEN, colorLevel: 1 })
    expect(output).toContain('\u001b[31merror\u001b[39m')
    expect(output).toContain('\u001b[33mwarning\u001b[39m')
  })
})

describe('errors', () => {
  test('say what happened and what to do', () => {
    const error = new BackendError({
      code: 'BACKEND_UNREACHABLE',
      message: 'port 4317 of 127.0.0.1 is in use\nprobably by an OpenTelemetry Collector',
      hint: 'stop it, or receive elsewhere: --otlp-listen 127.0.0.1:14317,\nand point the exporters of the services there'
    })
    expect(`\n${renderError(error, PLAIN_SCREEN)}`).toMatchInlineSnapshot(`
      "
      error: port 4317 of 127.0.0.1 is in use
             probably by an OpenTelemetry Collector
             → stop it, or receive elsewhere: --otlp-listen 127.0.0.1:14317,
               and point the exporters of the services there
      "
    `)
  })

  test('without a way out are one line', () => {
    expect(renderError(new UsageError('unknown option --fast'), PLAIN_SCREEN)).toBe(
      'error: unknown option --fast\n'
    )
  })

  test('in the files of the user are shown as diagnostics, and nothing was run', () => {
    const output = renderError(new DefinitionError([UNKNOWN_KEY, SELECTOR]), PLAIN_SCREEN)
    expect(output).toBe(renderDiagnostics([UNKNOWN_KEY, SELECTOR], PLAIN_SCREEN, 'nothing was run'))
    expect(output).toMatch(/\n2 errors in 1 file; nothing was run\n$/)
  })
})

describe('a bug of ours', () => {
  const bug = new TypeError('cannot read properties of undefined')

  test('is admitted, without a stack', () => {
    expect(`\n${renderBug(bug, PLAIN_SCREEN, { version: '0.1.0', isDebug: false })}`).toMatchInlineSnapshot(`
      "
      This is a bug in tracerun 0.1.0, not in your tests.
        TypeError: cannot read properties of undefined
      Please report it, with what it prints under --debug and the file that was run
      "
    `)
  })

  test('shows its stack and where to report it when asked', () => {
    const output = renderBug(bug, PLAIN_SCREEN, {
      version: '0.1.0',
      isDebug: true,
      issuesUrl: 'https://example.com/issues'
    })
    expect(output).toMatch(/^ {2}at .*diagnostics\.test\.ts/m)
    expect(output).toContain('https://example.com/issues')
  })

  test('may be anything that was thrown', () => {
    expect(renderBug('boom', PLAIN_SCREEN, { version: '0.1.0', isDebug: true })).toContain('  boom\n')
  })
})
