import type { PluginContext } from '../../plugin/context.ts'
import type { TraceParent, Trigger, TriggerResult } from '../../plugin/trigger.ts'
import { HTTP_TARGET } from '../http-options.ts'
import type { HttpOptions } from './options.ts'
import { HTTP_SCHEMA } from './schema.ts'

/** Sends one HTTP request. Whatever is answered is data. */
export const httpTrigger: Trigger<HttpOptions> = {
  ...HTTP_TARGET,
  kind: 'http',
  optionsKey: 'httpRequest',
  schema: HTTP_SCHEMA,
  templates: [...HTTP_TARGET.templates, ['body']],
  files: [['body']],
  async run(options: HttpOptions, parent: TraceParent, context: PluginContext): Promise<TriggerResult> {
    // The client is loaded when something is sent: most commands send nothing.
    const { sendHttp } = await import('./send.ts')
    return sendHttp(options, parent, context)
  }
}
