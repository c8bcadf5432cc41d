import { expect, test } from 'vitest'
import { explainListenError } from '../../../../src/backends/otlp/listen-error.ts'
import { ListenError } from '../../../../src/otlp/receiver.ts'

const addressOf = (port: number): { readonly host: string; readonly port: number } => ({
  host: '127.0.0.1',
  port
})

test.each([
  [false, [4317, 4318], 14318],
  [false, [14318], 24318],
  [true, [4318, 14318, 24318], 34318]
])('a port that is taken is not proposed again', (isTracerun, [first = 0, ...others], proposed) => {
  const cause = Object.assign(new Error('in use'), { code: 'EADDRINUSE' })
  const error = new ListenError(addressOf(first), cause, { isTracerun, others: others.map(addressOf) })
  expect(() => explainListenError(error)).toThrow(
    expect.objectContaining({ hint: expect.stringContaining(`--otlp-listen 127.0.0.1:${proposed}`) })
  )
})
