import fc from 'fast-check'
import { expect, test } from 'vitest'
import { buildTrace, type Trace } from '../../../src/model/trace.ts'
import { encodeTrace } from '../../../src/report/html/encode-trace.ts'
import type { TraceBlock } from '../../../src/report/html/trace-block.ts'
import { readTraceBlock } from '../../../src/viewer/read-trace-block.ts'
import { showAttribute } from '../../../src/viewer/value-text.ts'
import { shopTrace } from '../../support/report-builder.ts'
import { spans as anySpan } from '../../support/span-arbitrary.ts'
import { joinedTraceOf, TRACE_ID, triggeredTraceOf } from '../../support/trace-builder.ts'

const throughPage = (trace: Trace): Trace =>
  readTraceBlock(JSON.parse(JSON.stringify(encodeTrace(trace))) as TraceBlock)

test.each([
  ['with a trigger', shopTrace()],
  [
    'with values that JSON has no word for',
    triggeredTraceOf({
      id: 'values',
      parent: 'trigger',
      attributes: {
        int: 9007199254740993n,
        one: 1n,
        double: 1,
        nan: Number.NaN,
        endless: Number.NEGATIVE_INFINITY,
        zero: -0,
        bytes: new Uint8Array([0, 255, 7]),
        nothing: null,
        list: ['1', 1n, 1, true, null],
        map: { deep: { er: [2n] } }
      }
    })
  ],
  [
    'joined by a link',
    joinedTraceOf(
      { id: 'send', parent: 'trigger', kind: 'producer' },
      { id: 'receive', trace: 'other', kind: 'consumer', links: [{ to: 'send' }] },
      { id: 'work', trace: 'other', parent: 'receive' }
    )
  ]
])('a trace %s comes out of the page as it went in', (_, trace) => {
  const read = throughPage(trace)
  expect(read.spans).toEqual(trace.spans)
  expect([read.trigger, [...read.parents], [...read.joins], [...read.orphans]]).toEqual([
    trace.trigger,
    [...trace.parents],
    [...trace.joins],
    [...trace.orphans]
  ])
})

test('whatever spans a trace has', () => {
  fc.assert(
    fc.property(fc.array(anySpan, { maxLength: 6 }), spans => {
      const trace = buildTrace(
        TRACE_ID,
        spans.map(span => ({ ...span, traceId: TRACE_ID }))
      )
      expect(throughPage(trace).spans).toEqual(trace.spans)
    }),
    { numRuns: 50 }
  )
})

test.each([
  [9007199254740993n, '9007199254740993', 'int'],
  [1, '1', 'double'],
  [new Uint8Array([1, 2]), 'AQI=', 'bytes, 2, as base64'],
  [['a', 1n], '["a",1]', 'array'],
  ['1', '1', 'string']
])('a value is shown with its type: %s', (value, text, type) => {
  expect(showAttribute(value)).toEqual({ text, type })
})
