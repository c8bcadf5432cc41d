/** A time as one writes it in a file: `200ms`, `1.5s`. */
export function renderDurationMs(ms: number): string {
  return ms < 1000 ? `${Math.max(0, Math.ceil(ms))}ms` : `${Math.round(ms / 100) / 10}s`
}

/** What to declare for a delay that was measured: with room for a busier day, half as long again, a fifth of a second at least. */
export function withRoom(ms: number): number {
  return Math.max(200, Math.ceil((ms * 1.5) / 100) * 100)
}
