import { BackendError } from '../../errors/errors.ts'
import type { HeadersOption } from '../http-options.ts'

/** The header by which Tempo tells tenants apart. */
export const TENANT_HEADER = 'X-Scope-OrgID'

/** The headers with the tenant among them, in the place of another. */
export function withTenant(headers: HeadersOption | undefined, tenant: string | undefined): HeadersOption {
  if (tenant === undefined) return headers ?? {}
  const pairs = Array.isArray(headers)
    ? (headers as readonly { readonly key: string; readonly value: string }[])
    : Object.entries(headers ?? {}).map(([key, value]) => ({ key, value: String(value) }))
  const others = pairs.filter(({ key }) => key.toLowerCase() !== TENANT_HEADER.toLowerCase())
  return [...others, { key: TENANT_HEADER, value: tenant }]
}

/** A store with tenants says `no org id`, which tells nobody what to write. Throws what it is given, or a better word for it. */
export function explainTenant(error: unknown): never {
  if (
    error instanceof BackendError &&
    error.code === 'BACKEND_UNAUTHORIZED' &&
    /no org ?id/i.test(error.message)
  )
    throw new BackendError({
      code: error.code,
      message: error.message,
      hint: `This Tempo has several tenants: name yours with \`tenant: NAME\` under \`tempo\`; it is sent as ${TENANT_HEADER}.`,
      cause: error
    })
  throw error
}
