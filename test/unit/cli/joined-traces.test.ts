import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readTrace } from '../../../src/cli/read-trace.ts'
import { renderSavedRun } from '../../../src/cli/saved-run.ts'
import type { Trace } from '../../../src/model/trace.ts'
import { encodeOtlpJson } from '../../../src/otlp/encode.ts'
import { projectRun } from '../../../src/report/projection.ts'
import { buildRun, buildSpec, buildTest, violated } from '../../support/report-builder.ts'
import {
  buildSpan,
  joinedTraceOf,
  type SpanSketch,
  spanIdOf,
  traceIdOf
} from '../../support/trace-builder.ts'

const SKETCHES: readonly SpanSketch[] = [
  { id: 'publish', parent: 'trigger', kind: 'producer', service: 'payment' },
  { id: 'ship', trace: 'b', service: 'shipping', at: 5, links: [{ to: 'publish' }] },
  { id: 'publish', trace: 'b', parent: 'ship', service: 'shipping', at: 6, name: 'of the same id' }
]
const trace = joinedTraceOf(...SKETCHES)

let cwd: string
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'tracerun-joined-'))
})
afterEach(() => rm(cwd, { recursive: true, force: true }))

const shapeOf = ({ spans, parents, joins }: Trace): unknown => ({
  spans: spans.map(({ traceId, spanId }) => [traceId, spanId]),
  parents: [...parents],
  joins: [...joins]
})

test('a saved run gives its joined traces back', async () => {
  await writeFile(join(cwd, 'run.json'), renderSavedRun(buildTest({ trace }), false))
  const stored = await readTrace('run.json', { cwd })
  expect(stored.record?.joinedTraceIds).toEqual([traceIdOf('b')])
  expect(shapeOf(stored.trace)).toEqual(shapeOf(trace))
  expect(stored.linked()).toBe(stored.trace)
})

test('of a file without a record, a test that follows links gets what links to its trace', async () => {
  const spans = SKETCHES.map(buildSpan)
  await writeFile(join(cwd, 'spans.json'), JSON.stringify(encodeOtlpJson(spans)))
  const stored = await readTrace('spans.json', { cwd, traceId: trace.traceId })
  expect(stored.trace.spans).toHaveLength(1)
  expect(stored.linked().spans).toHaveLength(3)
})

test('the JSON report names joined traces, and the trace of a span that is not of the test itself', () => {
  const observed = ['ship', 'publish'].map(id => ({ spanId: spanIdOf(id), holds: false }))
  const specs = [buildSpec('span', [violated('attr:x = 1', observed)])]
  const [report] = projectRun(buildRun([buildTest({ trace, specs, outcome: 'failed' })])).tests
  expect(report?.joinedTraceIds).toEqual([traceIdOf('b')])
  expect(report?.specs[0]?.assertions[0]?.spans.map(span => [span.name, span.traceId])).toEqual([
    ['ship', traceIdOf('b')],
    ['publish', undefined]
  ])
})
