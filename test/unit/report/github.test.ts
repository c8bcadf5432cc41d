import { describe, expect, test } from 'vitest'
import { TraceError } from '../../../src/errors/errors.ts'
import type { RunEvent, RunReport, TestReport } from '../../../src/model/run-event.ts'
import { createEventReporter } from '../../../src/report/document-reporter.ts'
import { createGithubReporter } from '../../../src/report/github/github.ts'
import {
  buildRun,
  buildSpec,
  buildTest,
  COMPLETE,
  nPlusOneTest,
  shopTrace,
  violated
} from '../../support/report-builder.ts'
import { spanIdOf } from '../../support/trace-builder.ts'

interface Told {
  readonly commands: readonly string[]
  readonly summary: string
}

async function tell(
  tests: readonly TestReport[],
  facts: Partial<RunReport> = {},
  page: { size?: number; failure?: Error; pathOf?: (file: string) => string | undefined } = {}
): Promise<Told> {
  const commands: string[] = []
  let summary = ''
  const reporter = createEventReporter(
    createGithubReporter({
      say: command => commands.push(command),
      pathOf: page.pathOf ?? (file => `tests/${file}`),
      summary: {
        size: async () => page.size ?? 0,
        append: async text => {
          if (page.failure) throw page.failure
          summary += text
        }
      }
    })
  )
  for (const report of tests) reporter.onEvent({ type: 'test-finished', report } satisfies RunEvent)
  await reporter.close(buildRun(tests, facts))
  return { commands, summary }
}

const NOT_FOUND = new TraceError({
  code: 'TRACE_NOT_FOUND',
  message: 'no span came within 30 s',
  hint: 'does it export to http://localhost:4318?'
})

const amountTest = (facts: Partial<TestReport> = {}): TestReport =>
  buildTest({
    outcome: 'failed',
    trace: shopTrace(),
    ground: COMPLETE,
    specs: [
      buildSpec('span[service.name="payment"]:entry', [
        violated('attr:payment.amount = 99.99', [
          { spanId: spanIdOf('charge'), holds: false, expected: '99.99', actual: '89.99' }
        ])
      ])
    ],
    ...facts
  })

function allKinds(): readonly TestReport[] {
  return [
    buildTest({ id: 'a', name: 'adds to the cart', ground: COMPLETE }),
    nPlusOneTest({ id: 'b' }),
    buildTest({ id: 'c', name: 'refunds', error: NOT_FOUND }),
    buildTest({
      id: 'd',
      name: 'ships',
      attempt: 2,
      earlier: [amountTest({ id: 'd', name: 'ships' })]
    }),
    buildTest({ id: 'e', name: 'warns', warnings: ['spans came late'] }),
    buildTest({ id: 'f', name: 'sells', skipped: 'not built' })
  ]
}

test('each test that did not pass is marked at its line, the gravest first', async () => {
  const { commands } = await tell(allKinds())
  expect(commands).toMatchInlineSnapshot(`
    [
      "::error file=tests/checkout.yaml,line=15,col=22,title=failed%3A checkout reserves stock%2C then charges::no N+1  span[db.system.name="postgresql"]                                        checkout.yaml:15:22%0A  ✗ count() <= 3   actual 7%0A✓ 5 other assertions held · complete: all parents and callees present, 0.4 s after the last span%0A  ended, watched 2.0 s more%0Ahttp://localhost:16686/trace/4bf92f3577b34da6a3ce929d0e0e4736",
      "::error file=tests/checkout.yaml,line=1,title=errored%3A refunds::no span came within 30 s%0A→ does it export to http://localhost:4318?",
      "::warning file=tests/checkout.yaml,line=1,title=flaky%3A ships::passed at attempt 2%0Aattempt 1 failed: attr:payment.amount = 99.99: actual 89.99 on POST /charge",
      "::warning file=tests/checkout.yaml,line=1,title=with warnings%3A warns::spans came late",
    ]
  `)
})

