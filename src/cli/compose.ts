import { fileBackend } from '../backends/file/index.ts'
import { jaegerBackend } from '../backends/jaeger/index.ts'
import { otlpBackend } from '../backends/otlp/index.ts'
import { tempoBackend } from '../backends/tempo/index.ts'
import { zipkinBackend } from '../backends/zipkin/index.ts'
import type { Mask } from '../model/mask.ts'
import type { Registry } from '../plan/registry.ts'
import { buildRegistry } from '../plan/registry.ts'
import type { Trigger } from '../plugin/trigger.ts'
import { execTrigger } from '../triggers/exec/index.ts'
import { graphqlTrigger } from '../triggers/graphql/index.ts'
import { grpcTrigger } from '../triggers/grpc/index.ts'
import { httpTrigger } from '../triggers/http/index.ts'
import { kafkaTrigger } from '../triggers/kafka/index.ts'
import { rabbitMqTrigger } from '../triggers/rabbitmq/index.ts'
import { starterTriggers, traceIdTrigger } from '../triggers/traceid/index.ts'
import { withKnownSecrets } from './known-secrets.ts'

const TRIGGERS: readonly Trigger<unknown>[] = [
  httpTrigger,
  graphqlTrigger,
  grpcTrigger,
  kafkaTrigger,
  rabbitMqTrigger,
  execTrigger,
  ...starterTriggers,
  traceIdTrigger
]

/** All triggers and backends that there are. */
export function composeRegistry(mask: Mask): Registry {
  return buildRegistry(
    TRIGGERS.map(trigger => withKnownSecrets(trigger, mask)),
    [otlpBackend, fileBackend, tempoBackend, jaegerBackend, zipkinBackend]
  )
}
