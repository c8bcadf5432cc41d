import type { HeaderPair } from './client.ts'
import { headerOf } from './headers.ts'

/** The milliseconds to wait that an answer asks for, as seconds or as a date of its sender's clock. */
export function retryAfterMs(headers: readonly HeaderPair[], nowUnixMs: number): number | undefined {
  const value = headerOf(headers, 'retry-after')?.trim()
  if (value === undefined) return undefined
  if (/^\d+(\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1000)
  const until = Date.parse(value)
  if (Number.isNaN(until)) return undefined
  const theirNow = Date.parse(headerOf(headers, 'date') ?? '')
  return Math.max(0, until - (Number.isNaN(theirNow) ? nowUnixMs : theirNow))
}
