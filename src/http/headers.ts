import type { HeaderPair } from './client.ts'
import { UnsendableRequest } from './http-error.ts'

/** The connection makes these itself. */
const MANAGED_HEADERS = new Set(['transfer-encoding', 'keep-alive', 'upgrade', 'expect'])

/** The first value of a header, whose name is given in lower case. */
export function headerOf(headers: readonly HeaderPair[], name: string): string | undefined {
  return headers.find(([key]) => key.toLowerCase() === name)?.[1]
}

/** Answers the name of a header that may be sent. */
export function checkHeaderName(name: string): string {
  if (MANAGED_HEADERS.has(name.toLowerCase()))
    throw new UnsendableRequest(`the header ${name} cannot be set: the connection makes it itself`)
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name))
    throw new UnsendableRequest(`"${name}" cannot be the name of a header`)
  return name
}
