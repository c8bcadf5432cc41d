/** What a duration looks like, as Go writes it: `1m30s`, `200ms`, `0`. */
export const DURATION_PATTERN = '^(?:0|(?:(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+)$'

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000
}

/** Milliseconds of a duration; undefined where the text is none. */
export function parseDurationMs(text: string): number | undefined {
  if (text === '0') return 0
  if (!new RegExp(DURATION_PATTERN).test(text)) return undefined
  let total = 0
  for (const [, amount, unit] of text.matchAll(/([0-9.]+)(ns|us|µs|μs|ms|s|m|h)/g))
    total += Number(amount) * UNIT_MS[unit!]!
  return total
}

/** A duration as one would write it: `1m30s`, `200ms`. */
export function renderDurationMs(ms: number): string {
  if (ms < 1000) return `${Number(ms.toFixed(3))}ms`
  const minutes = Math.floor(ms / 60_000)
  const seconds = Number(((ms - minutes * 60_000) / 1000).toFixed(3))
  if (minutes === 0) return `${seconds}s`
  return seconds === 0 ? `${minutes}m` : `${minutes}m${seconds}s`
}
