import { tempoBackend } from '../../../../src/backends/tempo/index.ts'
import type { TempoOptions } from '../../../../src/backends/tempo/options.ts'
import type { Span } from '../../../../src/model/span.ts'
import type { BackendContract, WireSpan } from '../../../contract/trace-backend.ts'
import { describeTraceBackend } from '../../../contract/trace-backend.ts'
import { tempoV1Json, tempoV2Protobuf } from '../../../support/tempo-forms.ts'
import { buildSpan } from '../../../support/trace-builder.ts'

const spansOf = (spans: readonly WireSpan[]): readonly Span[] =>
  spans.map(span => {
    const { parentSpanId: _, ...built } = buildSpan({ id: 'any' })
    return { ...built, ...span }
  })

const contract: BackendContract<TempoOptions> = {
  backend: tempoBackend,
  options: url => ({ url }),
  wire: {
    found: spans => ({
      headers: { 'content-type': 'application/protobuf' },
      body: tempoV2Protobuf(spansOf(spans))
    }),
    absent: () => ({ headers: { 'content-type': 'application/protobuf' }, body: tempoV2Protobuf([]) }),
    partial: spans => ({
      headers: { 'content-type': 'application/protobuf' },
      body: tempoV2Protobuf(spansOf(spans), { partial: 'Trace exceeds maximum size of 5000000 bytes' })
    })
  }
}

describeTraceBackend(contract)

describeTraceBackend<TempoOptions>({
  ...contract,
  options: url => ({ type: 'http', http: { url } }),
  wire: {
    found: spans => ({
      headers: { 'content-type': 'application/json' },
      body: tempoV1Json(spansOf(spans)).replace('"batches"', '"resourceSpans"')
    }),
    absent: () => ({ status: 404 })
  }
})
