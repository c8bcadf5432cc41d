import type { Difference } from './difference.ts'

export const differencesInValues: readonly Difference[] = [
  {
    id: 'attribute-types',
    reason:
      'Attributes keep the type they were sent with; doubles are not rounded, and arrays, maps and bytes are not lost.',
    example: {
      form: 'expression',
      text: 'attr:ratio',
      attributes: { ratio: 0.75 },
      tracetest: '1',
      here: '0.75'
    }
  },
  {
    id: 'number-order',
    reason: 'Any two numbers can be ordered, not only integers of 64 bits.',
    example: { form: 'assertion', text: '2 >= 1.5', tracetest: 'violated', here: 'holds' },
    rows: ['attr:n >= 5.0', 'attr:big > 1']
  },
  {
    id: 'number-equality',
    reason: 'Numbers are equal by value, not by text.',
    example: { form: 'assertion', text: '1 = 1.0', tracetest: 'violated', here: 'holds' },
    rows: ['1.5 + 1 = 2.5']
  },
  {
    id: 'precedence',
    reason: '`*`, `/` and `%` come before `+` and `-`.',
    example: { form: 'assertion', text: '1 + 2 * 3 = 7', tracetest: 'violated', here: 'holds' }
  },
  {
    id: 'division',
    reason: 'A division keeps its fraction.',
    example: { form: 'assertion', text: '10 / 4 = 2.5', tracetest: 'violated', here: 'holds' }
  },
  {
    id: 'division-by-zero',
    reason: 'A division by zero is no number: what reads it is undetermined, and fails.',
    example: { form: 'assertion', text: '10 / 0 < 1', tracetest: 'holds', here: 'undetermined' }
  },
  {
    id: 'duration-order',
    reason: 'Durations are ordered exactly; Tracetest rounds both sides first.',
    example: { form: 'assertion', text: '1.499ms <= 1ms', tracetest: 'holds', here: 'violated' },
    rows: ['attr:d < 25.2ms', '1499us <= 1ms']
  },
  {
    id: 'duration-equality',
    reason: 'A duration equals a literal when it is that, rounded to the decimals that are written.',
    example: {
      form: 'assertion',
      text: 'attr:took = 25.4ms',
      attributes: { took: 25_187_564n },
      tracetest: 'holds',
      here: 'violated'
    }
  },
  {
    id: 'duration-texts',
    reason: 'Two texts are compared as texts; Tracetest takes every text that looks like a duration for 0.',
    example: { form: 'assertion', text: '"5ms" = "9s"', tracetest: 'holds', here: 'violated' },
    rows: ['"1ms" = "1000us"']
  },
  {
    id: 'duration-in-text',
    reason: 'A text that is written as a duration is one, where it meets a duration.',
    example: {
      form: 'assertion',
      text: 'attr:took = 5ms',
      attributes: { took: '5ms' },
      tracetest: 'violated',
      here: 'holds'
    }
  },
  {
    id: 'text-is-no-duration',
    reason: 'A text that is not written as a duration is a type error where it meets one, not 0.',
    example: {
      form: 'assertion',
      text: 'attr:note < 5ms',
      attributes: { note: 'hello' },
      tracetest: 'holds',
      here: 'undetermined'
    }
  },
  {
    id: 'duration-arithmetic',
    reason: 'Durations are added to numbers of nanoseconds, and multiplied and divided by numbers.',
    example: { form: 'assertion', text: '2 * 3ms = 6ms', tracetest: 'violated', here: 'holds' },
    rows: ['attr:d + 1ms < 27ms']
  },
  {
    id: 'duration-printing',
    reason: 'A duration that becomes text has its unit.',
    example: { form: 'expression', text: '0.5h', tracetest: '1800000000000', here: '1800s' },
    rows: ['0.5h', '3us']
  },
  {
    id: 'json-equality',
    reason: 'JSON is equal by what it says, not by the order of its keys and its white space.',
    example: {
      form: 'assertion',
      text: `'{"sku":1,"qty":2}' = '{"qty":2,"sku":1}'`,
      tracetest: 'violated',
      here: 'holds'
    },
    rows: [`attr:j = '{"name":"x","id":52}'`]
  },
  {
    id: 'json-containment',
    reason: 'Containment looks at every key.',
    example: {
      form: 'assertion',
      text: `'{"a":{"x":1},"b":2}' contains '{"a":{"x":1},"b":3}'`,
      tracetest: 'holds or not, at random',
      here: 'violated'
    },
    rows: [`'{"a":{"x":1},"b":2}' contains '{"a":{"x":1},"b":3}'`]
  },
  {
    id: 'not-contains',
    reason: '`not-contains` is the exact opposite of `contains`.',
    example: {
      form: 'assertion',
      text: '[1, 2, 3] not-contains "2, 3"',
      tracetest: 'violated',
      here: 'holds'
    },
    rows: ['[1,2,3] not-contains "2, 3"', `'{"a": 1}' not-contains '{"a":1}'`]
  },
  {
    id: 'json-printing',
    reason: 'What json_path finds prints as JSON.',
    example: {
      form: 'expression',
      text: `'{"item":{"sku":1}}' | json_path '$.item'`,
      tracetest: 'map[sku:1]',
      here: '{"sku":1}'
    },
    rows: ["attr:nullj | json_path '$.d[*]'", "attr:nullj | json_path '$.e'"]
  },
  {
    id: 'json-null',
    reason: 'The null of JSON is `null`.',
    example: {
      form: 'expression',
      text: `'{"item":null}' | json_path '$.item'`,
      tracetest: '<nil>',
      here: 'null'
    },
    rows: ["attr:nullj | json_path '$.a'", `attr:nullj | json_path '$.a' = "<nil>"`]
  },
  {
    id: 'length',
    reason: 'The length of a text is its number of characters, not of bytes.',
    example: { form: 'expression', text: '"é" | length', tracetest: '2', here: '1' },
    rows: ['attr:uni | length']
  },
  {
    id: 'length-of-any-text',
    reason: 'Every text has a length, whatever it looks like.',
    example: { form: 'expression', text: '"[1, 2]" | length', tracetest: 'error', here: '6' },
    rows: ['attr:arr | length']
  },
  {
    id: 'empty-attribute',
    reason: 'An attribute with an empty text is there.',
    example: {
      form: 'assertion',
      text: 'attr:note = ""',
      attributes: { note: '' },
      tracetest: 'violated',
      here: 'holds'
    },
    rows: ['attr:e | type']
  },
  {
    id: 'literals',
    reason: 'Negative numbers, `true`, `false` and `null` are literals.',
    example: {
      form: 'assertion',
      text: 'attr:paid = true',
      attributes: { paid: true },
      tracetest: 'violated (it does not parse)',
      here: 'holds'
    },
    rows: ['attr:b = true', 'true = true', '[true]']
  },
  {
    id: 'conditions',
    reason:
      'More is an assertion: `and`, `or`, `not`, parentheses, `matches`, `in`, `exists`, arithmetic anywhere.',
    example: {
      form: 'assertion',
      text: '(1 + 2) * 3 = 9 and "card" matches "^c"',
      tracetest: 'violated (it does not parse)',
      here: 'holds'
    },
    rows: ['[1+1] = [2]', '(1 + 2) * 3 = 9', 'attr:n = 5 and attr:f = 1.5', 'attr:n matches "5"']
  }
]
