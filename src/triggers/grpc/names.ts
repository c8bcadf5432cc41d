/** The two halves of `pkg.Service.Method` or `pkg.Service/Method`; undefined where it is neither. */
export function splitMethod(
  written: string
): { readonly service: string; readonly method: string } | undefined {
  const [, service, method] = /^\/?((?:\w+\.)*\w+)[./](\w+)$/.exec(written.trim()) ?? []
  return service === undefined || method === undefined ? undefined : { service, method }
}

/** Why a text names no method, in words; undefined where it may name one. */
export function refuseMethod(written: string): string | undefined {
  return splitMethod(written) === undefined
    ? `\`${written}\` names no method: write \`package.Service/Method\``
    : undefined
}

/** Why nobody can be called at an address; undefined where somebody may be. */
export function refuseAddress(written: string): string | undefined {
  const address = written.trim()
  if (/^(?:dns:\/{2,3})?(?:\[[0-9A-Fa-f:.]+\]|[^\s:/[\]]+):\d{1,5}$/.test(address) || /^unix:./.test(address))
    return undefined
  const [, scheme, rest] = /^(\w+):\/\/([^/?#]+)/.exec(address) ?? []
  if (scheme === undefined) return `the address \`${address}\` is not HOST:PORT`
  const isSecure = /^(?:https|grpcs)$/i.test(scheme)
  return `the address \`${address}\` is not HOST:PORT: write \`${rest ?? ''}\`${isSecure ? ', and `tls: {}` beside it' : ''}`
}
