import { expect, test } from 'vitest'
import { buildTrace } from '../../../src/model/trace.ts'
import { renderTrace } from '../../../src/report/trace-drawing.ts'
import { PLAIN_SCREEN } from '../../support/show.ts'
import { buildSpan, TRACE_ID } from '../../support/trace-builder.ts'

const trace = buildTrace(TRACE_ID, [
  buildSpan({ id: 'gateway', service: 'gateway', name: 'POST /checkout', ms: 100, error: true }),
  buildSpan({
    id: 'payment',
    parent: 'gateway',
    service: 'payment',
    name: 'charge',
    at: 10,
    ms: 50,
    error: 'card declined'
  }),
  buildSpan({
    id: 'mail',
    parent: 'gateway',
    service: 'mail',
    name: 'send',
    at: 70,
    ms: 20,
    events: [
      {
        name: 'exception',
        attributes: { 'exception.type': 'TimeoutError', 'exception.message': 'no answer\n from smtp' }
      }
    ]
  })
])

test('below the drawing stands why spans failed, what may be missing, and where the trace is', () => {
  const shown = renderTrace(trace, PLAIN_SCREEN, {
    url: `http://localhost:16686/trace/${TRACE_ID}`,
    notes: ['cut off: the store gives 3 spans at most']
  })
  expect(`\n${shown}`).toMatchInlineSnapshot(`
    "
    trace 4bf92f3577b34da6a3ce929d0e0e4736  3 spans
    gateway  POST /checkout (error)  ███████████████████████████████████████████████████████████  100 ms
    payment  └ charge (error)              █████████████████████████████                           50 ms
    mail     └ send                                                           ████████████         20 ms
    ✗ payment · charge: card declined
    ✗ mail · send: TimeoutError: no answer\\n from smtp
    ! cut off: the store gives 3 spans at most
    http://localhost:16686/trace/4bf92f3577b34da6a3ce929d0e0e4736
    "
  `)
})

test('of many errors the first are told and the rest is counted', () => {
  const spans = Array.from({ length: 13 }, (_, at) =>
    buildSpan({ id: `span-${at}`, service: 'cart', at, ms: 1, error: `failure ${at}` })
  )
  const shown = renderTrace(buildTrace(TRACE_ID, spans), PLAIN_SCREEN)
  expect(shown.match(/failure/g)).toHaveLength(10)
  expect(shown).toContain('and 3 more errors')
})
