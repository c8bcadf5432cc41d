import type { Settings } from '../definition/settings.ts'
import type { PlannedTest } from '../plan/plan.ts'
import type { WaitTarget } from '../process/wait-for.ts'
import { parseWaitTarget } from '../process/wait-for.ts'

/** Where the tests send to, as far as that is known before the first of them: each host and port once. */
export function testedAddresses(tests: readonly PlannedTest[], settings: Settings): readonly WaitTarget[] {
  const names = new Set(tests.flatMap(test => addressOf(test, settings) ?? []))
  return [...names].flatMap(name => parseWaitTarget(name) ?? [])
}

function addressOf({ trigger, variables }: PlannedTest, { endpoint }: Settings): string | undefined {
  const { url, address } = (trigger.options ?? {}) as { readonly url?: unknown; readonly address?: unknown }
  const written = [url, address].find(one => typeof one === 'string')
  if (typeof written !== 'string') return undefined
  const filled = written.replace(
    /\$\{(?:var|env):([\w.-]+)\}/g,
    (whole, name: string) => variables.get(name)?.value ?? whole
  )
  if (filled.includes('${') || /[\s]/.test(filled)) return undefined
  const isRelative = /^\/(?!\/)/.test(filled)
  const full = isRelative ? (endpoint?.value ?? '') : filled
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(full) ? full : `http://${full}`
  if (!URL.canParse(withScheme)) return undefined
  const { protocol, hostname, port } = new URL(withScheme)
  return `tcp://${hostname}:${port === '' ? (protocol === 'https:' ? 443 : 80) : port}`
}
