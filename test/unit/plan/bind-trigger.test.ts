import { describe, expect, test } from 'vitest'
import { otlpBackend } from '../../../src/backends/otlp/index.ts'
import type { NamedFile, TestDefinition } from '../../../src/definition/document.ts'
import type { Settings } from '../../../src/definition/settings.ts'
import { printTemplate } from '../../../src/language/print.ts'
import { parseSpanId, parseTraceId } from '../../../src/model/ids.ts'
import { compilePlan } from '../../../src/plan/compile.ts'
import type { PlannedTest } from '../../../src/plan/plan.ts'
import { buildRegistry } from '../../../src/plan/registry.ts'
import type { TriggerContext, TriggerResult } from '../../../src/plugin/trigger.ts'
import { verbatimText } from '../../../src/source/embedded.ts'
import { graphqlTrigger } from '../../../src/triggers/graphql/index.ts'
import { httpTrigger } from '../../../src/triggers/http/index.ts'
import {
  compileText,
  parseText,
  planText,
  recordingRegistry,
  type SentRequest
} from '../../support/compile-text.ts'

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'

function definition(request: string, extra = ''): string {
  return [
    'type: Test',
    'spec:',
    '  name: a checkout',
    '  variables: { SKU: SKU-1, TOKEN: opensesame }',
    '  trigger:',
    '    type: http',
    ...(extra === '' ? [] : [`    ${extra}`]),
    `    httpRequest: ${request}`,
    '  specs: [{ selector: "span:error", assertions: ["count() = 0"] }]'
  ].join('\n')
}

async function fire(planned: PlannedTest): Promise<TriggerResult> {
  const parent = { traceId: parseTraceId('1'.repeat(32))!, spanId: parseSpanId('1'.repeat(16))!, headers: {} }
  return await planned.trigger.run(template => `<${printTemplate(template)}>`, parent, {} as TriggerContext)
}

async function sentOptions(request: string, settings: Settings = {}): Promise<unknown> {
  const sent: SentRequest[] = []
  await fire(await planText(definition(request), settings, recordingRegistry(sent)))
  return sent[0]?.options
}

describe('a bound trigger', () => {
  test('fills in its templates at each run, and leaves the rest as it is', async () => {
    const request =
      '{ url: "http://shop/${var:SKU}", method: post, headers: [{ key: a, value: 1 }, { key: b, value: c }], sslVerification: false }'
    expect(await sentOptions(request)).toEqual({
      url: '<http://shop/${var:SKU}>',
      method: 'post',
      headers: [
        { key: '<a>', value: '<1>' },
        { key: '<b>', value: '<c>' }
      ],
      sslVerification: false
    })
  })

  test('passes on the text that was written, whatever YAML takes it for', async () => {
    expect(await sentOptions('{ url: 1.50, body: 0x10, method: true, x-note: free }')).toEqual({
      url: '<1.50>',
      body: '<0x10>',
      method: 'true'
    })
  })

  test('shows no secret in its options, and knows those it can know', async () => {
    const text = definition(
      '{ url: "http://shop", auth: { type: bearer, bearer: { token: "Token ${var:TOKEN}" } } }'
    )
    const outcome = await compileText(text)
    expect(outcome.ok && outcome.value.tests[0]?.trigger.options).toEqual({
      url: 'http://shop',
      auth: { type: 'bearer', bearer: {} }
    })
    expect(outcome.ok && outcome.value.secrets).toEqual(['Token opensesame', 'opensesame'])
  })

  test('takes its time limit and its sampling from the definition', async () => {
    expect((await planText(definition('{ url: a }'))).trigger).toMatchObject({
      timeoutMs: 30_000,
      sampling: 'friendly'
    })
    expect(
      await planText(definition('{ url: a }', 'timeout: 5s')).then(planned => planned.trigger)
    ).toMatchObject({ timeoutMs: 5000 })
    expect((await planText(definition('{ url: a }', 'sampling: random'))).trigger.sampling).toBe('random')
  })
})

