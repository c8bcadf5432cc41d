import { TraceError } from '../../src/errors/errors.ts'
import type { TestReport } from '../../src/model/run-event.ts'
import {
  buildSpec,
  buildTest,
  COMPLETE,
  held,
  nPlusOneTest,
  shopTrace,
  undetermined,
  unmatched,
  violated
} from '../support/report-builder.ts'
import { spanIdOf, triggeredTraceOf } from '../support/trace-builder.ts'

/** A run in which every outcome occurs, and most of what a report can say. */
export function runOfEverything(): readonly TestReport[] {
  return [
    buildTest({
      id: 'cart',
      name: 'a cart is filled',
      tags: ['smoke', 'cart'],
      trace: shopTrace(2),
      ground: COMPLETE,
      specs: [buildSpec('span:error', [held('count() = 0')], { name: 'nothing failed' })],
      outputs: [
        {
          name: 'CART_ID',
          location: buildTest().location,
          isFinal: true,
          outcome: 'held',
          value: 52n,
          text: '52'
        }
      ]
    }),
    nPlusOneTest(),
    flakyTest(),
    doubtfulTest(),
    buildTest({
      id: 'refund',
      name: 'a refund is booked',
      error: new TraceError({
        code: 'TRACE_NOT_FOUND',
        message: 'no span of the trace came within 30 s',
        hint: 'is OTEL_EXPORTER_OTLP_ENDPOINT set?'
      })
    }),
    buildTest({ id: 'ship', name: 'a parcel is sent', skipped: 'an earlier step did not pass' }),
    ...[1, 2].map(number =>
      buildTest({
        id: `search-${number}`,
        name: 'a search finds it',
        suite: { id: 'browse', name: 'browsing', step: 1, steps: 1 },
        repetition: { test: 'search', number, of: 2 },
        durationMs: 1000 * number,
        trace: shopTrace(1),
        ground: { ...COMPLETE, waitedMs: 400 * number }
      })
    )
  ]
}

function flakyTest(): TestReport {
  const facts = { id: 'login', name: 'a customer logs in', trace: shopTrace(1), ground: COMPLETE }
  const first = buildTest({
    ...facts,
    outcome: 'failed',
    specs: [
      buildSpec('span:error', [violated('count() = 0', [{ holds: false, expected: '0', actual: '1' }])])
    ]
  })
  return buildTest({ ...facts, attempt: 2, earlier: [first] })
}

/** Nothing selected, nothing decided, a warning, a hole. */
function doubtfulTest(): TestReport {
  return buildTest({
    id: 'pay',
    name: 'a payment is taken',
    outcome: 'failed',
    trace: triggeredTraceOf(
      { id: 'pay', parent: 'trigger', service: 'gateway', name: 'POST /pay', ms: 40 },
      {
        id: 'bill',
        parent: 'pay',
        service: 'billing',
        name: 'charge card',
        at: 5,
        ms: 20,
        error: 'declined',
        attributes: { 'card.type': 'visa', tries: 3n, 'huge.int': 9007199254740993n, ratio: Number.NaN },
        events: [{ name: 'exception', at: 9, attributes: { 'exception.message': 'declined' } }],
        links: [{ to: 'elsewhere', trace: 'other' }]
      }
    ),
    ground: { kind: 'timeout', waitedMs: 30_000, text: 'stopped waiting after 30 s' },
    warnings: ['the clocks of gateway and billing differ by 2 ms'],
    holes: [
      { kind: 'missing-callee', spanId: spanIdOf('bill'), text: 'the callee of "charge card" is missing' }
    ],
    specs: [
      buildSpec('span[name="charge cards"]', [
        unmatched('count() = 1', {
          funnel: ['2 spans', 'none with name "charge cards"'],
          candidates: [{ spanId: spanIdOf('bill'), text: 'name is "charge card"' }]
        })
      ]),
      buildSpec('span:error', [
        undetermined('attr:tries < 3', { code: 'open', text: 'the trace is not complete' }, [
          { spanId: spanIdOf('bill'), holds: undefined, actual: '3' }
        ])
      ]),
      buildSpec('span[service.name="billing"]', [
        violated('attr:card.type = "amex"', [
          { spanId: spanIdOf('bill'), holds: false, expected: '"amex"', actual: '"visa"' }
        ])
      ])
    ]
  })
}
