import { describe, expect, test } from 'vitest'
import { formatDate } from '../../../src/language/date-format.ts'
import { FilterError } from '../../../src/language/filter-error.ts'
import { type FunctionSources, functions } from '../../../src/language/functions.ts'
import type { Value } from '../../../src/language/values.ts'

// 2026-03-07 09:05:04 UTC, a Saturday.
const AT = new Date(Date.UTC(2026, 2, 7, 9, 5, 4))

/** A small generator that repeats itself from test to test. */
function sources(seed: number): FunctionSources {
  let state = ((seed * 2_654_435_761) % 2_147_483_646) + 1
  return {
    random: () => {
      state = (state * 48_271) % 2_147_483_647
      return state / 2_147_483_647
    },
    nowUnixNano: () => BigInt(AT.getTime()) * 1_000_000n
  }
}

function call(name: string, args: readonly Value[] = [], seed = 7): Value {
  const known = functions.get(name)
  if (known === undefined) throw new Error(`no function ${name}`)
  return known.call(sources(seed), args)
}

/** Many values of a function. */
function values(name: string, ...args: readonly Value[]): readonly string[] {
  return Array.from({ length: 200 }, (_, index) => String(call(name, args, index + 1)))
}

describe('random data', () => {
  test.each([
    ['uuid', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
    ['firstName', /^[A-Z][a-z]+$/],
    ['lastName', /^[A-Z][a-z]+$/],
    ['fullName', /^[A-Z][a-z]+ [A-Z][a-z]+$/],
    ['email', /^[a-z]+\.[a-z]+\.\d{4}@example\.com$/],
    ['phone', /^555\d{7}$/],
    ['creditCard', /^4\d{15}$/],
    ['creditCardCvv', /^\d{3}$/],
    ['creditCardExpDate', /^(0[1-9]|1[0-2])\/(26|27|28|29|30)$/]
  ])('%s has its form', (name, form) => {
    for (const value of values(name)) expect(value).toMatch(form)
  })

  test('differs from call to call', () => {
    expect(new Set(values('uuid')).size).toBe(200)
  })

  test('a card number has the right check digit', () => {
    for (const value of values('creditCard')) {
      const sum = [...value].reverse().reduce((total, digit, index) => {
        const doubled = Number(digit) * (index % 2 === 1 ? 2 : 1)
        return total + (doubled > 9 ? doubled - 9 : doubled)
      }, 0)
      expect(sum % 10).toBe(0)
    }
  })

  test('a card date lies in the future', () => {
    for (const value of values('creditCardExpDate')) {
      const [month = '', year = ''] = value.split('/')
      expect(Number(`${year}${month}`)).toBeGreaterThan(2603)
    }
  })
})

describe('randomInt', () => {
  test('gives every number of its range, both ends included', () => {
    expect([...new Set(values('randomInt', 1n, 6n))].sort()).toEqual(['1', '2', '3', '4', '5', '6'])
    expect(call('randomInt', [5n, '5'])).toBe(5n)
    expect(call('randomInt', [-3n, -3n])).toBe(-3n)
  })

  test('stays in a range that no double holds', () => {
    const low = 2n ** 63n
    for (const value of values('randomInt', low, low + 2n ** 62n)) {
      expect(BigInt(value)).toBeGreaterThanOrEqual(low)
      expect(BigInt(value)).toBeLessThanOrEqual(low + 2n ** 62n)
    }
  })

  test('fails on an empty range and on what is no int', () => {
    expect(() => call('randomInt', [6n, 1n])).toThrow('wants the lower number first: 6 is above 1')
    expect(() => call('randomInt', [1n, 'six'])).toThrow(FilterError)
    expect(() => call('randomInt', [1n, 1.5])).toThrow(FilterError)
  })
})

describe('the time', () => {
  test('comes as a date, a time and nanoseconds', () => {
    expect(call('date')).toBe('2026-03-07')
    expect(call('date', ['DD/MM/YYYY'])).toBe('07/03/2026')
    expect(call('dateTime')).toBe('2026-03-07T09:05:04Z')
    expect(call('now')).toBe(BigInt(AT.getTime()) * 1_000_000n)
    expect(() => call('date', [5n])).toThrow(FilterError)
  })

  test.each([
    ['YYYY YY', '2026 26'],
    ['MMMM MMM MM M', 'March Mar 03 3'],
    ['DDDD DDD DD D', 'Saturday Sat 07 7'],
    ['hh:mm:ss', '09:05:04'],
    ['h:mmpm', '09:05AM'],
    ['hpm', '09AM'],
    ['h:mm:sspm', '09:05:04AM'],
    ['hh:mm:ss ZZZZ', '09:05:04 +0000'],
    ['hh:mm ZZZ', '09:05 UTC'],
    ['hh:mmZZ', '09:05+00:00'],
    ['YYYYMMDD-hhmmss', '20260307-090504']
  ])('%s is %s', (format, text) => {
    expect(formatDate(format, AT)).toBe(text)
  })

  test('of twelve hours knows noon and midnight', () => {
    expect(formatDate('hpm', new Date(Date.UTC(2026, 0, 1, 0)))).toBe('12AM')
    expect(formatDate('hpm', new Date(Date.UTC(2026, 0, 1, 12)))).toBe('12PM')
    expect(formatDate('hpm', new Date(Date.UTC(2026, 0, 1, 23)))).toBe('11PM')
  })
})
