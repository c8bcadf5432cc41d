/** What the process says to its caller. Public API: listed in `--help` and in the docs. */
export type ExitCode = 0 | 1 | 2 | 3 | 70 | 130

/** The gravest of several, in the documented order 70 > 130 > 2 > 1 > 3 > 0. */
export function gravestExitCode(codes: Iterable<ExitCode>): ExitCode {
  const order: readonly ExitCode[] = [0, 3, 1, 2, 130, 70]
  let gravest: ExitCode = 0
  for (const code of codes) if (order.indexOf(code) > order.indexOf(gravest)) gravest = code
  return gravest
}
