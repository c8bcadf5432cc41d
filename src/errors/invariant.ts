/** States what must be so; a failure is a bug of tracerun and is reported as one. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${message}`)
}
