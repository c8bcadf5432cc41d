import {
  type Duration,
  isArray,
  isDuration,
  isMap,
  jsonText,
  kindOf,
  textOf,
  type Value
} from '../language/values.ts'
import { type Span, serviceName } from '../model/span.ts'

/** A value as a report shows it: text in quotes, durations rounded for the eye. */
export function showValue(value: Value, nextTo?: Duration): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (isDuration(value)) return showDuration(value.nanos, nextTo?.nanos)
  return textOf(value)
}

/**
 * A value in a sentence, with its type: `the text "abc"`, `the int 5`. Never cut off: of a part of a secret nobody could
 * tell any more that it has to be hidden.
 */
export function describeValue(value: Value): string {
  if (value === null) return 'null'
  const shown = isArray(value) || isMap(value) ? jsonText(value) : showValue(value)
  const kind = kindOf(value)
  return `the ${kind === 'string' ? 'text' : kind} ${shown}`
}

const UNITS = [
  ['h', 3_600_000_000_000n],
  ['m', 60_000_000_000n],
  ['s', 1_000_000_000n],
  ['ms', 1_000_000n],
  ['µs', 1000n]
] as const
const SIGNIFICANT_DIGITS = 4

/** A duration in its unit, with four digits, or as many as tell it from the one that it is compared with. */
export function showDuration(nanos: bigint, nextTo?: bigint): string {
  if (nanos < 0n) return `-${showDuration(-nanos, nextTo === undefined ? undefined : -nextTo)}`
  const [unit, size] = UNITS.find(([, nanosOf]) => nanos >= nanosOf) ?? ['ns', 1n]
  if (size === 1n) return `${nanos} ns`
  const whole = (nanos / size).toString()
  const limit = size.toString().length + 2
  for (let decimals = Math.max(0, SIGNIFICANT_DIGITS - whole.length); ; decimals++) {
    const shown = roundedText(nanos, size, decimals)
    const isTold = nextTo === undefined || nextTo === nanos || roundedText(nextTo, size, decimals) !== shown
    if (isTold || decimals >= limit) return `${shown} ${unit}`
  }
}

function roundedText(nanos: bigint, size: bigint, decimals: number): string {
  const scale = 10n ** BigInt(decimals)
  const scaled = (nanos * scale + size / 2n) / size
  const fraction =
    decimals === 0 ? '' : (scaled % scale).toString().padStart(decimals, '0').replace(/0+$/, '')
  return `${scaled / scale}${fraction === '' ? '' : `.${fraction}`}`
}

/** A span in a sentence: its name, and the service where it says one. */
export function describeSpan(span: Span): string {
  const service = serviceName(span)
  return service === '' ? `"${span.name}"` : `"${span.name}" of ${service}`
}

/** `1 span`, `41 spans`. */
export function countSpans(spans: number): string {
  return spans === 1 ? '1 span' : `${spans} spans`
}
