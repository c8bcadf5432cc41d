import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { eventSchema } from '../../src/report/event-schema.ts'
import { jsonReportSchema } from '../../src/report/json-schema.ts'
import { junitFaults } from '../support/junit-schema.ts'
import { runInline } from '../support/run-inline.ts'
import { findFences, findTables, readLines } from './markdown.ts'

const lines = readLines('docs/reports.md')
const fences = findFences(lines)
const ajv = new Ajv2020({ strict: true, strictTypes: false, formats: { 'date-time': true } })

function textOf(language: string, info: string): string {
  const [only, ...others] = fences.filter(fence => fence.language === language && fence.info === info)
  expect(others).toEqual([])
  return only!.text
}

test('the report shown is one that its schema describes', () => {
  const validate = ajv.compile(jsonReportSchema)
  validate(JSON.parse(textOf('json', 'report')))
  expect(validate.errors).toBeNull()
})

test('the events shown are ones that their schema describes', () => {
  const validate = ajv.compile(eventSchema)
  for (const line of textOf('json', 'events').split('\n')) {
    validate(JSON.parse(line))
    expect(validate.errors, line).toBeNull()
  }
})

test('the JUnit report shown is valid', async () => {
  expect(await junitFaults(textOf('xml', 'junit'))).toEqual([])
})

test('every block shown is of a kind that is checked', () => {
  const kinds = [
    'sh ',
    'yaml project',
    'yaml gitlab',
    'yaml github',
    'json report',
    'json events',
    'xml junit'
  ]
  expect(
    fences.map(({ language, info }) => `${language} ${info}`).filter(kind => !kinds.includes(kind))
  ).toEqual([])
})

test('the reporters listed are those that there are', async () => {
  const [table] = findTables(lines)
  const listed = table!.rows.map(({ cells }) => cells[0]!.replaceAll('`', ''))
  const { stderr } = await runInline({}, ['check', '--trace', 'a.json', '--reporter', 'none'])
  expect(/there are (.*)/.exec(stderr)?.[1]?.split(', ').sort()).toEqual(listed.sort())
})
