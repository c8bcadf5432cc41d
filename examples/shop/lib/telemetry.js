import { createRequire } from 'node:module'
import { SpanStatusCode, trace } from '@opentelemetry/api'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg'
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici'
import { NodeSDK, resources } from '@opentelemetry/sdk-node'
import { beginsOwnTraces, broker } from './messages.js'

const require = createRequire(import.meta.url)

/**
 * Starts the SDK of this process. Where spans go and how often is left to the standard variables
 * (OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_BSP_SCHEDULE_DELAY, …): the shop is an ordinary traced system.
 * Must be called before `pg` is loaded.
 */
export function startTelemetry(serviceName) {
  const sdk = new NodeSDK({
    serviceName,
    resourceDetectors: [resources.envDetector, resources.serviceInstanceIdDetector],
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [
      new HttpInstrumentation({ ignoreIncomingRequestHook: request => request.url === '/health' }),
      new UndiciInstrumentation({ requireParentforSpans: true }),
      new PgInstrumentation({ requireParentSpan: true, ignoreConnectSpans: true }),
      ...brokerInstrumentations()
    ]
  })
  sdk.start()
  // A module is instrumented when it passes through `require`; `import` would go past the instrumentation.
  require('node:http')
  return sdk
}

/** Only what is used is loaded: most of the time the shop has no broker. */
function brokerInstrumentations() {
  if (broker === 'kafka') {
    const { KafkaJsInstrumentation } = require('@opentelemetry/instrumentation-kafkajs')
    return [new KafkaJsInstrumentation()]
  }
  if (broker === 'rabbitmq') {
    const { AmqplibInstrumentation } = require('@opentelemetry/instrumentation-amqplib')
    return [new AmqplibInstrumentation({ useLinksForConsume: beginsOwnTraces })]
  }
  return []
}

/** Runs `work` inside a span of its own, which ends with it and shows its failure. */
export function inSpan(name, attributes, work) {
  return trace.getTracer('shop').startActiveSpan(name, { attributes }, async span => {
    try {
      return await work(span)
    } catch (error) {
      span.recordException(error)
      span.setStatus({ code: SpanStatusCode.ERROR, message: error.message })
      throw error
    } finally {
      span.end()
    }
  })
}

/** Adds attributes to the span of the request in hand. */
export function describeRequest(attributes) {
  trace.getActiveSpan()?.setAttributes(attributes)
}
