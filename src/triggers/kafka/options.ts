import type { TlsOptions } from '../../http/tls-options.ts'
import type { Header } from '../../model/response.ts'
import type { FileText } from '../../plugin/trigger.ts'

/** The mechanisms of SASL, by the values of `authentication.type`. */
export const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const
export type Mechanism = (typeof MECHANISMS)[number]

interface Credentials {
  readonly username: string
  readonly password: string
}

/** Tracetest's `authentication` block, with SCRAM. */
export interface KafkaAuth extends Readonly<Partial<Record<Mechanism, Credentials>>> {
  readonly type: Mechanism
}

/** What stands under `trigger.kafka`, with its templates and paths resolved. */
export interface KafkaOptions {
  /** `host:port`, one or several with commas between them. */
  readonly brokerUrls: readonly string[]
  readonly topic: string
  /** Absent: by the key, as Java's client does it. */
  readonly partition?: number
  readonly headers?: readonly Header[]
  readonly messageKey?: string
  readonly messageValue?: string | FileText
  readonly authentication?: KafkaAuth
  /** As the server of Tracetest spells it. */
  readonly authetication?: KafkaAuth
  /** Turns TLS on. */
  readonly sslVerification?: boolean
  /** Present, and not `insecure`: turns TLS on. */
  readonly tls?: TlsOptions
  readonly clientId?: string
}

/** Whether the connection is secured. */
export function speaksTls({ sslVerification, tls }: KafkaOptions): boolean {
  return tls === undefined ? sslVerification === true : tls.insecure !== true
}

/** The addresses of the brokers, each once. */
export function brokersOf({ brokerUrls }: KafkaOptions): readonly string[] {
  return [...new Set(brokerUrls.flatMap(splitBrokers))]
}

/** Why nobody can be reached at an address, in words; undefined where somebody may be. */
export function refuseBrokers(written: string): string | undefined {
  const addresses = splitBrokers(written)
  if (addresses.length === 0) return 'no broker is named: write HOST:PORT'
  for (const address of addresses) {
    if (splitAddress(address) !== undefined) continue
    const bare = /^\w+:\/\/([^/?#@]+)/.exec(address)?.[1]
    return bare === undefined
      ? `the broker \`${address}\` is not HOST:PORT`
      : `the broker \`${address}\` is not HOST:PORT: write \`${bare}\``
  }
  return undefined
}

/** The two halves of `host:port`; undefined where it is none. */
export function splitAddress(address: string): { readonly host: string; readonly port: number } | undefined {
  const [, bracketed, plain, port] = /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s:/[\]@]+)):(\d{1,5})$/.exec(address) ?? []
  const host = bracketed ?? plain
  return host === undefined || Number(port) > 65_535 ? undefined : { host, port: Number(port) }
}

/** Why no topic can have a name, in words; undefined where one may. */
export function refuseTopic(name: string): string | undefined {
  if (name === '') return 'the topic has no name'
  return /^[\w.-]{1,249}$/.test(name) && !/^\.{1,2}$/.test(name)
    ? undefined
    : `\`${name}\` cannot be the name of a topic: it may have letters, digits, \`.\`, \`_\` and \`-\`, 249 at most`
}

function splitBrokers(written: string): readonly string[] {
  return written
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')
}
