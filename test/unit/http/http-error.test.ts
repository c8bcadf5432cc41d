import { describe, expect, test } from 'vitest'
import {
  AnswerTooLarge,
  describeHttpFailure,
  toBackendError,
  toTriggerError
} from '../../../src/http/http-error.ts'

const coded = (code: string, message = code): Error => Object.assign(new Error(message), { code })

const ORIGIN = 'http://pricing:8080'

describe('the failure of a request', () => {
  const rows: readonly (readonly [string, string, boolean, RegExp])[] = [
    ['ECONNREFUSED', 'refused', true, /nothing listens on http:\/\/pricing:8080/],
    ['ENOTFOUND', 'unknown-host', false, /is not known/],
    ['EAI_AGAIN', 'unknown-host', true, /name server did not answer/],
    ['EHOSTUNREACH', 'unreachable', false, /no way to/],
    ['ENETUNREACH', 'unreachable', false, /no way to/],
    ['UND_ERR_CONNECT_TIMEOUT', 'connect-timeout', true, /no connection .* in time/],
    ['ETIMEDOUT', 'connect-timeout', true, /no connection .* in time/],
    ['ECONNRESET', 'reset', true, /closed the connection/],
    ['EPIPE', 'reset', true, /closed the connection/],
    ['UND_ERR_SOCKET', 'reset', true, /closed the connection/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls', false, /self-signed/],
    ['CERT_HAS_EXPIRED', 'tls', false, /has expired/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls', false, /another host name/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls', false, /TLS handshake/],
    ['EPROTO', 'tls', false, /TLS handshake/],
    ['HPE_INVALID_CONSTANT', 'protocol', false, /did not answer in HTTP/],
    ['Z_DATA_ERROR', 'broken', false, /is broken/],
    ['ERR__ERROR_FORMAT_PADDING_1', 'broken', false, /is broken/],
    ['UND_ERR_INVALID_ARG', 'request', false, /cannot be sent/],
    ['EWHATEVER', 'other', false, /EWHATEVER, http:\/\/pricing:8080/]
  ]
  test.each([
    ['ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:3128', '127.0.0.1:3128', true],
    ['ECONNREFUSED', 'connect ECONNREFUSED ::1:3128', '::1:3128', true],
    ['ENOTFOUND', 'getaddrinfo ENOTFOUND proxy.example.com', 'proxy.example.com', false]
  ])('%s of another peer than the origin is that of a proxy: %s', (code, message, peer, isTransient) => {
    expect(describeHttpFailure(coded(code, message), ORIGIN)).toMatchObject({
      kind: 'proxy',
      isTransient,
      message: `the proxy on the way to ${ORIGIN} cannot be reached at ${peer} (${code})`,
      hint: expect.stringContaining('NO_PROXY')
    })
  })

  test.each([
    ['connect ECONNREFUSED 10.0.0.7:8080', 'http://pricing:8080'],
    ['connect ECONNREFUSED 10.0.0.7:443', 'https://pricing'],
    ['connect ECONNREFUSED 10.0.0.7:16685', 'pricing:16685']
  ])('%s on the way to %s is that of the origin itself', (message, origin) => {
    expect(describeHttpFailure(coded('ECONNREFUSED', message), origin).kind).toBe('refused')
  })

  for (const [code, kind, isTransient, message] of rows)
    test(`${code} is ${kind}`, () => {
      const failure = describeHttpFailure(coded(code), ORIGIN)
      expect(failure).toMatchObject({ kind, code, isTransient })
      expect(failure.message).toMatch(message)
    })

  test('is told by its innermost cause', () => {
    const error = new TypeError('fetch failed', {
      cause: new Error('other', { cause: coded('ECONNREFUSED') })
    })
    expect(describeHttpFailure(error, ORIGIN).kind).toBe('refused')
  })

  test('on several addresses is told by the first', () => {
    const error = new AggregateError([coded('ECONNREFUSED'), coded('EHOSTUNREACH')])
    expect(describeHttpFailure(Object.assign(error, { code: 'ECONNREFUSED' }), ORIGIN).kind).toBe('refused')
  })

  test('without any code keeps its own words', () => {
    expect(describeHttpFailure('no reason at all', ORIGIN).message).toContain('no reason at all')
  })

  test('in a circle of causes is found all the same', () => {
    const error = coded('ECONNRESET')
    error.cause = error
    expect(describeHttpFailure(error, ORIGIN).kind).toBe('reset')
  })
})

describe('as an error of its plug-in', () => {
  test('a trigger is unreachable, or crashed', () => {
    expect(toTriggerError(coded('ECONNREFUSED'), 'GET /', ORIGIN, 'httpRequest').code).toBe(
      'TRIGGER_UNREACHABLE'
    )
    expect(toTriggerError(new AnswerTooLarge(1024 * 1024), 'GET /', ORIGIN, 'httpRequest')).toMatchObject({
      code: 'TRIGGER_CRASHED',
      message: 'GET / got no answer: the answer is larger than 1 MiB'
    })
  })

  test('a backend is unreachable, answers badly, or refuses', () => {
    expect(toBackendError(coded('ECONNREFUSED'), 'GET /', ORIGIN).code).toBe('BACKEND_UNREACHABLE')
    expect(toBackendError(coded('HPE_INVALID_CONSTANT'), 'GET /', ORIGIN).code).toBe('BACKEND_BAD_RESPONSE')
    expect(toBackendError(coded('UND_ERR_INVALID_ARG'), 'GET /', ORIGIN).code).toBe('BACKEND_REJECTED')
  })

  test('the cause is kept', () => {
    const cause = coded('ECONNREFUSED')
    expect(toBackendError(cause, 'GET /', ORIGIN).cause).toBe(cause)
  })
})

test('a connection closed on plain HTTP may be a port that speaks TLS', () => {
  const error = Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' })
  expect(describeHttpFailure(error, 'http://shop:8443').hint).toContain('https://')
  expect(describeHttpFailure(error, 'https://shop:8443').hint).not.toContain('https://')
})
