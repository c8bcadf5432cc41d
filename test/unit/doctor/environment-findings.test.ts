import { describe, expect, test } from 'vitest'
import { examineEnvironment, findProxy } from '../../../src/doctor/environment-findings.ts'

describe('variables of the shell', () => {
  test.each([
    [{ OTEL_SDK_DISABLED: 'true' }, 'unset'],
    [{ OTEL_TRACES_EXPORTER: 'none' }, 'otlp'],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio' }, 'parentbased_always_on'],
    [{ OTEL_TRACES_SAMPLER: 'always_off' }, 'parentbased_always_on'],
    [{ OTEL_PROPAGATORS: 'b3' }, 'tracecontext'],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a:4318' }, '4317'],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a:4317/' }, '4318'],
    [{ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, 'NODE_EXTRA_CA_CERTS']
  ])('%j misleads, and the way out is told', (variables, fix) => {
    const [finding, ...more] = examineEnvironment(variables)
    expect(more).toEqual([])
    expect(finding?.status).toBe('note')
    expect(finding?.fix).toContain(fix)
  })

  test.each([
    {},
    { OTEL_SDK_DISABLED: 'false', OTEL_TRACES_EXPORTER: '' },
    { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_PROPAGATORS: 'b3,tracecontext' },
    { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a:4317' }
  ])('%j misleads nobody', variables => {
    expect(examineEnvironment(variables)).toEqual([
      { topic: 'environment', status: 'ok', text: 'no OTEL_* variable of this shell would mislead a service' }
    ])
  })
})

describe('a proxy', () => {
  const asked = 'Tempo at https://tempo.example:3200/'

  test('that is in the way of the store is named, with the way round it', () => {
    expect(findProxy(asked, { HTTPS_PROXY: 'http://user:secret@proxy:3128' })).toEqual({
      topic: 'environment',
      status: 'note',
      text: 'tempo.example is reached by way of the proxy of HTTPS_PROXY',
      fix: 'if that is not meant: NO_PROXY=tempo.example'
    })
    expect(findProxy(asked, { https_proxy: 'http://proxy', NO_PROXY: 'other.example' })?.fix).toContain(
      'NO_PROXY=other.example,tempo.example'
    )
  })

  test.each([
    [asked, { HTTP_PROXY: 'http://proxy' }],
    [asked, { HTTPS_PROXY: 'http://proxy', NO_PROXY: 'localhost, .example' }],
    [asked, { HTTPS_PROXY: 'http://proxy', no_proxy: '*' }],
    ['http://localhost:3200', { HTTP_PROXY: 'http://proxy' }],
    ['http://127.0.0.1:3200', { HTTP_PROXY: 'http://proxy' }],
    ['http://[::1]:3200', { HTTP_PROXY: 'http://proxy' }],
    ['files', { HTTP_PROXY: 'http://proxy' }]
  ])('does not stand between us and %s with %j', (address, variables) => {
    expect(findProxy(address, variables)).toBeUndefined()
  })
})
