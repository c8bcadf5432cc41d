import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { jsonReportSchema } from '../../../src/report/json-schema.ts'

type Schema = { readonly properties: object; readonly required: readonly string[] }
const definitions = jsonReportSchema['$defs'] as Readonly<Record<string, Schema>>
const source = readFileSync(new URL('../../../src/report/json-report.ts', import.meta.url), 'utf8')

/** The keys of an interface, `?` where they may be absent. */
function keysOf(name: string): readonly string[] {
  const body = source.slice(source.indexOf(`interface ${name} {`))
  const end = body.indexOf('\n}')
  return [...body.slice(0, end).matchAll(/^ {2}readonly (\w+\??):/gm)].map(match => match[1]!).sort()
}

function keysOfSchema({ properties, required }: Schema): readonly string[] {
  return Object.keys(properties)
    .map(key => (required.includes(key) ? key : `${key}?`))
    .sort()
}

test.each([
  ['JsonReport', jsonReportSchema as unknown as Schema],
  ['JsonTest', definitions['test']!],
  ['JsonCompleteness', definitions['completeness']!],
  ['JsonOutput', definitions['output']!],
  ['JsonSpec', definitions['spec']!],
  ['JsonAssertion', definitions['assertion']!],
  ['JsonSpan', definitions['span']!],
  ['JsonReason', definitions['reason']!]
])('the type %s has the keys of the published schema', (name, schema) => {
  expect(keysOf(name)).toEqual(keysOfSchema(schema))
})
