import { BackendError } from '../../errors/errors.ts'
import type { ListenAddress } from '../../otlp/receiver.ts'
import { formatAddress } from '../../otlp/receiver.ts'
import type { ForwardTarget } from './forward-options.ts'

/** Throws where what is forwarded would come back at once. */
export function refuseLoop({ origin, name }: ForwardTarget, addresses: readonly ListenAddress[]): void {
  const { hostname, port, protocol } = new URL(origin)
  const host = hostname.replace(/^\[|\]$/g, '')
  const target = Number(port === '' ? (protocol === 'https:' ? 443 : 80) : port)
  const own = addresses.find(
    address =>
      address.port === target &&
      (address.host === host || (isThisMachine(host) && (isThisMachine(address.host) || isAny(address.host))))
  )
  if (own === undefined) return
  throw new BackendError({
    code: 'BACKEND_REJECTED',
    message: `the OTLP receiver cannot forward to ${name}: it listens there itself, on ${formatAddress(own)}`,
    hint: 'let the Collector listen elsewhere and forward to that address; or let this run listen elsewhere, with --otlp-listen'
  })
}

function isThisMachine(host: string): boolean {
  return /^127\./.test(host) || host === '::1' || host === 'localhost' || isAny(host)
}

function isAny(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}
