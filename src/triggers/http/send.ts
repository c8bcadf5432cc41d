import { UnsendableRequest } from '../../http/http-error.ts'
import type { TraceParent, TriggerContext, TriggerResult } from '../../plugin/trigger.ts'
import { sendHttpCall } from '../http-call.ts'
import type { HttpOptions } from './options.ts'

/** Sends the request once, follows redirects, and hands on whatever is answered. */
export async function sendHttp(
  options: HttpOptions,
  parent: TraceParent,
  context: TriggerContext
): Promise<TriggerResult> {
  return await sendHttpCall(
    {
      options,
      method: options.method ?? 'GET',
      defaultHeaders: [['accept', '*/*']],
      optionsKey: 'httpRequest',
      readBody: () => readBody(options, context)
    },
    parent,
    context
  )
}

async function readBody({ body }: HttpOptions, context: TriggerContext): Promise<Uint8Array | undefined> {
  if (body === undefined || body === '') return undefined
  if (typeof body === 'string') return Buffer.from(body, 'utf8')
  try {
    return await context.readFile(body.file)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UnsendableRequest(`its body cannot be read from ${body.file}: ${reason}`, { cause: error })
  }
}