test('the page of the job has counts, failures with their traces, flaky and slow tests', async () => {
  const { summary } = await tell(allKinds(), {
    shard: { index: 1, count: 2 },
    warnings: ['2 spans were not forwarded']
  })
  expect(summary).toMatchInlineSnapshot(`
    "## ❌ tracerun: failed, shard 1 of 2

    | failed | errored | flaky | passed | skipped | time |
    | --- | --- | --- | --- | --- | --- |
    | 1 | 1 | 1 | 2 | 1 | 4.2 s |

    - 2 spans were not forwarded

    ### ❌ checkout reserves stock\\, then charges

    checkout\\.yaml\\:15 · 2.6 s · [trace 4bf92f3577b34da6a3ce929d0e0e4736](<http://localhost:16686/trace/4bf92f3577b34da6a3ce929d0e0e4736>)

    \`\`\`text
    no N+1  span[db.system.name="postgresql"]                                        checkout.yaml:15:22
      ✗ count() <= 3   actual 7
    ✓ 5 other assertions held · complete: all parents and callees present, 0.4 s after the last span
      ended, watched 2.0 s more

    gateway      POST /checkout       █████████████████████████████████████████████████████████   118 ms
    inventory    └ reserve              ███████████████                                            31 ms
    inventory ✗    └ UPDATE stock          ██████                                                  12 ms
    pricing      └ GET /quote                                 ████████████████████████             49 ms
    pricing ✗      └ SELECT price ×6                           ███ ██ ██ ███ ██ ██               Σ 30 ms
    payment      └ POST /charge                                                        ██████      11 ms
    \`\`\`

    ### ⚠️ refunds

    checkout\\.yaml\\:1 · 2.6 s · trace 4bf92f3577b34da6a3ce929d0e0e4736

    \`\`\`text
    no span came within 30 s
    → does it export to http://localhost:4318?
    \`\`\`

    ### Flaky

    | test | passed at attempt | before |
    | --- | --- | --- |
    | ships | 2 | 1\\. attr\\:payment\\.amount \\= 99\\.99\\: actual 89\\.99 on POST \\/charge |

    ### Slowest

    | test | time | trace |
    | --- | --- | --- |
    | adds to the cart | 2.6 s |  |
    | checkout reserves stock\\, then charges | 2.6 s | [trace](<http://localhost:16686/trace/4bf92f3577b34da6a3ce929d0e0e4736>) |
    | refunds | 2.6 s |  |
    | ships | 2.6 s |  |
    | warns | 2.6 s |  |
    "
  `)
})

