import { BackendError } from '../../errors/errors.ts'
import type { LookClient } from '../../http/look-client.ts'
import type { BackendIdentity } from '../../plugin/trace-backend.ts'
import type { Answered } from '../http-answer.ts'
import { answerText, bodyText, clockOf } from '../http-answer.ts'

/** Asks for the version; where that is not told, whether anybody of that name answers at all. */
export async function identifyTempo(client: LookClient, signal: AbortSignal): Promise<BackendIdentity> {
  let refusal = ''
  for (const path of ['/api/status/buildinfo', '/api/echo', '/ready']) {
    const look = await client.get(path, { accept: '*/*', signal })
    if (look.status === 'answered' && look.answer.status < 300) return identityOf(look)
    refusal =
      look.status === 'busy' ? look.reason : `${look.request} was answered with ${answerText(look.answer)}`
  }
  throw new BackendError({
    code: 'BACKEND_UNREACHABLE',
    message: refusal,
    hint: 'Is that Tempo, and is it ready? Its log may say why not.'
  })
}

function identityOf({ answer }: Answered): BackendIdentity {
  const version = versionIn(bodyText(answer))
  const clockUnixNano = clockOf(answer)
  return {
    ...(version === undefined ? {} : { version: `Tempo ${version}` }),
    protocol: 'HTTP API',
    ...(clockUnixNano === undefined ? {} : { clockUnixNano })
  }
}

/** Plain, or under `data` as Prometheus has it. */
function versionIn(text: string): string | undefined {
  return /^\s*\{.*?"version"\s*:\s*"v?([^"]+)"/s.exec(text)?.[1]
}
