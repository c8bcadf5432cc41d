import type {
  ExamineContext,
  OptionProblem,
  TraceParent,
  Trigger,
  TriggerContext,
  TriggerResult
} from '../../plugin/trigger.ts'
import { HTTP_TARGET } from '../http-options.ts'
import type { GraphqlOptions } from './options.ts'
import { GRAPHQL_SCHEMA } from './schema.ts'

/** Sends one GraphQL query or mutation by POST. Whatever is answered is data, errors included. */
export const graphqlTrigger: Trigger<GraphqlOptions> = {
  ...HTTP_TARGET,
  kind: 'graphql',
  optionsKey: 'graphql',
  schema: GRAPHQL_SCHEMA,
  templates: [
    ...HTTP_TARGET.templates,
    ['body', 'query'],
    ['body', 'operationName'],
    ['body', 'variables', '**']
  ],
  files: [['body', 'query']],
  paths: [...HTTP_TARGET.paths, ['schema']],
  // What reads queries is loaded where a test needs it: most commands do not.
  async examine(options: GraphqlOptions, context: ExamineContext): Promise<readonly OptionProblem[]> {
    const { examineGraphql } = await import('./examine.ts')
    return await examineGraphql(options, context)
  },
  async run(options: GraphqlOptions, parent: TraceParent, context: TriggerContext): Promise<TriggerResult> {
    const { sendGraphql } = await import('./send.ts')
    return await sendGraphql(options, parent, context)
  }
}
