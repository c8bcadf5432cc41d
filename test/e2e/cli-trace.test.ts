import { describe, expect, test } from 'vitest'
import { openWorkspace, runInline } from '../support/run-within.ts'
import { startSystem } from '../support/system-under-test.ts'

const ID = '4bf92f3577b34da6a3ce929d0e0e4736'
const LINE = JSON.stringify({
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'gateway' } }] },
      scopeSpans: [
        {
          spans: [
            {
              traceId: ID,
              spanId: 'aaaaaaaaaaaaaaa1',
              name: 'POST /checkout',
              kind: 2,
              startTimeUnixNano: '1700000000000000000',
              endTimeUnixNano: '1700000000100000000',
              attributes: [{ key: 'token', value: { stringValue: 'tok-4711-abc' } }],
              status: { code: 2, message: 'refused tok-4711-abc' }
            }
          ]
        }
      ]
    }
  ]
})
const FILES = {
  'traces.jsonl': `${LINE}\n`,
  'tracerun.yaml': 'dataStore: file=traces.jsonl\n',
  'store.yaml': 'type: DataStore\nspec:\n  name: files\n  type: file\n  file: { path: traces.jsonl }\n'
}

describe('trace', () => {
  test.each([
    ['32 digits', ID],
    ['upper case', ID.toUpperCase()],
    ['base64', Buffer.from(ID, 'hex').toString('base64')],
    ['X-Ray', '1-4bf92f35-77b34da6a3ce929d0e0e4736']
  ])('draws a trace of the data store by its id: %s', async (_, id) => {
    const { exitCode, stdout, stderr } = await runInline(FILES, ['trace', id])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toContain(`trace ${ID}  1 span`)
    expect(stdout).toMatch(/gateway {2}POST \/checkout \(error\) .* 100 ms/)
    expect(stdout).toContain('✗ gateway · POST /checkout: refused')
  })

  test('draws a file as well, by its name', async () => {
    const { exitCode, stdout } = await runInline(FILES, ['trace', 'traces.jsonl'])
    expect(exitCode).toBe(0)
    expect(stdout).toContain(`trace ${ID}  1 span`)
  })

  test('takes the data store from a file with one', async () => {
    const { exitCode, stdout } = await runInline(FILES, ['trace', ID, '--data-store', 'store.yaml'])
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('1 span') })
  })

  test('prints OTLP JSON that it reads again', async () => {
    await using workspace = await openWorkspace(FILES)
    const printed = await workspace.run(['trace', ID, '--json'])
    expect(JSON.parse(printed.stdout)).toMatchObject(JSON.parse(LINE))
    await workspace.write('printed.json', printed.stdout)
    expect((await workspace.run(['trace', 'printed.json'])).stdout).toContain(`trace ${ID}  1 span`)
  })

  test('shows no secret of the project', async () => {
    const project = `${FILES['tracerun.yaml']}variables: [{ key: TOKEN, type: secret, value: tok-4711-abc }]\n`
    const files = { ...FILES, 'tracerun.yaml': project }
    const drawn = await runInline(files, ['trace', ID])
    expect(drawn.stdout).toContain('POST /checkout: refused ***')
    const { stdout } = await runInline(files, ['trace', ID, '--json'])
    expect(drawn.stdout + stdout).not.toContain('tok-4711-abc')
  })

  test('gives the link of the template', async () => {
    const { stdout } = await runInline(FILES, ['trace', ID, '--trace-url', 'http://ui/trace/{traceId}'])
    expect(stdout).toContain(`\nhttp://ui/trace/${ID}\n`)
  })

  test.each([
    [['trace', 'nope'], {}, '"nope" is neither a trace id nor a file', '32 hexadecimal digits'],
    [['trace', ID], {}, 'there is nowhere to fetch trace', '--data-store jaeger='],
    [['trace', ID, '--data-store', 'honeycomb'], {}, 'the receiver of a run', '.tracerun/last'],
    [['trace', ID, '--wait', 'long'], FILES, '--wait: expected a duration', '10s'],
    [['trace', ID, '--data-store', './none.yaml'], {}, 'there is no file ./none.yaml', ''],
    [['explain', 'span', '--trace', ID], {}, 'there is nowhere to fetch trace', '--data-store jaeger=']
  ] as const)('%j is a usage error with a way out', async (args, files, message, hint) => {
    const { exitCode, stdout, stderr } = await runInline(files, args)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr.replace(/\s+/g, ' ')).toContain(message)
    expect(stderr).toContain(hint)
  })

  test('a trace that the store does not have says where it was asked, and what to try', async () => {
    const { exitCode, stdout, stderr } = await runInline(FILES, ['trace', 'a'.repeat(32)])
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' })
    expect(stderr).toContain(`the data store has no trace ${'a'.repeat(32)}`)
    expect(stderr).toContain('traces.jsonl')
    expect(stderr).toContain('--wait 30s')
  })

  test('a store that lets nobody in is said in its own words', async () => {
    await using store = await startSystem(() => ({ status: 401, body: 'no token' }))
    const { exitCode, stderr } = await runInline({}, ['trace', ID, '--data-store', `tempo=${store.url}`])
    expect(exitCode).toBe(3)
    expect(stderr).toContain('401')
    expect(stderr).toContain('no token')
  })
})

test('explain fetches a trace that is named by its id', async () => {
  const { exitCode, stdout } = await runInline(FILES, [
    'explain',
    'span[name="POST /checkout"]',
    '--trace',
    ID
  ])
  expect(exitCode).toBe(0)
  expect(stdout).toContain('✓ 1 span selected')
})
