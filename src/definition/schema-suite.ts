import { SKIP, TAGS } from './schema-running.ts'
import { VARIABLE_SETS, VARIABLES } from './schema-variables.ts'
import { mapping, type Schema, text } from './schema-words.ts'

const STEP: Schema = {
  ...mapping(
    'an id, a name, a path, or a mapping with the key test',
    {
      test: text('an id, a name or a path', 'The test or suite that is run.', { minLength: 1 }),
      variables: {
        title: 'a mapping of names to values',
        description: 'Variables of this step; ${var:NAME} reads what an earlier step put out.',
        type: 'object',
        additionalProperties: text('a text', 'The value of the variable.'),
        examples: [{ ORDER_ID: '${var:CREATED_ID}' }]
      }
    },
    { required: ['test'], hints: { home: { specs: 'a test', trigger: 'a test', outputs: 'a test' } } }
  ),
  type: ['object', 'string', 'number'],
  minLength: 1,
  description: 'A test, or a suite whose steps are run here.',
  'x-empty': 'is empty: name a test'
}

/** A suite of tests. */
export const suite: Schema = mapping(
  'a suite (a mapping)',
  {
    id: text('a text', 'By which a step of another suite names it.'),
    name: text('a text', 'What the report calls the suite.', {
      minLength: 1,
      'x-empty': 'is empty: a suite needs a name'
    }),
    description: text('a text', 'For the reader.'),
    tags: TAGS,
    skip: SKIP,
    steps: {
      title: 'a list of steps',
      description: 'Tests that are run one after the other; each reads what the ones before it put out.',
      type: 'array',
      items: STEP,
      minItems: 1,
      examples: [['create-order', './pay.yaml', { test: 'track order', variables: { DEPTH: '2' } }]],
      'x-empty': 'is empty: a suite without a step runs nothing',
      'x-fix': 'start each step with a dash: `- create-order`'
    },
    variables: VARIABLES,
    variableSets: VARIABLE_SETS
  },
  {
    description: 'Tests that are run one after the other.',
    required: ['name', 'steps'],
    hints: {
      silent: ['version', 'createdAt', 'summary', 'fullSteps'],
      idle: { env: 'a suite takes its values from `variables`' },
      home: {
        trigger: 'a test',
        specs: 'a test',
        outputs: 'a test',
        retries: 'a test',
        only: 'a test',
        serial: 'a test'
      }
    }
  }
)
