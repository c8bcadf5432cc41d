import { mapping, type Schema, THEN, text } from './schema-words.ts'

const SELECTOR = text(
  'a selector (a text)',
  'Which spans are meant, as in span[service.name="cart"]. Empty: all of them.',
  {
    examples: ['span[service.name="payment"]:entry', 'span[db.system.name="postgresql"]', 'span:error']
  }
)

const ASSERTION = text('an assertion (a text)', 'What must hold for the selected spans.', {
  minLength: 1,
  examples: ['count() = 1', 'attr:http.response.status_code = 200', 'sum(attr:duration) < 200ms'],
  'x-fix': 'write it as one text: `- attr:http.response.status_code = 200`',
  'x-empty': 'is empty: an assertion must say something'
})

const SEVERITY: Schema = {
  title: 'error or warning',
  description: 'A violated spec of severity warning does not fail the test.',
  enum: ['error', 'warning'],
  default: 'error'
}

const STEPS: Schema = {
  title: 'a list of selectors',
  description: 'Each selected span lies before those of the next selector.',
  type: 'array',
  items: SELECTOR,
  minItems: 2,
  'x-empty': 'needs two selectors at least: one alone is in any order'
}

const SEQUENCE: Schema = {
  ...STEPS,
  title: 'a list of selectors, or a mapping of by and steps',
  type: ['array', 'object'],
  properties: {
    by: {
      title: 'end or start',
      description: 'end: each step is over when the next begins. start: each begins before the next.',
      enum: ['end', 'start'],
      default: 'end'
    },
    steps: STEPS
  },
  patternProperties: { '^x-': true },
  additionalProperties: false,
  required: ['steps']
}

/** A selector with its assertions, or a sequence. */
export const SPEC: Schema = mapping(
  'a spec (a mapping)',
  {
    name: text('a text', 'What the report calls the spec.'),
    selector: SELECTOR,
    assertions: {
      title: 'a list of assertions',
      description: 'All must hold. No span selected is a failure; absence is said with `count() = 0`.',
      type: 'array',
      items: ASSERTION,
      minItems: 1,
      'x-empty': 'is empty: a spec without an assertion checks nothing',
      'x-fix': 'start each assertion with a dash: `- count() = 1`'
    },
    when: text('an assertion (a text)', 'Where it does not hold, the spec is skipped.', { minLength: 1 }),
    severity: SEVERITY,
    sequence: SEQUENCE
  },
  {
    description: 'Spans, and what must hold for them.',
    'x-fix': 'a spec has a selector and assertions: `- selector: …`',
    if: { required: ['sequence'] },
    [THEN]: { properties: { selector: false, assertions: false } },
    else: { required: ['assertions'] },
    hints: { silent: ['selectorParsed'], home: { value: 'an entry of outputs' } }
  }
)

/** A value taken from the trace. */
export const OUTPUT: Schema = mapping(
  'an output (a mapping)',
  {
    name: text('a name', 'Read as var:NAME in assertions.', {
      pattern: '^[A-Za-z_0-9][A-Za-z_0-9.]*$',
      'x-fix': 'a name holds letters, digits, _ and dots'
    }),
    selector: {
      ...SELECTOR,
      description: 'The span it is read from: the first one selected. Without it, the trigger span.'
    },
    value: text('an expression (a text)', 'What is read, as in attr:order.id.', {
      minLength: 1,
      examples: ['attr:order.id', "response:body | json_path '$.id'"]
    }),
    all: {
      title: 'true or false',
      description: 'true: a list of the values of all selected spans. false: the value of the first.',
      type: 'boolean',
      default: false
    }
  },
  {
    description: 'A value taken from the trace, under a name.',
    required: ['name', 'value'],
    hints: { silent: ['selectorParsed'], home: { assertions: 'an entry of specs' } }
  }
)
