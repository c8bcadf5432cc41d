import { expect, test } from 'vitest'
import { parseShortStore } from '../../../src/definition/data-store.ts'
import { parseProject } from '../../../src/definition/project.ts'
import { loadValidators } from '../../../src/definition/validators.ts'

await loadValidators()

const project = (text: string): ReturnType<typeof parseProject> =>
  parseProject({ name: 'tracerun.yaml', text }, {})

test.each([
  ['jaeger=http://localhost:16686', 'jaeger', 'http://localhost:16686'],
  ['file=logs/*.jsonl', 'file', 'logs/*.jsonl'],
  ['tempo=', 'tempo', ''],
  ['tempo=http://host/?a=b', 'tempo', 'http://host/?a=b']
])('%s is a kind and its address', (text, kind, address) => {
  expect(parseShortStore({ value: text })).toEqual({ type: { value: kind }, address: { value: address } })
})

test.each(['staging', './store.yaml', 'http://host/?a=b', ''])('"%s" is no short form', text => {
  expect(parseShortStore({ value: text })).toBe(undefined)
})

test('a project file names data stores, in full or in short', () => {
  const { settings, problems } = project(
    'dataStore: staging\ndataStores:\n  staging: otlp=\n  local: { type: otlp }\n'
  )
  expect(problems).toEqual([])
  expect(settings.dataStore).toMatchObject({ value: 'staging' })
  expect([...settings.dataStores!.keys()]).toEqual(['staging', 'local'])
  expect(settings.dataStores!.get('staging')).toMatchObject({
    type: { value: 'otlp' },
    address: { value: '' }
  })
  expect(settings.dataStores!.get('local')).toMatchObject({ type: { value: 'otlp' } })
})

test('a link to traces says where the id goes', () => {
  expect(project('traceUrl: https://grafana.example/explore?trace={traceId}\n').problems).toEqual([])
  const { problems } = project('traceUrl: https://grafana.example/explore\n')
  expect(problems.map(problem => problem.message)).toEqual([expect.stringContaining('traceUrl') as string])
})
