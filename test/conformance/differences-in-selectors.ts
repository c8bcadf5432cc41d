import type { Difference } from './difference.ts'

export const differencesInSelectors: readonly Difference[] = [
  {
    id: 'selector-mistake',
    reason: 'A selector that does not parse is an error in the file; it never selects everything.',
    example: {
      form: 'selector',
      text: 'span[name = “POST /checkout”]',
      tracetest: 'every span',
      here: 'error'
    }
  },
  {
    id: 'selector-grammar',
    reason:
      'More is a selector: all operators, single quotes, negative numbers, `span` without brackets, keys with dashes, digits and slashes.',
    example: {
      form: 'selector',
      text: 'span[order.total > 50]',
      tracetest: 'every span (it does not parse)',
      here: 'create order'
    },
    rows: [
      "span[name='a']",
      'span[name!="a"]',
      'span[x=-5]',
      'span[foo.0.bar="x"]',
      'span[0foo="x"]',
      'span[a/b="x"]',
      'span:first'
    ]
  },
  {
    id: 'selected-once',
    reason: 'A comma list is a union: a span counts once.',
    example: {
      form: 'selector',
      text: 'span[name="UPDATE"], span[db.system.name="postgresql"]',
      tracetest: 'UPDATE, UPDATE, INSERT',
      here: 'UPDATE, INSERT'
    }
  },
  {
    id: 'selected-in-trace-order',
    reason: 'What is selected comes in trace order, however the selector is written.',
    example: {
      form: 'selector',
      text: 'span[name="INSERT"], span[name="UPDATE"]',
      tracetest: 'INSERT, UPDATE',
      here: 'UPDATE, INSERT'
    },
    rows: ['span[svc="A"] span[svc="X"]:last']
  },
  {
    id: 'pseudo-of-ancestor',
    reason:
      'A pseudo-class belongs to the compound that it stands at: below the first A, not the first below any A.',
    example: {
      form: 'selector',
      text: 'span[kind="server"]:first span[db.system.name="postgresql"]',
      tracetest: 'UPDATE',
      here: 'UPDATE, INSERT'
    },
    rows: ['span[svc="A"]:last span[svc="X"]']
  },
  {
    id: 'below-itself',
    reason: 'A span is not below itself, so it cannot be the first below itself.',
    example: {
      form: 'selector',
      text: 'span[service.name="payment"] span[service.name="payment"]:first',
      tracetest: 'none',
      here: 'charge card'
    },
    rows: ['span[svc="A"] span[svc="A"]:first', 'span[name="root"] span[]:first']
  },
  {
    id: 'pseudos-in-order',
    reason:
      'Pseudo-classes apply one after the other, from left to right; the last one does not replace the others.',
    example: {
      form: 'selector',
      text: 'span[kind="server"]:last:first',
      tracetest: 'POST /checkout',
      here: 'GET /quote'
    }
  },
  {
    id: 'empty-needs-key',
    reason: 'A comparison with an empty text needs the key: what is missing is not empty.',
    example: { form: 'selector', text: 'span[order.id=""]', tracetest: '11 spans', here: 'none' },
    rows: ['span[missing=""]']
  },
  {
    id: 'selector-variables',
    reason: 'Variables are put into selectors as well.',
    example: {
      form: 'selector',
      text: 'span[name="charge ${var:METHOD}"]',
      variables: { METHOD: 'card' },
      tracetest: 'none',
      here: 'charge card'
    }
  },
  {
    id: 'selector-numbers',
    reason: 'A number in a selector is compared as a number, not as a text with two decimals.',
    example: {
      form: 'selector',
      text: 'span[order.total=99.99]',
      tracetest: 'none',
      here: 'create order'
    }
  },
  {
    id: 'intrinsic-keys',
    reason:
      'A key that no attribute has is looked up among what every span has: `status`, `duration`, `service`, ….',
    example: {
      form: 'selector',
      text: 'span[service="pricing"]',
      tracetest: 'none',
      here: 'GET /quote'
    }
  },
  {
    id: 'kind-unspecified',
    reason:
      'A kind that nobody set is called `unspecified`, as in OpenTelemetry; the `unespecified` of Tracetest gets a warning.',
    example: {
      form: 'selector',
      text: 'span[kind="unspecified"]',
      tracetest: 'none',
      here: 'Tracetest trigger'
    }
  },
  {
    id: 'span-type',
    reason:
      'A span with attributes of several families has one type, the first of http, database, rpc, messaging, faas, exception.',
    example: {
      form: 'expression',
      text: 'attr:tracetest.span.type',
      attributes: { 'http.method': 'GET', 'db.system': 'redis' },
      tracetest: 'http or database, at random',
      here: 'http'
    }
  },
  {
    id: 'sibling-order',
    reason: 'Siblings that start together come by their end, then by their id.',
    example: {
      form: 'told',
      text: 'two siblings that start at the same nanosecond',
      tracetest: 'in any order, another one each time',
      here: 'always in the same order'
    }
  },
  {
    id: 'span-before-resource',
    reason:
      'Where a span and its resource have the same key, the value of the span counts; `resource:` reads the other.',
    example: {
      form: 'expression',
      text: 'attr:host.name',
      attributes: { 'host.name': 'pod-1' },
      resource: { 'host.name': 'node-7' },
      tracetest: 'node-7',
      here: 'pod-1'
    }
  }
]
