import { BackendError } from '../../errors/errors.ts'
import { formatAddress, type ListenAddress, ListenError } from '../../otlp/receiver.ts'

/** Says why the receiver cannot listen, who is probably in the way, and what to do. */
export function explainListenError(error: unknown): never {
  if (!(error instanceof ListenError)) throw error
  const where = formatAddress(error.address)
  switch (error.code) {
    case 'EADDRINUSE':
      throw unreachable(
        error,
        `${enumerate([error.address, ...error.others])} already in use, ${culprit(error)}`,
        waysOut(error)
      )
    case 'EACCES':
      throw unreachable(
        error,
        `listening on ${where} is not permitted`,
        'ports below 1024 need privileges: choose another with --otlp-listen'
      )
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
      throw unreachable(
        error,
        `this machine does not have the address ${error.address.host}`,
        'name one that it has with --otlp-listen'
      )
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      throw unreachable(
        error,
        `the host ${error.address.host} has no address`,
        'name an IP address with --otlp-listen'
      )
    default:
      throw unreachable(error, error.message, 'name another address with --otlp-listen')
  }
}

function enumerate(addresses: readonly ListenAddress[]): string {
  const names = addresses.map(formatAddress)
  if (names.length === 1) return `${names[0]} is`
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)} are`
}

/** The addresses to propose, in turn: what is taken is no way out. */
const OTHER_PORTS = [14318, 24318, 34318]

function waysOut({ address, others, isTracerun }: ListenError): string {
  const taken = new Set([address, ...others].map(({ port }) => port))
  const elsewhere = `listen elsewhere with --otlp-listen 127.0.0.1:${OTHER_PORTS.find(port => !taken.has(port))}`
  if (isTracerun)
    return `wait until it has ended; or let this one ${elsewhere}, for a system of its own that sends there`
  return (
    `stop it; or let this run ${elsewhere} and point the exporters of the tested system there; ` +
    'or read the traces from where they go now, with a `dataStore`'
  )
}

function culprit(error: ListenError): string {
  if (error.isTracerun) return 'by another tracerun'
  return 'probably by an OpenTelemetry Collector, Jaeger, Tempo or an agent of your vendor: the usual owners of the OTLP ports'
}

function unreachable(cause: ListenError, message: string, hint: string): BackendError {
  return new BackendError({
    code: 'BACKEND_UNREACHABLE',
    message: `the OTLP receiver cannot start: ${message}`,
    hint,
    cause
  })
}
