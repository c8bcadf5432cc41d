import { AUTH_SECRETS, AUTH_TEMPLATES } from '../../http/auth.ts'
import { TLS_PATHS } from '../../http/tls-options.ts'
import type {
  ExamineContext,
  OptionProblem,
  TraceParent,
  Trigger,
  TriggerContext,
  TriggerResult
} from '../../plugin/trigger.ts'
import { refuseAddress, refuseMethod } from './names.ts'
import type { GrpcOptions } from './options.ts'
import { GRPC_SCHEMA } from './schema.ts'

/** Makes one gRPC call of any kind. Whatever is answered is data. */
export const grpcTrigger: Trigger<GrpcOptions> = {
  kind: 'grpc',
  optionsKey: 'grpc',
  schema: GRPC_SCHEMA,
  templates: [
    ['address'],
    ['method'],
    ['request'],
    ['metadata', '*', 'key'],
    ['metadata', '*', 'value'],
    ...AUTH_TEMPLATES
  ],
  secrets: AUTH_SECRETS,
  files: [['request']],
  paths: [['protobufFile'], ['descriptorSet'], ['importPaths', '*'], ...TLS_PATHS],
  refuseText(path, text) {
    if (path[0] === 'address') return refuseAddress(text)
    return path[0] === 'method' ? refuseMethod(text) : undefined
  },
  // What reads definitions and what calls are loaded where a test needs them: most commands do not.
  async examine(options: GrpcOptions, context: ExamineContext): Promise<readonly OptionProblem[]> {
    const { examineGrpc } = await import('./examine.ts')
    return await examineGrpc(options, context)
  },
  async run(options: GrpcOptions, parent: TraceParent, context: TriggerContext): Promise<TriggerResult> {
    const { sendGrpc } = await import('./send.ts')
    return await sendGrpc(options, parent, context)
  }
}
