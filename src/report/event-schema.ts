import { EVENT_SCHEMA_VERSION } from '../model/run-event.ts'
import type { JsonSchema } from '../plugin/context.ts'
import { jsonDefinitions, runOutcome } from './json-schema.ts'
import { count, milliseconds, objectOf, oneOf, ordinal, text, texts } from './schema-parts.ts'

const report: JsonSchema = { $ref: '#/$defs/test' }

/** One event; `keys` as of {@link objectOf}. */
function event(type: string, description: string, keys: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return objectOf(description, { type: { const: type }, ...keys })
}

/** Describes a line of what the `ndjson` reporter writes. Keys and types of events may be added within a schema version. */
export const eventSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Event of a run of tracerun',
  description:
    'A line of what `tracerun run --reporter ndjson` writes. The last event of a test says what became of it.',
  oneOf: [
    event('run-started', 'The first event.', {
      schemaVersion: {
        const: EVENT_SCHEMA_VERSION,
        description: 'Grows when an event changes its meaning; additions do not count.'
      },
      tests: { ...count, description: 'How many will be run.' }
    }),
    event('test-started', 'An attempt of a test begins.', {
      id: text,
      name: text,
      'suite?': { $ref: '#/$defs/suiteStep' },
      'repetition?': { $ref: '#/$defs/repetition' },
      attempt: ordinal
    }),
    event('test-progressed', 'A test goes on, or more of its trace is there.', {
      id: text,
      phase: oneOf('triggering', 'waiting', 'watching'),
      spans: { ...count, description: 'Of its trace, so far.' }
    }),
    event('test-retried', 'An attempt did not pass, and another follows.', { report }),
    event('test-finished', 'A test has ended.', { report }),
    event('test-revised', 'A span that came after the test had ended changed its verdict.', {
      before: oneOf('passed', 'failed', 'errored', 'skipped'),
      lateMs: { ...milliseconds, description: 'How long after the end of the test the span came.' },
      report
    }),
    event('trace-grown', 'Spans came after the test had ended; its verdict stands.', { report }),
    event('test-warned', 'A warning became known after the test had ended; its verdict stands.', {
      warning: text,
      report
    }),
    event('run-finished', 'The last event. Each test has had its own.', {
      report: objectOf('The run as a whole.', {
        ...runOutcome,
        summary: { $ref: '#/$defs/summary' },
        warnings: texts
      })
    })
  ],
  $defs: jsonDefinitions
}
