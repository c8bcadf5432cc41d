// A trace of ten thousand spans, as a file of OTLP JSON: an import that asks a catalogue for each of its lines.
const SERVICES = ['gateway', 'importer', 'catalogue', 'stock', 'pricing', 'search']
const START = 1_760_000_000_000_000_000n

/** `spans` spans in batches, all below one root. */
export function largeTrace(spans) {
  const bySpan = []
  const add = (service, name, parent, at, nanos, more = {}) => {
    const spanId = (bySpan.length + 1).toString(16).padStart(16, '0')
    const startTimeUnixNano = String(START + BigInt(at))
    const endTimeUnixNano = String(START + BigInt(at + nanos))
    bySpan.push({
      service,
      span: {
        ...{ traceId: 'c0ffee00000000000000000000000001', spanId, parentSpanId: parent, name, kind: 2 },
        ...{ startTimeUnixNano, endTimeUnixNano, ...more }
      }
    })
    return spanId
  }
  const text = (key, stringValue) => ({ key, value: { stringValue } })
  const batches = Math.floor((spans - 2) / 40)
  const root = add('gateway', 'POST /import', undefined, 0, batches * 31e6 + 50e6)
  const job = add('importer', 'import catalogue', root, 8e6, batches * 31e6 + 30e6)
  for (let batch = 0; batch < batches; batch++) {
    const at = 12e6 + batch * 31e6
    const parent = add('importer', `batch ${batch + 1}`, job, at, 30e6)
    for (let line = 0; line < 39 && bySpan.length < spans; line++) {
      const service = SERVICES[2 + (line % 4)]
      const isError = batch % 17 === 3 && line === 21
      add(service, `${service} line ${line + 1}`, parent, at + line * 7e5, 6e5 + (line % 5) * 2e5, {
        attributes: [
          text('sku', `SKU-${batch * 39 + line}`),
          ...(line % 4 === 1 ? [text('db.system.name', 'postgresql')] : [])
        ],
        status: isError ? { code: 2, message: 'no such SKU' } : {}
      })
    }
  }
  return {
    resourceSpans: SERVICES.map(service => ({
      resource: { attributes: [text('service.name', service)] },
      scopeSpans: [{ spans: bySpan.filter(one => one.service === service).map(one => one.span) }]
    }))
  }
}

/** A test that such a trace does not pass. */
export const LARGE_TEST = `type: Test
spec:
  name: an import of the whole catalogue
  tags: [nightly]
  trigger: { type: http, httpRequest: { method: POST, url: http://localhost:8080/import } }
  specs:
    - name: no line is refused
      selector: span:error
      assertions: [count() = 0]
    - name: one query a batch
      selector: span[name starts-with "batch"]
      assertions: ['count(:scope > span[db.system.name="postgresql"]) <= 10']
`