describe('the formats of the trace context', () => {
  const formatsOf = async (own: string, general?: Settings['propagation']): Promise<readonly string[]> =>
    (await planText(definition('{ url: a }', own), general && { propagation: general })).trigger.propagation
  const location = { source: { name: 'tracerun.yaml', text: '' }, range: { start: 0, end: 0 } }

  test('are those of W3C unless something else is said', async () => {
    expect(await formatsOf('')).toEqual(['tracecontext', 'baggage'])
  })

  test('are what a flag says, else what the test says, else what the project says', async () => {
    const project = { value: ['jaeger'], location }
    expect(await formatsOf('propagation: [b3, xray, b3]', { value: ['b3multi'] })).toEqual(['b3multi'])
    expect(await formatsOf('propagation: [b3, xray, b3]', project)).toEqual(['b3', 'xray'])
    expect(await formatsOf('', project)).toEqual(['jaeger'])
  })

  test('may be none', async () => {
    expect(await formatsOf('propagation: []', { value: ['jaeger'], location })).toEqual([])
    expect(await formatsOf('propagation: [b3]', { value: [] })).toEqual([])
  })
})

describe('values of a request', () => {
  const registry = buildRegistry([graphqlTrigger], [otlpBackend])
  const text = `type: Test
spec:
  name: a product is read
  variables: { QUANTITY: "2", TOKEN: abcd }
  trigger:
    type: graphql
    graphql:
      url: http://shop.example/graphql
      body:
        query: 'query A($a: Any, $b: Int, $c: Any) { x(a: $a, b: $b, c: $c) }'
        variables: { a: { deep: [1, 007, 1.50, true, null, "\${var:QUANTITY}"], x-own: yes, empty: }, b: "\${var:QUANTITY}", c: 9007199254740993 }
  specs: [{ selector: span, assertions: [count() > 0] }]
`

  test('are what YAML takes them for, and templates at any depth', async () => {
    const { trigger } = await planText(text, {}, registry)
    expect(trigger.options).toMatchObject({
      body: {
        variables: {
          a: { deep: [1, 7, 1.5, true, null, '${var:QUANTITY}'], 'x-own': 'yes', empty: null },
          b: '${var:QUANTITY}',
          c: 9_007_199_254_740_993n
        }
      }
    })
    expect(trigger.templates.map(printTemplate)).toContain('${var:QUANTITY}')
  })

  test('are looked at once they are filled in, where what fills them in is known and no secret', async () => {
    const problemsOf = async (value: string): Promise<readonly string[]> =>
      (await compileText(text.replace('QUANTITY: "2"', value), {}, registry)).problems.map(
        ({ message }) => message
      )
    expect(await problemsOf('QUANTITY: "2"')).toEqual([])
    expect(await problemsOf('QUANTITY: two')).toEqual([
      '`$b` is declared as `Int`, and what it is filled in with is none: "two"'
    ])
    const secret = text.replace(
      'variables: { QUANTITY: "2", TOKEN: abcd }',
      'variables: [{ key: QUANTITY, value: opensesame, type: secret }]'
    )
    expect((await compileText(secret, {}, registry)).problems).toEqual([])
  })
})

describe('what cannot be sent as it is written is a mistake of the file', () => {
  const registry = buildRegistry([httpTrigger], [otlpBackend])

  test.each([
    ['{ url: "http://shop:99999/cart" }', '"http://shop:99999/cart" is not a URL'],
    ['{ url: "http://ann:s3cret@the shop/" }', '"http://the shop/" is not a URL'],
    ['{ url: "ftp://shop" }', '"ftp://" is not HTTP: the URL must start with http:// or https://'],
    ['{ url: a, headers: [{ key: a b, value: c }] }', '"a b" cannot be the name of a header'],
    [
      '{ url: a, headers: [{ key: Upgrade, value: c }] }',
      'the header Upgrade cannot be set: the connection makes it itself'
    ]
  ])('%s', async (request, message) => {
    const { problems } = await compileText(definition(request), {}, registry)
    expect(problems.map(problem => problem.message)).toEqual([message])
    expect(problems[0]?.location).toBeDefined()
  })

  test('unless something is to be filled in', async () => {
    expect(
      (await compileText(definition('{ url: "${var:SKU}://the shop" }'), {}, registry)).problems
    ).toEqual([])
  })
})