describe('annotations', () => {
  test('are ten at most; what is left out is counted', async () => {
    const failing = Array.from({ length: 8 }, (_, at) => amountTest({ id: `f${at}`, name: `failing ${at}` }))
    const erring = Array.from({ length: 5 }, (_, at) => buildTest({ id: `e${at}`, error: NOT_FOUND }))
    const warned = buildTest({ id: 'w', warnings: ['late'] })
    const { commands } = await tell([warned, ...erring, ...failing])
    expect(commands.map(command => /^::(\w+)/.exec(command)![1])).toEqual([
      ...Array.from({ length: 10 }, () => 'error'),
      'notice'
    ])
    expect(commands.at(-1)).toBe(
      '::notice title=tracerun::4 more are not marked: 3 errored, 1 with warnings. The summary of the job names them.'
    )
  })

  test('hold no text that ends them early or begins another', async () => {
    const name = 'a, b: 100%\n::error::c'
    const { commands } = await tell([amountTest({ name, warnings: ['x\r\n::debug::y 5%'] })])
    expect(commands).toHaveLength(1)
    expect(commands[0]).not.toMatch(/[\r\n]/)
    expect(commands[0]).toContain('title=failed%3A a%2C b%3A 100%25%0A%3A%3Aerror%3A%3Ac::')
  })

  test('of a file outside the repository name none', async () => {
    const { commands } = await tell([amountTest()], {}, { pathOf: () => undefined })
    expect(commands[0]).toMatch(/^::error title=failed%3A /)
  })

  test('say that a run failed although each test passed', async () => {
    const facts = { outcome: 'failed', warnings: ['failed by --strict: the run has warnings'] } as const
    const { commands, summary } = await tell([buildTest()], facts)
    expect(commands).toEqual(['::error title=tracerun%3A failed::failed by --strict: the run has warnings'])
    expect(summary).toMatch(/^## ❌ tracerun: failed\n/)
  })

  test('are none where all is well', async () => {
    expect((await tell([buildTest()])).commands).toEqual([])
  })
})

describe('the page of the job', () => {
  test('shows names and values as they are, whatever they hold', async () => {
    const nasty = '<img src=x> | `a` **b** [c](http://d) ```\n# e'
    const { summary } = await tell([
      amountTest({ name: nasty, warnings: [nasty] }),
      buildTest({
        id: 'b',
        name: nasty,
        attempt: 2,
        earlier: [
          buildTest({ error: new TraceError({ code: 'TRACE_NOT_FOUND', message: nasty, hint: undefined }) })
        ]
      })
    ])
    const outside = summary.replace(/^(`{3,})text\n[\s\S]*?\n\1$/gm, '')
    expect(outside).not.toMatch(/(?<!\\)<img|(?<!\\)\*\*|(?<!\\)\[c|^# e/m)
    expect(summary).toContain('````text\n')
    for (const row of outside.split('\n').filter(line => line.startsWith('| \\<')))
      expect(row.match(/(?<!\\)\|/g)).toHaveLength(4)
  })

  test('links only where a browser may follow', async () => {
    const { summary } = await tell([
      amountTest({ traceUrl: 'javascript:alert(1)' }),
      amountTest({ id: 'b', traceUrl: 'https://ui/a b?x=<y>' })
    ])
    expect(summary).not.toContain('(<javascript')
    expect(summary).toContain('](<https://ui/a%20b?x=%3Cy%3E>)')
  })

  test('leaves room for what is there: whole tests are left out, and counted', async () => {
    const tests = Array.from({ length: 30 }, (_, at) => amountTest({ id: `t${at}`, name: `test ${at}` }))
    const size = 1024 * 1024 - 8000
    const { summary } = await tell(tests, {}, { size })
    expect(Buffer.byteLength(summary) + size).toBeLessThanOrEqual(1024 * 1024)
    const shown = summary.match(/^### ❌/gm)!.length
    expect(shown).toBeGreaterThan(0)
    expect(summary).toContain(
      `${30 - shown} more tests did not pass: the page of a job has no room for them.`
    )
    expect(summary.match(/^`{3,}/gm)!.length % 2).toBe(0)
    expect((await tell(tests, {}, { size: 1024 * 1024 })).summary).toBe('')
  })

  test('that cannot be written is said, and fails nothing', async () => {
    const { commands } = await tell([buildTest()], {}, { failure: new Error('EACCES: permission denied') })
    expect(commands).toEqual([
      '::warning title=tracerun::the summary could not be written: EACCES: permission denied'
    ])
  })

  test('shows the last attempt of a test alone', async () => {
    const commands: string[] = []
    let summary = ''
    const reporter = createEventReporter(
      createGithubReporter({
        say: command => commands.push(command),
        pathOf: file => file,
        summary: {
          size: async () => 0,
          append: async text => {
            summary += text
          }
        }
      })
    )
    const first = nPlusOneTest({ id: 'a' })
    const last = buildTest({ id: 'a', attempt: 2, earlier: [first] })
    reporter.onEvent({ type: 'test-retried', report: first })
    reporter.onEvent({ type: 'test-finished', report: last })
    await reporter.close(buildRun([last]))
    expect(summary).not.toContain('```')
    expect(commands[0]).toMatch(/^::warning .*title=flaky/)
  })
})
