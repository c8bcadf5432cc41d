import { describe, expect, test } from 'vitest'
import { parseProject } from '../../../src/definition/project.ts'
import {
  environmentName,
  mergeSettings,
  parseSettings,
  type SettingName,
  type Settings
} from '../../../src/definition/settings.ts'
import { loadValidators } from '../../../src/definition/validators.ts'

await loadValidators()

function parse(texts: Partial<Record<SettingName, string>>): ReturnType<typeof parseSettings> {
  return parseSettings(new Map(Object.entries(texts) as [SettingName, string][]), name => `--${name}`)
}

function settingsOf(texts: Partial<Record<SettingName, string>>): Settings {
  const outcome = parse(texts)
  expect(outcome.problems).toEqual([])
  return outcome.ok ? outcome.value : {}
}

describe('settings given as texts', () => {
  test('are read as in a file', () => {
    expect(
      settingsOf({
        tests: 'specs, more/*.yaml',
        dataStore: 'otlp',
        otlpListen: '127.0.0.1:4318,[::1]:4317,4319',
        otlpForward: 'http://localhost:14318',
        otlpCors: 'https://shop.example:3000,*',
        propagation: 'tracecontext, b3',
        timeout: '1m',
        tailSampling: '10s',
        absenceWindow: '0',
        orphans: 'allow',
        external: 'localhost:6379',
        reporters: 'pretty,json=report.json',
        jobs: '4',
        retries: '0',
        endpoint: 'http://localhost:8080'
      })
    ).toEqual({
      tests: [{ value: 'specs' }, { value: 'more/*.yaml' }],
      dataStore: { value: 'otlp' },
      otlpListen: [{ value: '127.0.0.1:4318' }, { value: '[::1]:4317' }, { value: '4319' }],
      otlpForward: { value: 'http://localhost:14318' },
      otlpCors: [{ value: 'https://shop.example:3000' }, { value: '*' }],
      propagation: { value: ['tracecontext', 'b3'] },
      wait: {
        timeoutMs: { value: 60_000 },
        tailSamplingMs: { value: 10_000 },
        absenceWindowMs: { value: 0 },
        allowOrphans: { value: true },
        externalHosts: [{ value: 'localhost:6379' }]
      },
      reporters: [{ value: 'pretty' }, { value: 'json=report.json' }],
      jobs: { value: 4 },
      retries: { value: 0 },
      endpoint: { value: 'http://localhost:8080' }
    })
  })

  test.each<[SettingName, string, string]>([
    ['timeout', '5', '--timeout: expected a duration such as 5s or 200ms, found "5"'],
    ['retries', '11', '--retries: expected a whole number from 0 to 10, found "11"'],
    ['jobs', '0', '--jobs: expected a whole number from 1, found "0"'],
    [
      'otlpListen',
      'localhost',
      '--otlpListen: expected HOST:PORT such as 127.0.0.1:4318, with commas between several, found "localhost"'
    ],
    [
      'otlpListen',
      '127.0.0.1:65536',
      '--otlpListen: expected HOST:PORT such as 127.0.0.1:4318, with commas between several, found "127.0.0.1:65536"'
    ],
    [
      'otlpForward',
      'localhost:14318',
      '--otlpForward: expected a URL with its scheme, such as http://localhost:14318, found "localhost:14318"'
    ],
    [
      'otlpCors',
      'https://shop.example/',
      '--otlpCors: expected an origin such as https://shop.example:3000 or https://*.example.com, with commas between several, found "https://shop.example/"'
    ],
    [
      'propagation',
      'b3,jeager',
      '--propagation: expected formats of the trace context, with commas between them, found "jeager"'
    ],
    [
      'endpoint',
      'localhost:8080',
      '--endpoint: expected a URL with its scheme, such as http://localhost:8080, found "localhost:8080"'
    ],
    [
      'tests',
      'specs,,',
      '--tests: expected files, folders or globs, with commas between them, found "specs,,"'
    ],
    ['orphans', 'yes', '--orphans: expected allow, found "yes"']
  ])('%s=%s is refused', (name, text, message) => {
    const outcome = parse({ [name]: text })
    expect(outcome.ok).toBe(false)
    expect(outcome.problems.map(problem => problem.message)).toEqual([message])
  })

  test('are refused all at once', () => {
    expect(parse({ timeout: 'x', jobs: 'y' }).problems).toHaveLength(2)
  })

  test('name no format of the trace context by none, and help with a misspelt one', () => {
    expect(settingsOf({ propagation: 'none' })).toEqual({ propagation: { value: [] } })
    expect(parse({ propagation: 'jeager' }).problems[0]?.hint).toBe('did you mean jaeger?')
    expect(parse({ propagation: 'ottrace,none' }).problems.map(({ hint }) => hint)).toEqual([
      'there are tracecontext, baggage, b3, b3multi, jaeger, xray, and none',
      'there are tracecontext, baggage, b3, b3multi, jaeger, xray, and none'
    ])
  })

  test('have a variable of the process each', () => {
    expect(environmentName('flushDelay')).toBe('TRACERUN_FLUSH_DELAY')
    expect(environmentName('jobs')).toBe('TRACERUN_JOBS')
  })
})

describe('several sets of settings', () => {
  const { settings: project } = parseProject(
    {
      name: 'tracerun.yaml',
      text: 'jobs: 2\nendpoint: http://shop.example\nflushDelay: 1s\nlag: 3s\nvariables: { SKU: SKU-1, CHANNEL: web }'
    },
    {}
  )

  test('are one: a flag stands above a variable of the process, and that above the file', () => {
    const merged = mergeSettings([
      settingsOf({ jobs: '8', flushDelay: '100ms' }),
      settingsOf({ jobs: '4', endpoint: 'http://ci' }),
      project
    ])
    expect(merged.jobs?.value).toBe(8)
    expect(merged.endpoint?.value).toBe('http://ci')
    expect(merged.wait?.flushDelayMs?.value).toBe(100)
    expect(merged.wait?.lagMs?.value).toBe(3000)
  })

  test('keep the variables of the command line beside those of the project', () => {
    const given = { variables: [{ name: 'SKU', value: 'SKU-9', isSecret: false }] }
    const merged = mergeSettings([given, project])
    expect(merged.variables).toEqual(given.variables)
    expect(merged.defaults?.variables).toMatchObject([{ name: 'SKU' }, { name: 'CHANNEL', value: 'web' }])
  })
})
