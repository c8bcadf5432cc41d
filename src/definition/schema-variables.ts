import { mapping, type Schema, text } from './schema-words.ts'

const VARIABLE = mapping(
  'a variable (a mapping of key and value)',
  {
    key: text('a name', 'Read as var:NAME.', { minLength: 1 }),
    value: text('a text', 'Its value; ${NAME} takes it from the environment. Empty if it is left out.'),
    type: {
      title: 'raw or secret',
      description: 'The value of a secret appears in no output.',
      enum: ['raw', 'secret'],
      default: 'raw'
    }
  },
  { required: ['key'], hints: { home: {} } }
)

/** Variables of a test, a suite or a project. */
export const VARIABLES: Schema = {
  title: 'a mapping of names to values',
  description: 'Read as var:NAME in triggers and assertions.',
  type: ['object', 'array'],
  additionalProperties: text('a text', 'The value of the variable.'),
  items: VARIABLE,
  examples: [{ SKU: 'SKU-1' }, [{ key: 'API_TOKEN', value: '${API_TOKEN}', type: 'secret' }]]
}

/** Sets that a test, a suite or a project names. */
export const VARIABLE_SETS: Schema = {
  title: 'a list of ids, names or paths',
  description: 'Sets of variables: documents of type VariableSet, or files such as ./staging.env.',
  type: ['array', 'string'],
  items: text('an id, a name or a path', 'A set of variables.', { minLength: 1 }),
  examples: [['staging', './secrets.env']]
}

/** A set of variables. */
export const VARIABLE_SET: Schema = mapping(
  'a set of variables (a mapping)',
  {
    id: text('a text', 'By which it is named.'),
    name: text('a text', 'By which it is named, too.', { minLength: 1 }),
    description: text('a text', 'For the reader.'),
    values: { ...VARIABLES, description: 'The variables of the set.' }
  },
  {
    description: 'Variables that tests name together: `--vars staging`, `variableSets: [staging]`.',
    hints: {
      silent: ['version', 'createdAt', 'labels', 'isLocal', 'agentApiKey', 'resources'],
      home: { key: 'an entry of values', value: 'an entry of values' }
    }
  }
)
