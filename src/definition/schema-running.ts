import { type Schema, text } from './schema-words.ts'

/** Words by which tests and suites are chosen. */
export const TAGS: Schema = {
  title: 'a list of tags',
  description: 'Words by which tests are chosen.',
  type: 'array',
  items: text('a tag (a text)', 'A word by which tests are chosen.', { minLength: 1 }),
  examples: [['smoke', 'checkout']]
}

// For YAML 1.2 `no` is a text: skipped for the reason "no", a test would not be run unnoticed.
const NO_TRUTH = '^(?!(?:[Yy]|[Nn]|[Yy][Ee][Ss]|[Nn][Oo]|[Oo][Nn]|[Oo][Ff][Ff])$)'

/** Why a test or a suite is not run. */
export const SKIP: Schema = {
  title: 'the reason (a text)',
  description: 'Why it is not run.',
  type: 'string',
  minLength: 1,
  pattern: NO_TRUTH,
  'x-fix': 'give the reason: `skip: waits for the new cart`',
  'x-empty': 'is empty: give the reason'
}

/** That this test alone is run, for as long as someone works on it. */
export const ONLY: Schema = {
  title: 'true or false',
  description: 'true: of all tests, those that say so alone are run. Refused where the variable CI is set.',
  type: 'boolean',
  default: false
}

/** What must not be used by two tests at once. */
export const SERIAL: Schema = {
  title: 'the name of a group (a text)',
  description: 'Tests with the same name here are run one after the other, never beside each other.',
  type: 'string',
  minLength: 1,
  pattern: NO_TRUTH,
  examples: ['stock'],
  'x-fix': 'name what they share: `serial: stock`',
  'x-empty': 'is empty: name what the tests share'
}

/** How often a test that does not pass is tried again. */
export const RETRIES: Schema = {
  title: 'a whole number from 0 to 10',
  description: 'How often a test that does not pass is run again. One that passes then is flaky.',
  type: 'integer',
  minimum: 0,
  maximum: 10,
  'x-fix': 'write a whole number, such as `2`'
}
