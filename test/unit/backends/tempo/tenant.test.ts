import { expect, test } from 'vitest'
import { tempoBackend } from '../../../../src/backends/tempo/index.ts'
import type { FetchResult } from '../../../../src/plugin/trace-backend.ts'
import { contextOf } from '../../../contract/trigger.ts'
import { type GrpcServer, startGrpcServer } from '../../../support/grpc-server.ts'
import { tempoV2Protobuf } from '../../../support/tempo-forms.ts'
import { TRACE_ID } from '../../../support/trace-builder.ts'

async function look({ port }: GrpcServer, tenant?: string): Promise<FetchResult> {
  const options = { type: 'grpc', grpc: { endpoint: `127.0.0.1:${port}` } } as const
  await using session = await tempoBackend.open(
    tenant === undefined ? options : { ...options, tenant },
    contextOf()
  )
  return await session.fetch(TRACE_ID, new AbortController().signal)
}

test('by gRPC the tenant is sent too, and the error says how to name it where it is missing', async () => {
  await using server = await startGrpcServer({
    'tempopb.Querier/FindTraceByID': ({ headers }) =>
      headers['x-scope-orgid'] === 'shop'
        ? { messages: [tempoV2Protobuf([])] }
        : { code: 'UNAUTHENTICATED', details: 'no org id' }
  })
  expect(await look(server, 'shop')).toEqual({ status: 'absent' })
  await expect(look(server)).rejects.toMatchObject({
    code: 'BACKEND_UNAUTHORIZED',
    hint: expect.stringContaining('`tenant: NAME`') as string
  })
})
