const NANOS_PER_MS = 1e6

/** A time for reading: three digits at most, in the unit that suits it. */
export function renderDuration(nanos: number, micro: string = 'µ'): string {
  const [amount, unit] = scale(Math.abs(nanos), micro)
  return `${nanos < 0 ? '-' : ''}${amount} ${unit}`
}

/** As {@link renderDuration}, of milliseconds; less than one is none that a person notices. */
export function renderMs(ms: number): string {
  return renderDuration(Math.round(ms) * NANOS_PER_MS)
}

function scale(nanos: number, micro: string): readonly [string, string] {
  if (nanos < 1e3) return [String(Math.round(nanos)), nanos === 0 ? 'ms' : 'ns']
  if (nanos < 999.5e3) return [threeDigits(nanos / 1e3), `${micro}s`]
  if (nanos < 999.5e6) return [threeDigits(nanos / 1e6), 'ms']
  if (nanos < 119.5e9)
    return [nanos < 9.95e9 ? (nanos / 1e9).toFixed(1) : String(Math.round(nanos / 1e9)), 's']
  const seconds = Math.round(nanos / 1e9)
  return [`${Math.floor(seconds / 60)} m ${seconds % 60}`, 's']
}

function threeDigits(amount: number): string {
  return amount < 9.95 ? String(Number(amount.toFixed(1))) : String(Math.round(amount))
}

/** `1 span`, `1,204 spans`. */
export function renderCount(count: number, noun: string): string {
  return `${renderNumber(count)} ${count === 1 ? noun : `${noun}s`}`
}

/** A whole number for reading: `1,204`. Not by `toLocaleString`, which loads the rules of all languages first. */
export function renderNumber(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',')
}
