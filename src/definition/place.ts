/** A line of a file, as editors and our own messages write it. */
export interface Place {
  readonly path: string
  /** From 1. */
  readonly line: number
}

/** Reads `checkout.yaml:17` and `checkout.yaml:17:5`; undefined for a path without a line, and for a URL. */
export function parsePlace(text: string): Place | undefined {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(text)) return undefined
  const [, path = '', line = ''] = /^(.*?[^:]):(\d{1,9})(?::\d{1,9})?$/s.exec(text) ?? []
  return path === '' || Number(line) === 0 ? undefined : { path, line: Number(line) }
}
