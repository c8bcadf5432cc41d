import { describe, expect, test } from 'vitest'
import { InternalError, TriggerError } from '../../../src/errors/errors.ts'
import type { AttributeValue } from '../../../src/model/attributes.ts'
import type { TestReport } from '../../../src/model/run-event.ts'
import { pack, unpack } from '../../../src/otlp/pack.ts'
import { createReportArchive } from '../../../src/run/report-archive.ts'
import type { Location } from '../../../src/source/source-text.ts'
import { buildTest, nPlusOneTest, placeOf } from '../../support/report-builder.ts'

const PACKER = { pack, unpack, aboveSpans: 0, aboveReports: 0 }

function placesOf({ location, verdict }: TestReport): readonly Location[] {
  const specs = verdict.outcome === 'skipped' ? [] : verdict.specs
  return [location, ...specs.flatMap(spec => [spec.location, ...spec.checks.map(check => check.location)])]
}

function errorOf({ verdict }: TestReport): unknown {
  return verdict.outcome === 'errored' ? verdict.error : undefined
}

describe.each([
  ['packed', PACKER],
  ['as it was', undefined]
])('a report that is kept %s', (_, packer) => {
  test('comes back with all that it says, and with the very places of its file', () => {
    const archive = createReportArchive(packer)
    const { trace: _trace, ...report } = nPlusOneTest({
      variables: new Map<string, string | readonly string[]>([
        ['user', 'alice'],
        ['ids', ['1', '2']]
      ]),
      generated: new Map([['uuid()#1', 'a-b-c']])
    })
    archive.put(report)
    const again = archive.get(report.id)
    expect(again).toEqual(report)
    const places = placesOf(report)
    expect(places.length).toBeGreaterThan(5)
    for (const [at, place] of placesOf(again).entries()) expect(place).toBe(places[at])
  })

  test('keeps its error, and the attempts before it with theirs', () => {
    const archive = createReportArchive(packer)
    const cause = new Error('ECONNREFUSED')
    const error = new TriggerError({ code: 'TRIGGER_CRASHED', message: 'refused', cause })
    const errored = buildTest({ error })
    archive.put({ ...errored, attempt: 2, earlier: [errored] })
    const again = archive.get(errored.id)
    expect(errorOf(again)).toBe(error)
    expect(again.earlier?.map(errorOf)).toEqual([error])
  })

  test('gives way to a later one of the same test', () => {
    const archive = createReportArchive(packer)
    const first = buildTest()
    archive.put(first)
    archive.put(buildTest({ id: 'other' }))
    archive.put({ ...first, warnings: ['late'] })
    expect(archive.get(first.id).warnings).toEqual(['late'])
    expect(archive.get('other').warnings).toEqual([])
  })

  test('may hold any value of the tested system', () => {
    const archive = createReportArchive(packer)
    const value = {
      0: 'zero',
      list: [0, 1n, null, true, Number.NaN],
      bytes: new Uint8Array([1]),
      source: { text: 'no file' },
      range: { start: 1 }
    } as unknown as AttributeValue
    const location = placeOf('type: Test')
    const report = buildTest({
      outputs: [{ name: 'ORDER', location, isFinal: true, outcome: 'held', value, text: '…' }]
    })
    archive.put(report)
    expect(archive.get(report.id)).toEqual(report)
  })
})

test('of many reports those that were put in first are packed, each once', () => {
  let packed = 0
  const archive = createReportArchive({
    ...PACKER,
    aboveReports: 2,
    pack: value => {
      packed++
      return pack(value)
    }
  })
  const reports = ['a', 'b', 'c', 'd'].map(id => buildTest({ id, name: `the test ${id}` }))
  for (const report of reports) archive.put(report)
  expect(packed).toBe(2)
  expect(reports.map(({ id }) => archive.get(id))).toEqual(reports)
  expect(archive.get('d')).toBe(reports[3])
})

test('a test without a report is a mistake of ours', () => {
  expect(() => createReportArchive(PACKER).get('unknown')).toThrow(InternalError)
})
