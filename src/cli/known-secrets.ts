import type { Mask } from '../model/mask.ts'
import type { Header } from '../model/response.ts'
import { passwordsIn } from '../model/url-secrets.ts'
import { CREDENTIAL_HEADERS, SECRET_NAME } from '../plan/secret-variables.ts'
import type { Trigger } from '../plugin/trigger.ts'

/**
 * The same trigger; what it sends as a credential is known to the mask before it is sent, so that neither
 * an answer that repeats it nor an error shows it.
 */
export function withKnownSecrets<Options>(trigger: Trigger<Options>, mask: Mask): Trigger<Options> {
  return {
    ...trigger,
    async run(options, parent, context) {
      mask.add(trigger.secrets.flatMap(path => textsAt(options, path)))
      mask.add(headersOf(options).flatMap(credentialsOf))
      mask.add(secretVariablesOf(options))
      mask.add(passwordsOf(options))
      const result = await trigger.run(options, parent, context)
      mask.add(result.sentHeaders.flatMap(credentialsOf))
      return result
    }
  }
}

function textsAt(value: unknown, path: readonly string[]): readonly string[] {
  const [key, ...rest] = path
  if (key === undefined) return typeof value === 'string' ? [value] : []
  if (typeof value !== 'object' || value === null) return []
  const next = key === '*' ? Object.values(value) : [(value as Record<string, unknown>)[key]]
  return next.flatMap(item => textsAt(item, rest))
}

function headersOf(options: unknown): readonly Header[] {
  const { headers, metadata } = (options ?? {}) as { readonly headers?: unknown; readonly metadata?: unknown }
  return [headers, metadata].flatMap(list => (Array.isArray(list) ? list.filter(isHeader) : []))
}

function secretVariablesOf(options: unknown): readonly string[] {
  const { env } = (options ?? {}) as { readonly env?: Readonly<Record<string, unknown>> }
  return Object.entries(env ?? {}).flatMap(([name, value]) =>
    SECRET_NAME.test(name) && typeof value === 'string' ? [value] : []
  )
}

function passwordsOf(options: unknown): readonly string[] {
  const { url } = (options ?? {}) as { readonly url?: unknown }
  return typeof url === 'string' ? passwordsIn(url) : []
}

function isHeader(value: unknown): value is Header {
  const { key, value: text } = (value ?? {}) as Partial<Header>
  return typeof key === 'string' && typeof text === 'string'
}

/** The value as it is sent, and what follows the scheme in it. */
function credentialsOf({ key, value }: Header): readonly string[] {
  if (!CREDENTIAL_HEADERS.has(key.toLowerCase())) return []
  const parts = value.trim().split(/\s+/)
  return parts.length === 2 ? [value, parts[1]!] : [value]
}
