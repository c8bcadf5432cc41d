import { expect, test } from 'vitest'
import { fileBackend } from '../../src/backends/file/index.ts'
import { jaegerBackend } from '../../src/backends/jaeger/index.ts'
import { JAEGER_MODEL_LOSSES } from '../../src/backends/jaeger/losses.ts'
import { otlpBackend } from '../../src/backends/otlp/index.ts'
import { tempoBackend } from '../../src/backends/tempo/index.ts'
import { zipkinBackend } from '../../src/backends/zipkin/index.ts'
import { describeLoss } from '../../src/language/losses.ts'
import type { Loss } from '../../src/model/run-event.ts'
import type { BackendCaps } from '../../src/plugin/trace-backend.ts'
import { findTables, readLines } from './markdown.ts'

const jaeger = jaegerBackend.caps({})
const COLUMNS: readonly (readonly [title: string, caps: BackendCaps, more?: readonly Loss[]])[] = [
  ['receiver', otlpBackend.caps({})],
  ['file', fileBackend.caps({ path: 'traces.jsonl' })],
  ['Tempo', tempoBackend.caps({})],
  ['Jaeger v3, gRPC', jaeger],
  ['Jaeger v1', jaeger, [...JAEGER_MODEL_LOSSES, 'precision']],
  ['Zipkin', zipkinBackend.caps({})]
]
const lossesOf = ([, { losses }, more = []]: (typeof COLUMNS)[number]): readonly Loss[] => [
  ...losses,
  ...more
]

test('the table of what stores lose is what they are declared to lose', () => {
  const lost = [...new Set(COLUMNS.flatMap(lossesOf))]
  const expected = lost.map(loss => [
    describeLoss(loss),
    ...COLUMNS.map(column => (lossesOf(column).includes(loss) ? 'lost' : ''))
  ])
  expected.push([
    'cannot be asked which traces link to one',
    ...COLUMNS.map(([, { findsLinks }]) => (findsLinks ? '' : 'lost'))
  ])
  const table = findTables(readLines('docs/backends/README.md')).find(({ header }) =>
    header.includes('Jaeger v1')
  )
  expect(table?.header.slice(1)).toEqual(COLUMNS.map(([title]) => title))
  const shown = table!.rows.map(({ cells }) => cells)
  expect([...shown].sort()).toEqual([...expected].sort())
})
