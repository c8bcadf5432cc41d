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
  if (/^unix:./.test(address)) return undefined
  const [, port] = /^(?:dns:(?:\/\/\/)?)?(?:\[[0-9A-Fa-f:.]+\]|[^\s:/@[\]]+):(\d{1,5})$/.exec(address) ?? []
  if (port !== undefined)
    return Number(port) > 0 && Number(port) < 65_536
      ? undefined
      : `the address \`${address}\` has no port that there is: from 1 to 65535`
  const [, scheme, host] = /^(\w+):\/\/([^/?#]+)/.exec(address) ?? []
  if (host === undefined)
    return `the address \`${address}\` is not HOST:PORT${/^[\w.-]+$/.test(address) ? ': it lacks the port' : ''}`
  const isSecure = /^(?:https|grpcs)$/i.test(scheme ?? '')
  const usual = /:\d+$/.test(host) ? '' : isSecure ? ':443' : ':80'
  return `the address \`${address}\` is not HOST:PORT: write \`${host}${usual}\`${isSecure ? ', and `tls: {}` beside it' : ''}`
}
