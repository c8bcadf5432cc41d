// How fast the receiver's decoder is, as a ratio to protobufjs decoding to plain objects: at most 1 is promised.
import { readFileSync } from 'node:fs'
import protobuf from 'protobufjs'
import { loadSources } from '../scripts/load-sources.mjs'

const SPANS = 10_000
const ATTRIBUTES = 12
const ROUNDS = 15

const { decodeOtlpProtobuf, decodeOtlpJsonText, encodeOtlpJson } = await loadSources(`
  export { decodeOtlpProtobuf, decodeOtlpJsonText } from './src/otlp/decode.ts'
  export { encodeOtlpJson } from './src/otlp/encode.ts'
`)
const descriptors = JSON.parse(readFileSync('test/support/otlp-proto.json', 'utf8'))
const Request = protobuf.Root.fromJSON(descriptors).lookupType('ExportTraceServiceRequest')

const binary = Request.encode(Request.fromObject(request())).finish()
const json = JSON.stringify(encodeOtlpJson(decodeOtlpProtobuf(binary)))

const candidates = {
  'tracerun, protobuf to spans': () => decodeOtlpProtobuf(binary),
  'protobufjs to plain objects': () => Request.toObject(Request.decode(binary)),
  'protobufjs, decode alone': () => Request.decode(binary),
  'tracerun, JSON to spans': () => decodeOtlpJsonText(json),
  'JSON.parse alone': () => JSON.parse(json)
}
const medians = measure(candidates)

console.log(
  `${SPANS} spans, ${ATTRIBUTES} attributes each: ${mb(binary.length)} protobuf, ${mb(json.length)} JSON`
)
for (const [name, ms] of Object.entries(medians))
  console.log(`  ${name.padEnd(30)}${ms.toFixed(1).padStart(7)} ms`)
const ratio = medians['tracerun, protobuf to spans'] / medians['protobufjs to plain objects']
console.log(`ratio to protobufjs: ${ratio.toFixed(2)} (promised: at most 1.00)`)
if (ratio > 1) process.exitCode = 1

/** Medians of interleaved rounds: what disturbs the machine disturbs all alike. */
function measure(functions) {
  const times = Object.fromEntries(Object.keys(functions).map(name => [name, []]))
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, run] of Object.entries(functions)) {
      const start = performance.now()
      run()
      // The first rounds are for the compiler.
      if (round >= 5) times[name].push(performance.now() - start)
    }
  return Object.fromEntries(
    Object.entries(times).map(([name, list]) => [
      name,
      list.sort((a, b) => a - b)[Math.floor(list.length / 2)]
    ])
  )
}

function request() {
  const traceId = Buffer.from('4bf92f3577b34da6a3ce929d0e0e4736', 'hex')
  const spans = Array.from({ length: SPANS }, (_, index) => ({
    traceId,
    spanId: spanId(index + 1),
    parentSpanId: index === 0 ? Buffer.alloc(0) : spanId(Math.ceil(index / 4)),
    name: `GET /cart/${index % 50}`,
    kind: index % 6,
    startTimeUnixNano: `17952250780${String(index).padStart(8, '0')}`,
    endTimeUnixNano: `17952250781${String(index).padStart(8, '0')}`,
    attributes: Array.from({ length: ATTRIBUTES }, (_, number) => attribute(index, number)),
    status: { code: index % 3 },
    flags: 257
  }))
  const scopeSpans = [{ scope: { name: '@opentelemetry/instrumentation-http', version: '0.223.0' }, spans }]
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'cart' } }] }
  return { resourceSpans: [{ resource, scopeSpans }] }
}

function spanId(number) {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt32BE(number, 4)
  return bytes
}

function attribute(index, number) {
  const key = `shop.attribute.${number}`
  if (number % 4 === 1) return { key, value: { intValue: String(index * number) } }
  if (number % 4 === 2) return { key, value: { doubleValue: index / 7 } }
  if (number % 4 === 3) return { key, value: { boolValue: index % 2 === 0 } }
  return { key, value: { stringValue: `value ${index} of ${number}` } }
}

function mb(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
