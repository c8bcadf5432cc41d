import { describe, expect, test } from 'vitest'
import { runInline } from '../support/run-inline.ts'

const LINKS = `type: Test
spec:
  name: checkout
  trigger: { type: http, httpRequest: { method: POST, url: "http://127.0.0.1:1/checkout" } }
  specs:
    - { selector: 'span[service.name="gateway"]', assertions: ['attr:links.count = 1'] }
`
const LOST = 'this check will be undetermined, and fail'

describe('what a data store loses is said before anything is sent', () => {
  test.each([
    ['zipkin', true],
    ['zipkin=http://localhost:9411', true],
    ['tempo', false],
    ['jaeger', false]
  ])('validate --data-store %s: %s', async (store, isLost) => {
    const { exitCode, stdout } = await runInline({ 'a.yaml': LINKS }, [
      'validate',
      'a.yaml',
      '--data-store',
      store
    ])
    expect(exitCode).toBe(0)
    expect(stdout.includes(LOST)).toBe(isLost)
  })

  test('of Jaeger, where version 1 alone is asked', async () => {
    const store = 'type: DataStore\nspec:\n  name: jaeger\n  type: jaeger\n  jaeger: { api: v1 }\n'
    const files = { 'a.yaml': LINKS, 'store.yaml': store }
    const { stdout } = await runInline(files, ['validate', 'a.yaml', 'store.yaml'])
    expect(stdout).toContain(LOST)
  })
})

test('check takes a data store in the place of one that the files name and do not hold', async () => {
  const file = LINKS.replace('  trigger:', '  dataStore: staging\n  trigger:')
  const trace = JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'gateway' } }] },
        scopeSpans: [
          {
            spans: [
              {
                traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
                spanId: '00f067aa0ba902b7',
                name: 'checkout',
                startTimeUnixNano: '1790000000000000000',
                endTimeUnixNano: '1790000000005000000',
                links: [{ traceId: '4bf92f3577b34da6a3ce929d0e0e4737', spanId: '00f067aa0ba902b8' }]
              }
            ]
          }
        ]
      }
    ]
  })
  const files = { 'a.yaml': file, 'trace.json': trace }
  const args = ['check', '-f', 'a.yaml', '--trace', 'trace.json']
  expect((await runInline(files, args)).stderr).toContain('there is no data store `staging`')
  expect(await runInline(files, [...args, '--data-store', 'tempo'])).toMatchObject({ exitCode: 0 })
})
