import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { openWorkspace, runInline } from '../support/run-within.ts'

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736'
const OTHER_ID = '00000000000000000000000000abcdef'
const START_MS = 1_700_000_000_000
/** What every saved run says of itself. */
const RECORD = {
  schemaVersion: 1,
  test: { id: 'checkout', name: 'checkout' },
  attempt: 1,
  startedUnixNano: `${START_MS}000000`,
  durationMs: 2600,
  isMasked: false
}

const FILE = `type: Test
spec:
  name: checkout
  trigger: { type: http, httpRequest: { url: "http://127.0.0.1:1" } }
  specs:
    - selector: span[service.name="payment"]
      assertions: ["count() = 1", "attr:duration < 1s", "attr:payment.amount = 99.5"]
`

interface Sketch {
  readonly id: string
  readonly parent?: string
  readonly service: string
  readonly name: string
  readonly amount?: number
}

const SPANS: readonly Sketch[] = [
  { id: 'aaaaaaaaaaaaaaa1', service: 'gateway', name: 'post /checkout' },
  { id: 'aaaaaaaaaaaaaaa2', parent: 'aaaaaaaaaaaaaaa1', service: 'payment', name: 'charge', amount: 99.5 }
]

const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64')

function otlp(spans: readonly Sketch[], traceId = TRACE_ID, spell = (hex: string): string => hex): object {
  return {
    resourceSpans: spans.map(span => ({
      resource: { attributes: [{ key: 'service.name', value: { stringValue: span.service } }] },
      scopeSpans: [
        {
          spans: [
            {
              traceId: spell(traceId),
              spanId: spell(span.id),
              ...(span.parent ? { parentSpanId: spell(span.parent) } : {}),
              name: span.name,
              kind: 2,
              startTimeUnixNano: `${START_MS}000000`,
              endTimeUnixNano: `${START_MS + 20}000000`,
              attributes: span.amount ? [{ key: 'payment.amount', value: { doubleValue: span.amount } }] : []
            }
          ]
        }
      ]
    }))
  }
}

const jaegerTrace = {
  traceID: TRACE_ID,
  spans: SPANS.map((span, at) => ({
    traceID: TRACE_ID,
    spanID: span.id,
    operationName: span.name,
    references: span.parent ? [{ refType: 'CHILD_OF', traceID: TRACE_ID, spanID: span.parent }] : [],
    startTime: START_MS * 1000,
    duration: 20_000,
    tags: [
      { key: 'span.kind', type: 'string', value: 'server' },
      ...(span.amount ? [{ key: 'payment.amount', type: 'float64', value: span.amount }] : [])
    ],
    logs: [],
    processID: `p${at}`
  })),
  processes: Object.fromEntries(SPANS.map((span, at) => [`p${at}`, { serviceName: span.service, tags: [] }]))
}

const zipkin = SPANS.map(span => ({
  traceId: TRACE_ID,
  id: span.id,
  ...(span.parent ? { parentId: span.parent } : {}),
  name: span.name,
  kind: 'SERVER',
  timestamp: START_MS * 1000,
  duration: 20_000,
  localEndpoint: { serviceName: span.service },
  tags: span.amount ? { 'payment.amount': String(span.amount) } : {}
}))

