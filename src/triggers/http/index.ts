import type {
  ExamineContext,
  OptionProblem,
  TraceParent,
  Trigger,
  TriggerContext,
  TriggerResult
} from '../../plugin/trigger.ts'
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
  // Certificates are read where a test names some: most do not.
  async examine({ tls }: HttpOptions, context: ExamineContext): Promise<readonly OptionProblem[]> {
    if (tls === undefined) return []
    const { tlsProblems } = await import('../tls-problems.ts')
    return await tlsProblems(tls, context)
  },
  async run(options: HttpOptions, parent: TraceParent, context: TriggerContext): Promise<TriggerResult> {
    // The client is loaded when something is sent: most commands send nothing.
    const { sendHttp } = await import('./send.ts')
    return sendHttp(options, parent, context)
  }
}
