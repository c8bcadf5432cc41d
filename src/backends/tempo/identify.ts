import { headerOf } from '../../http/headers.ts'
import type { LookAnswer, LookClient } from '../../http/look-client.ts'
import type { BackendIdentity } from '../../plugin/trace-backend.ts'

type Answered = Extract<LookAnswer, { status: 'answered' }>

/** Asks for the version; where that is not told, whether anybody of that name answers at all. */
export async function identifyTempo(client: LookClient, signal: AbortSignal): Promise<BackendIdentity> {
  for (const path of ['/api/status/buildinfo', '/api/echo', '/ready']) {
    const look = await client.get(path, { accept: '*/*', signal })
    if (look.status === 'answered' && look.answer.status < 300) return identityOf(look)
  }
  return {}
}

function identityOf({ answer }: Answered): BackendIdentity {
  const version = versionIn(Buffer.from(answer.body).toString('utf8'))
  const date = Date.parse(headerOf(answer.headers, 'date') ?? '')
  return {
    ...(version === undefined ? {} : { version: `Tempo ${version}` }),
    protocol: 'HTTP API',
    ...(Number.isNaN(date) ? {} : { clockUnixNano: BigInt(date) * 1_000_000n })
  }
}

/** Plain, or under `data` as Prometheus has it. */
function versionIn(text: string): string | undefined {
  return /^\s*\{.*?"version"\s*:\s*"v?([^"]+)"/s.exec(text)?.[1]
}