describe('check', () => {
  test.each([
    ['OTLP JSON', JSON.stringify(otlp(SPANS))],
    ['OTLP JSON with base64 ids', JSON.stringify(otlp(SPANS, TRACE_ID, base64))],
    ['OTLP JSON, a line each', SPANS.map(span => JSON.stringify(otlp([span]))).join('\n')],
    ['OTLP JSON in the wrapper of an API', JSON.stringify({ result: otlp(SPANS) })],
    ['Jaeger JSON of its page', JSON.stringify({ data: [jaegerTrace] })],
    ['Jaeger JSON, the trace alone', JSON.stringify(jaegerTrace)],
    ['Zipkin JSON', JSON.stringify(zipkin)],
    ['Zipkin JSON of several traces', JSON.stringify([zipkin])]
  ])('judges %s like any other', async (_, trace) => {
    const files = { 'checkout.yaml': FILE, 'trace.json': trace }
    const args = ['check', '-f', 'checkout.yaml', '--trace', 'trace.json']
    const { exitCode, stdout, stderr } = await runInline(files, args)
    expect(exitCode, stdout + stderr).toBe(0)
    expect(stdout).toContain('taken as complete')
    const violated = await runInline({ ...files, 'checkout.yaml': FILE.replace('99.5', '99.6') }, args)
    expect(violated.exitCode).toBe(1)
    expect(violated.stdout).toContain('checkout.yaml:7')
  })

  test('an absence holds in a bare file, which is taken as complete', async () => {
    const file = FILE.replace('span[service.name="payment"]', 'span[service.name="shipping"]').replace(
      /assertions: .*/,
      'assertions: ["count() = 0"]'
    )
    const files = { 'checkout.yaml': file, 'trace.json': JSON.stringify(otlp(SPANS)) }
    expect(await runInline(files, ['check', '-f', 'checkout.yaml', '--trace', 'trace.json'])).toMatchObject({
      exitCode: 0
    })
  })

  test('-o json is the report of a run', async () => {
    const files = { 'checkout.yaml': FILE, 'trace.json': JSON.stringify(otlp(SPANS)) }
    const { stdout } = await runInline(files, [
      'check',
      '-f',
      'checkout.yaml',
      '--trace',
      'trace.json',
      '-o',
      'json'
    ])
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: 'passed',
      tests: [{ name: 'checkout', traceId: TRACE_ID }]
    })
  })

  test('a file of several traces needs --trace-id', async () => {
    const both = `${JSON.stringify(otlp(SPANS))}\n${JSON.stringify(otlp(SPANS.slice(0, 1), OTHER_ID))}\n`
    const files = { 'checkout.yaml': FILE, 'trace.json': both }
    const args = ['check', '-f', 'checkout.yaml', '--trace', 'trace.json']
    const asked = await runInline(files, args)
    expect(asked.exitCode).toBe(2)
    expect(asked.stderr).toContain(TRACE_ID)
    expect(asked.stderr).toContain(OTHER_ID)
    expect(await runInline(files, [...args, '--trace-id', TRACE_ID])).toMatchObject({ exitCode: 0 })
    expect(await runInline(files, [...args, '--trace-id', OTHER_ID])).toMatchObject({ exitCode: 1 })
    expect(await runInline(files, [...args, '--trace-id', '12345'])).toMatchObject({ exitCode: 2 })
  })

  test('a file of several tests needs --test', async () => {
    const files = {
      'checkout.yaml': `${FILE}---\n${FILE.replace('name: checkout', 'name: refund').replace('99.5', '1')}`,
      'trace.json': JSON.stringify(otlp(SPANS))
    }
    const args = ['check', '-f', 'checkout.yaml', '--trace', 'trace.json']
    const asked = await runInline(files, args)
    expect(asked.exitCode).toBe(2)
    expect(asked.stderr).toContain('"refund"')
    expect(await runInline(files, [...args, '--test', 'checkout'])).toMatchObject({ exitCode: 0 })
    expect(await runInline(files, [...args, '--test', 'refund'])).toMatchObject({ exitCode: 1 })
    const near = await runInline(files, [...args, '--test', 'refnud'])
    expect(near.stderr).toContain('did you mean "refund"?')
  })

  test.each([
    ['is not there', undefined, 'there is no such file'],
    ['is empty', '', 'the file is empty'],
    ['is not JSON', '{"resourceSpans": [', 'not JSON'],
    ['is a page of a proxy', '<html>', 'not JSON: found "<html>" at its start'],
    [
      'tells only how a run went',
      '{"type":"run-started","tests":1}\n{"type":"test-started"}\n',
      'holds no spans'
    ],
    ['is what Jaeger answers without a trace', '{"data":[]}', 'no span'],
    ['is JSON of something else', '{"orders": []}', 'not of a trace'],
    ['holds no span', '{"resourceSpans": []}', 'no span'],
    [
      'breaks off within a span',
      '{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":7}]}]}]}',
      '$.resourceSpans[0].scopeSpans[0].spans[0]'
    ],
    ['is of a later version', '{"resourceSpans":[],"tracerun":{"schemaVersion":99}}', 'version 99']
  ])('a trace file that %s ends with 2', async (_, text, message) => {
    const files: Record<string, string> = {
      'checkout.yaml': FILE,
      ...(text === undefined ? {} : { 'trace.json': text })
    }
    const { exitCode, stderr } = await runInline(files, [
      'check',
      '-f',
      'checkout.yaml',
      '--trace',
      'trace.json'
    ])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('trace.json')
    expect(stderr).toContain(message)
  })

  test('a trace that PowerShell has written in UTF-16 ends with 2, and says so', async () => {
    await using workspace = await openWorkspace({ 'checkout.yaml': FILE })
    await writeFile(join(workspace.path, 'trace.json'), '\ufeff{"resourceSpans":[]}', 'utf16le')
    const { exitCode, stderr } = await workspace.run([
      'check',
      '-f',
      'checkout.yaml',
      '--trace',
      'trace.json'
    ])
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining('UTF-16') })
  })

  test('a saved run without any span of the system is 3, with what the run had said', async () => {
    const saved = {
      resourceSpans: [],
      tracerun: {
        ...RECORD,
        outcome: 'errored',
        traceId: TRACE_ID,
        error: { code: 'TRACE_NOT_FOUND', message: 'no span came within 30 s' }
      }
    }
    const files = { 'checkout.yaml': FILE, 'trace.json': JSON.stringify(saved) }
    const { exitCode, stdout } = await runInline(files, [
      'check',
      '-f',
      'checkout.yaml',
      '--trace',
      'trace.json'
    ])
    expect(exitCode).toBe(3)
    expect(stdout).toContain('no span came within 30 s')
  })

  test.each([
    ['of a saved run that was not complete, only what was final is decided', {}, ['held', 'undetermined']],
    [
      'of a saved run whose spans might still change, nothing is decided',
      { mayRevise: true },
      ['undetermined', 'undetermined']
    ]
  ])('%s', async (_, ground, expected) => {
    const trigger = { id: 'ffffffffffffffff', service: 'tracetest', name: 'Tracetest trigger' }
    const saved = {
      ...otlp([trigger, ...SPANS]),
      tracerun: {
        ...RECORD,
        outcome: 'failed',
        triggerSpanId: trigger.id,
        traceId: TRACE_ID,
        ground: { kind: 'timeout', waitedMs: 2000, text: 'not complete at the deadline', ...ground },
        holes: [{ kind: 'orphan', text: 'a parent is missing' }]
      }
    }
    const file = FILE.replace(/assertions: .*/, 'assertions: ["count() >= 1", "count() <= 1"]')
    const files = { 'checkout.yaml': file, 'trace.json': JSON.stringify(saved) }
    const { exitCode, stdout } = await runInline(files, [
      'check',
      '-f',
      'checkout.yaml',
      '--trace',
      'trace.json',
      '-o',
      'json'
    ])
    expect(exitCode).toBe(1)
    const outcomes = JSON.parse(stdout).tests[0].specs[0].assertions.map(
      (a: { outcome: string }) => a.outcome
    )
    expect(outcomes).toEqual(expected)
  })

  test('--watch judges again on each save of either file, however it is saved, and ends on Ctrl-C', async () => {
    await using workspace = await openWorkspace({
      'checkout.yaml': FILE,
      'trace.json': JSON.stringify(otlp(SPANS))
    })
    let output = ''
    const waits: { pattern: RegExp; resolve: () => void }[] = []
    const sees = (pattern: RegExp): Promise<void> =>
      new Promise(resolve => {
        waits.push({ pattern, resolve })
        notice()
      })
    const notice = (): void => {
      const wait = waits[0]
      const match = wait?.pattern.exec(output)
      if (!wait || !match) return
      output = output.slice(match.index + match[0].length)
      waits.shift()
      wait.resolve()
      notice()
    }
    const path = join(workspace.path, 'checkout.yaml')
    const ended = workspace.run(['check', '-f', 'checkout.yaml', '--trace', 'trace.json', '--watch'], {
      onStart: child => {
        const listen = (chunk: Buffer): void => {
          output += chunk.toString('utf8')
          notice()
        }
        child.stdout.on('data', listen)
        child.stderr.on('data', listen)
        void (async () => {
          await sees(/1 passed/)
          await writeFile(path, FILE.replace('99.5', '99.6'))
          await sees(/1 failed/)
          await writeFile(`${path}~`, FILE.replace('count() = 1', 'count() == 1'))
          await rename(`${path}~`, path)
          await sees(/checkout\.yaml:7:/)
          await writeFile(path, FILE)
          await sees(/1 passed/)
          await workspace.write('trace.json', JSON.stringify(otlp(SPANS.slice(0, 1))))
          await sees(/1 failed/)
          // Both at once, as a checkout of another branch does it: neither may be read as it was before.
          await workspace.write('trace.json~', JSON.stringify(otlp(SPANS)))
          await rename(join(workspace.path, 'trace.json~'), join(workspace.path, 'trace.json'))
          await writeFile(path, FILE.replace('name: checkout', 'name: both saved'))
          await sees(/✓ both saved.*1 passed/s)
          child.kill('SIGINT')
        })()
      }
    })
    expect((await ended).exitCode).toBe(130)
  })
})

