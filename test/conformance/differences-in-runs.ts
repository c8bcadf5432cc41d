import type { Difference } from './difference.ts'

export const differencesInRuns: readonly Difference[] = [
  {
    id: 'output-without-value',
    reason: 'An output that finds no span or no value fails the test, instead of handing on an empty text.',
    example: {
      form: 'expression',
      text: `'{"id":52}' | json_path '$.orderId'`,
      tracetest: 'an empty text',
      here: 'error'
    },
    rows: ["attr:nullj | json_path '$.zzz'"]
  },
  {
    id: 'same-selector-twice',
    reason: 'Every spec keeps its results in the report.',
    example: {
      form: 'told',
      text: 'two specs with the same selector',
      tracetest: 'all results before the second are gone from the report',
      here: 'all results are there'
    }
  },
  {
    id: 'same-output-twice',
    reason: 'Two outputs of one name are an error in the file: which of them a reader meant nobody knows.',
    example: {
      form: 'file',
      from: 'outputs: [',
      to: 'outputs: [{ name: ORDER_ID, selector: span, value: attr:name }, ',
      text: 'two outputs named ORDER_ID',
      tracetest: 'all outputs before the second are lost',
      here: 'error'
    }
  },
  {
    id: 'unknown-keys',
    reason: 'A key that means nothing is an error with the nearest key that does.',
    example: {
      form: 'file',
      from: 'specs:',
      to: 'desciption: reserves, then charges\n  specs:',
      text: 'desciption: reserves, then charges',
      tracetest: 'ignored',
      here: 'error'
    }
  },
  {
    id: 'nothing-checked',
    reason: 'A test that checks nothing is an error, since it would pass whatever happens.',
    example: {
      form: 'file',
      from: 'specs: [{ selector: span, assertions: [count() > 0] }]\n  outputs: [{ name: ORDER_ID, selector: span, value: attr:name }]',
      to: 'specs: []',
      text: 'specs: []',
      tracetest: 'passes',
      here: 'error'
    }
  },
  {
    id: 'tls-verified',
    reason: 'Certificates are verified unless the file says `sslVerification: false`.',
    example: {
      form: 'told',
      text: 'a certificate that nobody signed',
      tracetest: 'accepted',
      here: 'the trigger fails (exit code 3)'
    }
  },
  {
    id: 'bearer-scheme',
    reason: 'A bearer token is sent after `Bearer `, or as it is where it starts with a scheme already.',
    example: {
      form: 'told',
      text: 'bearer: { token: abc }',
      tracetest: 'Authorization: abc',
      here: 'Authorization: Bearer abc'
    }
  },
  {
    id: 'body-files',
    reason: 'The path of a body file starts with `./`, `../` or `/`, and is relative to the YAML file.',
    example: {
      form: 'told',
      text: 'body: ./order.json',
      tracetest: 'relative to the working directory',
      here: 'relative to the YAML file'
    }
  },
  {
    id: 'grpc-requests',
    reason:
      'The JSON of a gRPC request has to fit its message: a field that is misspelt is not sent without it.',
    example: {
      form: 'told',
      text: '`request: \'{"cart_idd": "cart-1"}\'`',
      tracetest: 'an empty message is sent',
      here: 'an error in the file, with the field that was meant'
    }
  },
  {
    id: 'propagation',
    reason:
      'The trace context goes out as W3C `traceparent`, `tracestate` and `baggage`, which all OpenTelemetry SDKs read; B3, Jaeger and X-Ray where a test asks for them: `propagation: [tracecontext, baggage, b3]`.',
    example: {
      form: 'told',
      text: 'headers of a request',
      tracetest: 'B3, Jaeger, OpenTracing and X-Ray headers as well',
      here: '`traceparent`, `tracestate`, `baggage`'
    }
  },
  {
    id: 'trace-completeness',
    reason:
      'A trace is complete when all parents and callees are there and the declared delays have passed, not when one interval was quiet.',
    example: {
      form: 'told',
      text: 'a service that sends its spans 5 s after the others',
      tracetest: 'its spans are missed',
      here: 'they are waited for'
    }
  },
  {
    id: 'files-unchanged',
    reason: 'No command writes into your files.',
    example: {
      form: 'told',
      text: 'a test without `id`',
      tracetest: 'an `id` is written into the file',
      here: 'the file stays as it is'
    }
  }
]
