import { expect, test } from 'vitest'
import { findSpans } from '../../../src/viewer/find-spans.ts'
import { selectorFor } from '../../../src/viewer/value-text.ts'
import { shopTrace } from '../../support/report-builder.ts'
import { traceOf } from '../../support/trace-builder.ts'

test('finds what the language selects, patterns included', async () => {
  const found = await findSpans('span[name matches "^SELECT"]', shopTrace(3))
  expect(found).toMatchObject({ ok: true, problems: [] })
  expect(found.ok && found.positions.length).toBe(3)
})

test('gives of a mistake the place, the line with carets, and a way out', async () => {
  expect(await findSpans('span[name="x"', shopTrace())).toMatchObject({
    ok: false,
    problems: [{ severity: 'error', place: 'the selector:1:14', frame: expect.stringContaining('^') }]
  })
})

test.each(['plain', 'with "quotes"', "it's", '${not} code', 'back\\slash', 'line\nbreak', 7n, true])(
  'the selector made of an attribute finds the span that has it: %s',
  async value => {
    const trace = traceOf({ id: 'other' }, { id: 'wanted', attributes: { 'some.key': value } })
    const selector = selectorFor('some.key', value)
    expect(selector).toBeDefined()
    const found = await findSpans(selector!, trace)
    expect(found.ok && [...found.positions].map(at => trace.spans[at]!.name)).toEqual(['wanted'])
  }
)