test('--watch of a folder that is not there is a mistake in the command', async () => {
  const { exitCode, stderr } = await runInline({ 'checkout.yaml': FILE }, [
    'check',
    '-f',
    'checkout.yaml',
    '--trace',
    'traces/trace.json',
    '--watch'
  ])
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(/--watch: .*traces cannot be watched/)
})

test('a trace file that is compressed or no text is called what it is', async () => {
  await using workspace = await openWorkspace({ 'checkout.yaml': FILE })
  const args = ['check', '-f', 'checkout.yaml', '--trace', 'trace.json']
  await writeFile(join(workspace.path, 'trace.json'), gzipSync(JSON.stringify(otlp(SPANS))))
  expect(await workspace.run(args)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('compressed with gzip')
  })
  await writeFile(join(workspace.path, 'trace.json'), new Uint8Array([0x0a, 0x10, 0x01, 0x00]))
  expect(await workspace.run(args)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('holds no text')
  })
})

describe('explain', () => {
  const files = { 'trace.json': JSON.stringify(otlp(SPANS)) }

  test('tells what a selector matches', async () => {
    const { exitCode, stdout } = await runInline(files, [
      'explain',
      'span[service.name="payment"]',
      '--trace',
      'trace.json'
    ])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('charge')
  })

  test('tells what came nearest where it matches nothing', async () => {
    const { exitCode, stdout } = await runInline(files, [
      'explain',
      'span[service.name="paymnet"]',
      '--trace',
      'trace.json'
    ])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('payment')
  })

  test('shows where a selector is wrong', async () => {
    const { exitCode, stderr } = await runInline(files, [
      'explain',
      'span[service.name=',
      '--trace',
      'trace.json'
    ])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('^')
  })

  test('needs the trace', async () => {
    const { exitCode, stderr } = await runInline({}, ['explain', 'span', '--trace', 'trace.json'])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('trace.json')
  })
})
