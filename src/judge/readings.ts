import { parseDuration, parseNumber } from '../language/literals.ts'
import { type Duration, durationOf } from '../language/values.ts'

const LONGEST_NUMBER = 400

/** The number that a text says by JSON's grammar; nothing where it says another thing. */
export function readNumber(text: string): bigint | number | undefined {
  return text.length <= LONGEST_NUMBER ? parseNumber(text) : undefined
}

/** The duration that a text says with its unit, and how precisely it says it. */
export function readDuration(text: string): Duration | undefined {
  const facts = text.length <= LONGEST_NUMBER ? parseDuration(text) : undefined
  return facts && durationOf(facts.nanos, { unit: facts.unit, decimals: facts.decimals })
}

const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,18}))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/

/** The moment that a text says by RFC 3339, in nanoseconds since the Unix epoch. */
export function readInstant(text: string): bigint | undefined {
  const match = INSTANT.exec(text)
  if (!match) return undefined
  const [, year, month, day, hour, minute, second, fraction = '', sign, offsetHour, offsetMinute] = match
  const millis = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second)
  )
  // Date.UTC lets 31 February be 3 March; RFC 3339 does not.
  if (new Date(millis).getUTCDate() !== Number(day) || Number(month) > 12 || Number(hour) > 23)
    return undefined
  const offsetMinutes = sign === undefined ? 0 : Number(offsetHour) * 60 + Number(offsetMinute)
  const shifted = millis - (sign === '-' ? -offsetMinutes : offsetMinutes) * 60_000
  return BigInt(shifted) * 1_000_000n + BigInt(fraction.padEnd(9, '0').slice(0, 9))
}
