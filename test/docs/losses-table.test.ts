import { expect, test } from 'vitest'
import { fileBackend } from '../../src/backends/file/index.ts'
import { jaegerBackend } from '../../src/backends/jaeger/index.ts'
import { JAEGER_MODEL_LOSSES } from '../../src/backends/jaeger/losses.ts'
import { otlpBackend } from '../../src/backends/otlp/index.ts'
import { tempoBackend } from '../../src/backends/tempo/index.ts'
import { zipkinBackend } from '../../src/backends/zipkin/index.ts'
import { describeLoss } from '../../src/language/losses.ts'
import type { Loss } from '../../src/model/run-event.ts'
import { findTables, readLines } from './markdown.ts'

const jaeger = jaegerBackend.caps({}).losses
const COLUMNS: readonly (readonly [title: string, losses: readonly Loss[]])[] = [
  ['receiver', otlpBackend.caps({}).losses],
  ['file', fileBackend.caps({ path: 'traces.jsonl' }).losses],
  ['Tempo', tempoBackend.caps({}).losses],
  ['Jaeger v3, gRPC', jaeger],
  ['Jaeger v1', [...jaeger, ...JAEGER_MODEL_LOSSES, 'precision']],
  ['Zipkin', zipkinBackend.caps({}).losses]
]

test('the table of what stores lose is what they are declared to lose', () => {
  const lost = [...new Set(COLUMNS.flatMap(([, losses]) => losses))]
  const expected = lost.map(loss => [
    describeLoss(loss),
    ...COLUMNS.map(([, losses]) => (losses.includes(loss) ? 'lost' : ''))
  ])
  const table = findTables(readLines('docs/backends/README.md')).find(({ header }) =>
    header.includes('Jaeger v1')
  )
  expect(table?.header.slice(1)).toEqual(COLUMNS.map(([title]) => title))
  const shown = table!.rows.map(({ cells }) => cells)
  expect([...shown].sort()).toEqual([...expected].sort())
})