describe('a relative URL', () => {
  test('is put behind the endpoint', async () => {
    const settings = { endpoint: { value: 'http://shop:8080/' } }
    expect(await sentOptions('{ url: "/cart/${var:SKU}" }', settings)).toEqual({
      url: '<http://shop:8080/cart/${var:SKU}>'
    })
    expect(await sentOptions('{ url: "//other/cart" }', settings)).toEqual({ url: '<//other/cart>' })
    expect(await sentOptions('{ url: "other/cart" }', settings)).toEqual({ url: '<other/cart>' })
  })

  test('is a mistake where there is none', async () => {
    const { problems } = await compileText(definition('{ url: /cart }'))
    expect(problems.map(({ message }) => message)).toEqual([
      'the URL `/cart` names no host, and no endpoint is set'
    ])
  })
})

describe('a body in a file', () => {
  async function withFile(
    file: Partial<NamedFile>
  ): Promise<{ sent: SentRequest[]; problems: readonly string[] }> {
    const sent: SentRequest[] = []
    const [parsed] = parseText(definition('{ url: "http://shop", body: ./cart.json }'))
    const named: NamedFile = { path: '/shop/cart.json', name: 'cart.json', ...file }
    const test = { ...(parsed as TestDefinition), files: new Map([['./cart.json', named]]) }
    const outcome = await compilePlan([test], recordingRegistry(sent), {})
    if (outcome.ok) await fire(outcome.value.tests[0]!)
    return {
      sent,
      problems: outcome.problems.map(({ message, location }) => `${location?.source.name}: ${message}`)
    }
  }
  const text = (content: string): Partial<NamedFile> => ({
    text: verbatimText({ name: 'cart.json', text: content })
  })

  test('is sent as its bytes are', async () => {
    expect((await withFile(text('{"sku":"SKU-1"}'))).sent[0]?.options).toMatchObject({
      body: { file: '/shop/cart.json' }
    })
    expect((await withFile({})).sent[0]?.options).toMatchObject({ body: { file: '/shop/cart.json' } })
  })

  test('is filled in where it holds references', async () => {
    expect((await withFile(text('{"sku":"${var:SKU}"}'))).sent[0]?.options).toMatchObject({
      body: '<{"sku":"${var:SKU}"}>'
    })
  })

  test('is checked before anything is sent', async () => {
    expect((await withFile(text('{"sku":"${var:SKO}"}'))).problems).toEqual([
      'cart.json: the variable `SKO` is defined nowhere'
    ])
    expect((await withFile({ problem: 'there is no such file' })).problems).toEqual([
      'checkout.yaml: cannot read `./cart.json`: there is no such file'
    ])
  })
})

describe('a trace id that the system makes', () => {
  test.each([
    ['alone', TRACE_ID],
    ['in upper case', TRACE_ID.toUpperCase()],
    ['in a traceresponse', `00-${TRACE_ID}-b7ad6b7169203331-01`],
    ['in a server-timing', `traceparent;desc="00-${TRACE_ID}-b7ad6b7169203331-01"`]
  ])('is learnt from the header that is named: %s', async (_title, value) => {
    const registry = recordingRegistry([], [{ key: 'x-trace-id', value }])
    const planned = await planText(definition('{ url: a }', 'traceId: { header: X-Trace-Id }'), {}, registry)
    expect((await fire(planned)).traceId).toBe(TRACE_ID)
  })

  test.each([
    ['there is no such header', 'x-other', TRACE_ID],
    ['it holds no id', 'x-trace-id', 'unknown']
  ])('stays ours where %s', async (_title, key, value) => {
    const registry = recordingRegistry([], [{ key, value }])
    const planned = await planText(definition('{ url: a }', 'traceId: { header: X-Trace-Id }'), {}, registry)
    const { traceId, warnings } = await fire(planned)
    expect(traceId).toBeUndefined()
    expect(warnings).toEqual([expect.stringContaining('the answer has no trace id in X-Trace-Id')])
  })
})
