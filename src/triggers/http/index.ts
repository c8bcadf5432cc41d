import { AUTH_SECRETS, AUTH_TEMPLATES } from '../../http/auth.ts'
import { checkHeaderName } from '../../http/headers.ts'
import { UnsendableRequest } from '../../http/http-error.ts'
import { parseTarget } from '../../http/target.ts'
import type { PluginContext } from '../../plugin/context.ts'
import type { TraceParent, Trigger, TriggerResult } from '../../plugin/trigger.ts'
import type { HttpOptions } from './options.ts'
import { HTTP_SCHEMA } from './schema.ts'

const AUTH_KEYS = ['auth', 'authentication']

/** Sends one HTTP request. Whatever is answered is data. */
export const httpTrigger: Trigger<HttpOptions> = {
  kind: 'http',
  optionsKey: 'httpRequest',
  schema: HTTP_SCHEMA,
  templates: [
    ['url'],
    ['headers', '*', 'key'],
    ['headers', '*', 'value'],
    ['body'],
    ...AUTH_KEYS.flatMap(key => AUTH_TEMPLATES.map(path => [key, ...path]))
  ],
  secrets: AUTH_KEYS.flatMap(key => AUTH_SECRETS.map(path => [key, ...path])),
  files: [['body']],
  relativeUrls: [['url']],
  refuseText(path, text) {
    try {
      if (path[0] === 'url') parseTarget(text)
      if (path[0] === 'headers' && path.at(-1) === 'key') checkHeaderName(text)
      return undefined
    } catch (error) {
      if (error instanceof UnsendableRequest) return error.message
      throw error
    }
  },
  async run(options: HttpOptions, parent: TraceParent, context: PluginContext): Promise<TriggerResult> {
    // The client is loaded when something is sent: most commands send nothing.
    const { sendHttp } = await import('./send.ts')
    return sendHttp(options, parent, context)
  }
}
