import { refuseMetadata } from '../../grpc/metadata.ts'
import { credentialsOf } from '../../http/auth.ts'
import type { HeaderPair } from '../../http/client.ts'
import type { TraceParent } from '../../plugin/trigger.ts'
import type { GrpcOptions } from './options.ts'
import { UnsendableCall } from './unsendable-call.ts'

/** What goes with a call, by names in lower case. */
export interface BuiltMetadata {
  /** Of the test: metadata and credentials. */
  readonly own: readonly HeaderPair[]
  /** The same with the trace context. */
  readonly sent: readonly HeaderPair[]
  readonly warnings: readonly string[]
}

/** Puts together what the test, its `auth` and the trace context say. Throws `UnsendableCall`. */
export function buildMetadata(options: GrpcOptions, parent: TraceParent): BuiltMetadata {
  const warnings: string[] = []
  const metadata = new Map<string, string>()
  for (const { key, value } of options.metadata ?? []) {
    const refusal = refuseMetadata(key, value)
    if (refusal !== undefined) throw new UnsendableCall(refusal)
    const name = key.toLowerCase()
    if (metadata.has(name))
      warnings.push(`the metadata ${name} stands in the test more than once: the last one was sent`)
    metadata.set(name, value)
  }
  const credentials = credentialOf(options)
  if (credentials !== undefined) {
    const [name, value] = credentials
    if (metadata.has(name)) warnings.push(`the metadata ${name} of the test was replaced: auth sets it`)
    metadata.set(name, value)
  }
  const own = [...metadata].filter(([name]) => !(name in parent.headers))
  for (const name of metadata.keys())
    if (name in parent.headers)
      warnings.push(`the metadata ${name} of the test was replaced: it carries the trace context`)
  return { own, sent: [...own, ...Object.entries(parent.headers)], warnings }
}

function credentialOf({ auth, authentication }: GrpcOptions): HeaderPair | undefined {
  const given = auth ?? authentication
  if (given === undefined) return undefined
  const { header, query } = credentialsOf(given)
  if (query !== undefined)
    throw new UnsendableCall('gRPC has no query that the key of `auth` could stand in', 'Write `in: header`.')
  if (header === undefined) return undefined
  const refusal = refuseMetadata(header.key, header.value)
  if (refusal !== undefined) throw new UnsendableCall(`\`auth\`: ${refusal}`)
  return [header.key.toLowerCase(), header.value]
}
