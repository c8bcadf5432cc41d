/** An input on which tracerun differs from Tracetest on purpose. */
export interface DeliberateDifference {
  readonly id: string
  readonly kind: 'selector-syntax' | 'selection' | 'assertion' | 'expression'
  /** As it stands in the fixtures. */
  readonly input: string
  /** What Tracetest did, and what happens here instead. */
  readonly reason: string
}

const NEW_SYNTAX = 'A syntax error in Tracetest, which then selected every span; part of the language here.'
const NEW_ASSERTION = 'A syntax error in Tracetest; part of the language here.'
const NO_GO_PRINTING = 'Tracetest printed values as Go does; here they are printed as JSON.'
const ESCAPES =
  'Tracetest doubled backslashes while a text was evaluated; here a backslash protects a quote and is itself otherwise.'
const STRUCTURAL =
  'JSON is compared and searched by its structure: every key is looked at, and not-contains is the complement of contains.'
const BELOW = 'A descendant is never the span itself: `:first` chooses among the spans below each one.'

/** Every deliberate difference that an observed row of Tracetest shows. */
export const DELIBERATE_DIFFERENCES: readonly DeliberateDifference[] = [
  { id: 'single-quotes', kind: 'selector-syntax', input: "span[name='a']", reason: NEW_SYNTAX },
  { id: 'operators', kind: 'selector-syntax', input: 'span[name!="a"]', reason: NEW_SYNTAX },
  { id: 'negative-numbers', kind: 'selector-syntax', input: 'span[x=-5]', reason: NEW_SYNTAX },
  { id: 'digits-in-keys', kind: 'selector-syntax', input: 'span[foo.0.bar="x"]', reason: NEW_SYNTAX },
  { id: 'keys-of-digits', kind: 'selector-syntax', input: 'span[0foo="x"]', reason: NEW_SYNTAX },
  { id: 'slashes-in-keys', kind: 'selector-syntax', input: 'span[a/b="x"]', reason: NEW_SYNTAX },
  { id: 'no-brackets', kind: 'selector-syntax', input: 'span:first', reason: NEW_SYNTAX },
  {
    id: 'trace-order',
    kind: 'selection',
    input: 'span[svc="A"] span[svc="X"]:last',
    reason:
      'The same spans, in trace order here: Tracetest put the results of each upper span behind one another.'
  },
  {
    id: 'pseudo-order',
    kind: 'selection',
    input: 'span[svc="A"]:last span[svc="X"]',
    reason: '`A:last B` is what lies below the last A; Tracetest took the last of all B.'
  },
  { id: 'first-below-same', kind: 'selection', input: 'span[svc="A"] span[svc="A"]:first', reason: BELOW },
  { id: 'first-below-root', kind: 'selection', input: 'span[name="root"] span[]:first', reason: BELOW },
  {
    id: 'missing-is-not-empty',
    kind: 'selection',
    input: 'span[missing=""]',
    reason: 'A missing attribute is not the empty text: the key must be there.'
  },
  {
    id: 'double-order',
    kind: 'assertion',
    input: 'attr:n >= 5.0',
    reason: 'Tracetest ordered ints only; numbers of both kinds have an order here.'
  },
  {
    id: 'big-ints',
    kind: 'assertion',
    input: 'attr:big > 1',
    reason: 'Numbers beyond 64 bits are numbers here.'
  },
  { id: 'booleans', kind: 'assertion', input: 'attr:b = true', reason: NEW_ASSERTION },
  {
    id: 'exact-duration-order',
    kind: 'assertion',
    input: 'attr:d < 25.2ms',
    reason: 'Tracetest rounded both sides before it compared; the order of durations is exact here.'
  },
  {
    id: 'exact-duration-literals',
    kind: 'assertion',
    input: '1499us <= 1ms',
    reason: 'Tracetest rounded both sides before it compared; the order of durations is exact here.'
  },
  {
    id: 'duration-texts',
    kind: 'assertion',
    input: '"1ms" = "1000us"',
    reason:
      'Tracetest read every text that looks like a duration as 0 ns, so that all of them were equal; texts are compared as texts here.'
  },
  { id: 'json-equality', kind: 'assertion', input: 'attr:j = \'{"name":"x","id":52}\'', reason: STRUCTURAL },
  { id: 'array-not-contains', kind: 'assertion', input: '[1,2,3] not-contains "2, 3"', reason: STRUCTURAL },
  {
    id: 'json-contains-all-keys',
    kind: 'assertion',
    input: '\'{"a":{"x":1},"b":2}\' contains \'{"a":{"x":1},"b":3}\'',
    reason: STRUCTURAL
  },
  {
    id: 'json-not-contains',
    kind: 'assertion',
    input: '\'{"a": 1}\' not-contains \'{"a":1}\'',
    reason: STRUCTURAL
  },
  { id: 'arithmetic-in-arrays', kind: 'assertion', input: '[1+1] = [2]', reason: NEW_ASSERTION },
  { id: 'parentheses', kind: 'assertion', input: '(1 + 2) * 3 = 9', reason: NEW_ASSERTION },
  { id: 'and-or-not', kind: 'assertion', input: 'attr:n = 5 and attr:f = 1.5', reason: NEW_ASSERTION },
  { id: 'matches', kind: 'assertion', input: 'attr:n matches "5"', reason: NEW_ASSERTION },
  { id: 'boolean-literals', kind: 'assertion', input: 'true = true', reason: NEW_ASSERTION },
  {
    id: 'double-results',
    kind: 'assertion',
    input: '1.5 + 1 = 2.5',
    reason: 'Tracetest compared the printed `2.50` with `2.5`; numbers are compared here.'
  },
  {
    id: 'number-and-duration',
    kind: 'assertion',
    input: 'attr:d + 1ms < 27ms',
    reason: 'A number may be added to a duration: it counts nanoseconds.'
  },
  {
    id: 'null-text',
    kind: 'assertion',
    input: 'attr:nullj | json_path \'$.a\' = "<nil>"',
    reason: NO_GO_PRINTING
  },
  { id: 'null-prints', kind: 'expression', input: "attr:nullj | json_path '$.a'", reason: NO_GO_PRINTING },
  {
    id: 'objects-in-arrays',
    kind: 'expression',
    input: "attr:nullj | json_path '$.d[*]'",
    reason: NO_GO_PRINTING
  },
  { id: 'objects', kind: 'expression', input: "attr:nullj | json_path '$.e'", reason: NO_GO_PRINTING },
  {
    id: 'length-in-characters',
    kind: 'expression',
    input: 'attr:uni | length',
    reason: 'Tracetest counted bytes; characters are counted here.'
  },
  {
    id: 'length-of-array-text',
    kind: 'expression',
    input: 'attr:arr | length',
    reason: 'A text that looks like an array is a text, and has a length.'
  },
  {
    id: 'empty-is-present',
    kind: 'expression',
    input: 'attr:e | type',
    reason: 'An empty attribute is there; Tracetest took it for missing.'
  },
  {
    id: 'percent-signs',
    kind: 'expression',
    input: '"100% ${attr:n}"',
    reason: 'Tracetest used the text as a format; it stays as it was written here.'
  },
  { id: 'backslash-before-interpolation', kind: 'expression', input: '"\\${attr:n}"', reason: ESCAPES },
  { id: 'protected-single-quote', kind: 'expression', input: "'it\\'s'", reason: ESCAPES },
  { id: 'two-backslashes', kind: 'expression', input: '"a\\\\b"', reason: ESCAPES },
  { id: 'protected-double-quote', kind: 'expression', input: '"a\\"b"', reason: ESCAPES },
  { id: 'quotes-in-arrays', kind: 'expression', input: '["a, b", \'c"d\']', reason: ESCAPES },
  {
    id: 'hours-print',
    kind: 'expression',
    input: '0.5h',
    reason: 'Tracetest printed the nanoseconds of a duration literal; it is printed with its unit here.'
  },
  {
    id: 'microseconds-print',
    kind: 'expression',
    input: '3us',
    reason: 'Tracetest printed the nanoseconds of a duration literal; it is printed with its unit here.'
  },
  { id: 'boolean-in-array', kind: 'expression', input: '[true]', reason: NEW_ASSERTION },
  {
    id: 'json-path-shorthand',
    kind: 'expression',
    input: 'attr:j | json_path attr:s',
    reason: 'Any text without `$` is the name of a member here; Tracetest took no space in it.'
  }
]
