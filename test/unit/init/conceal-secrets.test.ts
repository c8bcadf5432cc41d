import { describe, expect, test } from 'vitest'
import { concealSecrets } from '../../../src/init/conceal-secrets.ts'
import { readRequest } from '../../../src/init/read-request.ts'

const conceal = (command: string) => concealSecrets(readRequest([command]))

describe('what looks like a secret stands in no file', () => {
  test.each([
    [
      "-H 'Authorization: Bearer abc.def'",
      { type: 'bearer', token: '${API_TOKEN}' },
      { API_TOKEN: 'abc.def' }
    ],
    [
      '-u joe:opensesame',
      { type: 'basic', username: 'joe', password: '${API_PASSWORD}' },
      { API_PASSWORD: 'opensesame' }
    ],
    [
      `-H 'authorization: Basic ${Buffer.from('joe:open:sesame').toString('base64')}'`,
      { type: 'basic', username: 'joe', password: '${API_PASSWORD}' },
      { API_PASSWORD: 'open:sesame' }
    ],
    ['--oauth2-bearer abcdef', { type: 'bearer', token: '${API_TOKEN}' }, { API_TOKEN: 'abcdef' }],
    ['-u abcdef:', { type: 'basic', username: '${API_TOKEN}', password: '' }, { API_TOKEN: 'abcdef' }],
    ['-H "Authorization: Bearer $TOKEN"', { type: 'bearer', token: '${TOKEN}' }, { TOKEN: undefined }]
  ])('%s becomes an auth block', (flags, auth, values) => {
    const { request, secrets } = conceal(`curl ${flags} http://h/x`)
    // An auth block is known to hold a secret: nothing has to be declared.
    expect({ auth: request.auth, headers: request.headers }).toEqual({ auth: auth, headers: [] })
    expect(Object.fromEntries(secrets.map(({ name, value }) => [name, value]))).toEqual(values)
  })

  test.each([
    ["-H 'X-Api-Key: abcdef'", 'X-Api-Key: ${var:X_API_KEY}', 'X_API_KEY'],
    ["-b 'sid=abcdef'", 'cookie: ${var:COOKIE}', 'COOKIE'],
    ["-H 'x-csrf-token: abcdef'", 'x-csrf-token: ${var:X_CSRF_TOKEN}', 'X_CSRF_TOKEN'],
    ["-H 'Authorization: ApiKey abcdef'", 'Authorization: ${var:AUTHORIZATION}', 'AUTHORIZATION'],
    ['-H "x-api-key: $KEY"', 'x-api-key: ${var:KEY}', 'KEY'],
    // Too short to be searched for in a report: the file is free of it all the same.
    ["-H 'x-api-key: abc'", 'x-api-key: ${X_API_KEY}', 'X_API_KEY']
  ])('%s keeps its place', (flags, header, name) => {
    const { request, secrets } = conceal(`curl ${flags} http://h/x`)
    expect(request.headers.map(({ key, value }) => `${key}: ${value}`)).toEqual([
      name === 'AUTHORIZATION' ? 'Authorization: ApiKey ${var:AUTHORIZATION}' : header
    ])
    expect(secrets.map(secret => secret.name)).toEqual([name])
  })

  test('user and password of a URL', () => {
    const { request } = conceal('http://joe:open%20sesame@h/x')
    expect(request.url).toBe('http://h/x')
    expect(request.auth).toEqual({ type: 'basic', username: 'joe', password: '${API_PASSWORD}' })
  })

  test('keys in the query, and in bodies of forms and JSON', () => {
    expect(conceal('http://h/x?api_key=abcdef&page=2').request.url).toBe(
      'http://h/x?api_key=${var:API_KEY}&page=2'
    )
    expect(conceal('curl -d user=joe -d password=abcdef http://h/x').request.body).toEqual({
      text: 'user=joe&password=${var:PASSWORD}'
    })
    expect(conceal(`curl --json '{"user":"joe","clientSecret":"abcdef"}' http://h/x`).request.body).toEqual({
      text: '{"user":"joe","clientSecret":"${var:CLIENT_SECRET}"}'
    })
  })

  test('one that stands elsewhere too is hidden there as well', () => {
    const { request, secrets } = conceal("curl -H 'x-api-key: abcdefgh' http://h/abcdefgh/x")
    expect(request.url).toBe('http://h/${var:X_API_KEY}/x')
    expect(secrets).toHaveLength(1)
  })

  test('two of one name have two names', () => {
    const { request } = conceal("curl -H 'x-api-key: first1' -H 'X-API-KEY: second' http://h/x")
    expect(request.headers.map(({ value }) => value)).toEqual(['${var:X_API_KEY}', '${var:X_API_KEY_2}'])
  })

  test('what does not look like one stays', () => {
    const { request, secrets } = conceal("curl -H 'x-tenant: acme' -d author=joe 'http://h/x?monkey=1'")
    expect(secrets).toEqual([])
    expect(request.url).toBe('http://h/x?monkey=1')
  })
})

test('a field of a multipart form that looks like a secret is one', () => {
  const part = (name: string, value: string): string =>
    `--B\\r\\nContent-Disposition: form-data; name="${name}"\\r\\n\\r\\n${value}\\r\\n`
  const { request, secrets } = conceal(
    `curl http://h/x -H 'content-type: multipart/form-data; boundary=B' --data-raw $'${part('user', 'joe')}${part('password', 'opensesame')}--B--'`
  )
  const { text } = request.body as { readonly text: string }
  expect(text).toContain('name="user"\r\n\r\njoe\r\n')
  expect(text).toContain('name="password"\r\n\r\n${var:PASSWORD}\r\n--B--')
  expect(secrets).toMatchObject([{ name: 'PASSWORD', value: 'opensesame', isDeclared: true }])
})
