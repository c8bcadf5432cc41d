import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { mintFriendlyTraceId, mintTraceParent } from '../../../src/run/trace-parent.ts'
import {
  extractBaggage,
  extractParent,
  extractTraceState,
  SPAN_FORMATS
} from '../../support/extract-context.ts'

const options = {
  sampling: 'friendly',
  testName: 'checkout reserves stock, then charges 100 %',
  runId: '20261121-1',
  propagation: ['tracecontext', 'baggage'],
  random: randomBytes,
  nowUnixNano: 1_763_730_000_123_456_789n
} as const

/** What each kind of ratio sampler keeps, as its SDK computes it. */
const rules: Readonly<Record<string, (traceId: string, ratio: number) => boolean>> = {
  JavaScript: (traceId, ratio) => {
    let folded = 0
    for (let word = 0; word < 4; word++)
      folded = (folded ^ Number.parseInt(traceId.slice(word * 8, word * 8 + 8), 16)) >>> 0
    return folded < Math.floor(ratio * 0xffffffff)
  },
  Go: (traceId, ratio) => BigInt(`0x${traceId.slice(16)}`) >> 1n < BigInt(Math.floor(ratio * 2 ** 63)),
  Python: (traceId, ratio) => BigInt(`0x${traceId.slice(16)}`) < BigInt(Math.round(ratio * 2 ** 64)),
  Java: (traceId, ratio) => {
    const low = BigInt.asIntN(64, BigInt(`0x${traceId.slice(16)}`))
    return (low < 0n ? -low : low) < BigInt(Math.floor(ratio * (2 ** 63 - 1)))
  },
  consistent: (traceId, ratio) =>
    BigInt(`0x${traceId.slice(18)}`) >= (1n << 56n) - BigInt(Math.round(ratio * 2 ** 56))
}

describe.each([
  ['a friendly trace id', () => mintFriendlyTraceId(randomBytes)],
  ['one that X-Ray takes', () => mintTraceParent({ ...options, propagation: ['xray'] }).traceId]
])('%s', (_what, mint) => {
  const ids: readonly string[] = Array.from({ length: 2000 }, mint)

  for (const [rule, keeps] of Object.entries(rules))
    test(`is kept by the ${rule} rule down to 0.8 %`, () => {
      for (const ratio of [0.5, 0.1, 0.05, 0.01, 0.008])
        expect(ids.filter(id => !keeps(id, ratio))).toEqual([])
    })

  test('is another one each time', () => {
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe('each format', () => {
  const all = [...SPAN_FORMATS, 'baggage'] as const

  for (const format of SPAN_FORMATS)
    test(`${format} alone is what the SDK of a service continues`, () => {
      for (const sampling of ['friendly', 'random'] as const) {
        const { traceId, spanId, headers } = mintTraceParent({ ...options, sampling, propagation: [format] })
        expect(extractParent(format, headers)).toEqual({ traceId, spanId, isSampled: true })
        for (const other of SPAN_FORMATS)
          expect([other, extractParent(other, headers) !== undefined]).toEqual([other, other === format])
      }
    })

  test('goes out beside the others, all of one span', () => {
    const { traceId, spanId, headers } = mintTraceParent({ ...options, propagation: all })
    for (const format of SPAN_FORMATS)
      expect(extractParent(format, headers)).toEqual({ traceId, spanId, isSampled: true })
    expect(extractBaggage(headers)).toEqual({
      'tracerun.test': options.testName,
      'tracerun.run': options.runId
    })
    expect(extractTraceState(headers)).toBe('tracerun=1,tracetest=true,ot=th:0')
  })

  test('may be missing, and all of them', () => {
    expect(mintTraceParent({ ...options, propagation: [] }).headers).toEqual({})
    expect(Object.keys(mintTraceParent({ ...options, propagation: ['b3'] }).headers)).toEqual(['b3'])
  })

  test('of X-Ray has an id that begins with the time, friendly or random', () => {
    for (const sampling of ['friendly', 'random'] as const) {
      const { traceId } = mintTraceParent({ ...options, sampling, propagation: ['tracecontext', 'xray'] })
      expect(Number.parseInt(traceId.slice(0, 8), 16)).toBe(1_763_730_000)
    }
  })
})

describe('what goes out with a request', () => {
  test('a sampled parent that does not claim to be random', () => {
    const { traceId, spanId, headers } = mintTraceParent(options)
    expect(traceId).toMatch(/^[0-9a-f]{32}$/)
    expect(spanId).toMatch(/^[0-9a-f]{16}$/)
    expect(headers.traceparent).toBe(`00-${traceId}-${spanId}-01`)
  })

  test('a random id that says it is', () => {
    const { traceId, spanId, headers } = mintTraceParent({ ...options, sampling: 'random' })
    expect(headers.traceparent).toBe(`00-${traceId}-${spanId}-03`)
  })

  test('the state that samplers and collectors look for', () => {
    expect(mintTraceParent(options).headers.tracestate).toBe('tracerun=1,tracetest=true,ot=th:0')
  })

  test('the names of test and run, escaped as W3C baggage is', () => {
    expect(mintTraceParent(options).headers.baggage).toBe(
      'tracerun.test=checkout%20reserves%20stock%2C%20then%20charges%20100%20%25,tracerun.run=20261121-1'
    )
  })

  test('a name of any length and any characters stays within a header', () => {
    const { headers } = mintTraceParent({ ...options, testName: `\ud800\n"é€😀"`.repeat(1000) })
    expect(headers.baggage).toMatch(/^[!-~]+$/)
    expect(headers.baggage!.length).toBeLessThan(3000)
  })

  test('ids are never all zero', () => {
    let calls = 0
    const { spanId, traceId } = mintTraceParent({
      ...options,
      sampling: 'random',
      random: size => new Uint8Array(size).fill(calls++ % 2 === 0 ? 0 : 7)
    })
    expect(traceId).toBe('07'.repeat(16))
    expect(spanId).toBe('07'.repeat(8))
  })
})
