import { fileBackend } from '../backends/file/index.ts'
import { jaegerBackend } from '../backends/jaeger/index.ts'
import { otlpBackend } from '../backends/otlp/index.ts'
import { tempoBackend } from '../backends/tempo/index.ts'
import { zipkinBackend } from '../backends/zipkin/index.ts'
import type { Mask } from '../model/mask.ts'
import type { Registry } from '../plan/registry.ts'
import { buildRegistry } from '../plan/registry.ts'
import { graphqlTrigger } from '../triggers/graphql/index.ts'
import { grpcTrigger } from '../triggers/grpc/index.ts'
import { httpTrigger } from '../triggers/http/index.ts'
import { withKnownSecrets } from './known-secrets.ts'

/** All triggers and backends that there are. */
export function composeRegistry(mask: Mask): Registry {
  return buildRegistry(
    [withKnownSecrets(httpTrigger, mask), withKnownSecrets(graphqlTrigger, mask), withKnownSecrets(grpcTrigger, mask)],
    [otlpBackend, fileBackend, tempoBackend, jaegerBackend, zipkinBackend]
  )
}
