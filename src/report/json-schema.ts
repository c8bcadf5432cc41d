import type { JsonSchema } from '../plugin/context.ts'
import {
  arrayOf,
  count,
  milliseconds,
  objectOf,
  oneOf,
  ordinal,
  spanId,
  text,
  texts,
  traceId
} from './schema-parts.ts'

const line: JsonSchema = { type: 'integer', minimum: 1, description: 'In the file of the test.' }

/** How a run ended. */
export const runOutcome: Readonly<Record<'outcome' | 'exitCode', JsonSchema>> = {
  outcome: oneOf('passed', 'failed', 'errored', 'interrupted'),
  exitCode: { enum: [0, 1, 2, 3, 70, 130] }
}

const checkOutcome = oneOf('held', 'violated', 'undetermined', 'unmatched', 'skipped')

export const jsonDefinitions: Readonly<Record<string, JsonSchema>> = {
  test: objectOf('One test, run once.', {
    id: { ...text, description: 'Stable within a run; names the saved files of the test.' },
    name: text,
    file: text,
    line,
    tags: texts,
    'suite?': { $ref: '#/$defs/suiteStep' },
    'repetition?': { $ref: '#/$defs/repetition' },
    outcome: {
      ...oneOf('passed', 'flaky', 'failed', 'errored', 'skipped'),
      description: 'Flaky: passed, but not at the first attempt.'
    },
    'reason?': { ...text, description: 'Why it was skipped.' },
    attempt: ordinal,
    'earlierAttempts?': {
      ...arrayOf('test'),
      description: 'The attempts before this one, none of which passed.'
    },
    startedAt: { type: 'string', format: 'date-time' },
    durationMs: milliseconds,
    'traceId?': traceId,
    'traceUrl?': text,
    'joinedTraceIds?': {
      type: 'array',
      items: traceId,
      description: 'Traces that belong to it because they link to it.'
    },
    'spanCount?': { ...count, description: 'Spans of the trace, our own trigger span among them.' },
    'error?': { $ref: '#/$defs/error' },
    warnings: texts,
    'response?': { $ref: '#/$defs/response' },
    completeness: { $ref: '#/$defs/completeness' },
    outputs: arrayOf('output'),
    specs: arrayOf('spec'),
    'saved?': {
      ...text,
      description: 'Only in .tracerun/last: the file beside the report that holds the trace of the test.'
    }
  }),
  suiteStep: objectOf('Which step of which suite it is.', {
    id: text,
    name: text,
    step: ordinal,
    steps: { ...ordinal, description: 'How many the suite has.' }
  }),
  repetition: objectOf('Which of several runs of the test it is (`--repeat`).', {
    test: { ...text, description: 'The id that the test has where it is run once.' },
    number: ordinal,
    of: ordinal
  }),
  repeated: objectOf('Figures over the repetitions of one test.', {
    id: text,
    name: text,
    runs: count,
    passed: count,
    flaky: count,
    failed: count,
    errored: count,
    skipped: count,
    'durationMs?': { $ref: '#/$defs/spread' },
    'verdictMs?': { $ref: '#/$defs/spread', description: 'From the answer to the verdict.' }
  }),
  summary: objectOf('Tests by outcome.', {
    passed: { ...count, description: 'At the first attempt.' },
    flaky: { ...count, description: 'At a later attempt.' },
    failed: count,
    errored: count,
    skipped: count,
    durationMs: { ...milliseconds, description: 'Of merged runs: of the one that took longest.' }
  }),
  spread: objectOf('The least, the middle and the greatest of several figures.', {
    min: milliseconds,
    median: milliseconds,
    max: milliseconds
  }),
  error: objectOf('Why a test could not be judged.', {
    code: { ...text, description: 'Such as TRACE_NOT_FOUND.' },
    message: text,
    'hint?': { ...text, description: 'What to do about it.' }
  }),
  response: objectOf('What the system answered.', {
    'status?': { type: 'integer', description: 'The HTTP status, or the gRPC code.' },
    'statusText?': text,
    'durationMs?': milliseconds
  }),
  completeness: objectOf('On what ground waiting for the trace ended, and what is known to be missing.', {
    'ground?': {
      ...oneOf(
        'structural',
        'quiet',
        'stated',
        'answer',
        'asserted',
        'truncated',
        'incomplete',
        'timeout',
        'interrupted'
      ),
      description: 'The first four mean that the trace is complete. Absent where no trace was waited for.'
    },
    'text?': text,
    'waitedMs?': { ...milliseconds, description: 'From the answer to the end of waiting.' },
    'settledMs?': {
      type: 'number',
      description: 'From the end of the last span to the moment at which the trace counted as complete.'
    },
    'watchedMs?': {
      ...milliseconds,
      description: 'How much longer the complete trace was observed for what would speak against its checks.'
    },
    'reliedOn?': { $ref: '#/$defs/reliance' },
    holes: arrayOf('hole'),
    losses: { ...texts, description: 'What the backend loses of every trace.' }
  }),
  reliance: objectOf('What waiting for the trace took for granted, and what it saw.', {
    flushMs: { ...milliseconds, description: 'How long a process of the system may keep a span.' },
    flush: { ...oneOf('declared', 'learned', 'default'), description: 'Who says so.' },
    lagMs: { ...milliseconds, description: 'From accepting a span to showing it; 0 where nobody knows.' },
    lag: { ...oneOf('declared', 'backend', 'unknown'), description: 'Who says so.' },
    marginMs: milliseconds,
    deadlineMs: { ...milliseconds, description: 'How long after the answer waiting ends in any case.' },
    looks: { ...count, description: 'How often the backend was asked.' },
    lateSpans: { ...count, description: 'Spans that came later than a declared delay allows.' }
  }),
  hole: objectOf('Something that is known to be missing from the trace.', {
    kind: oneOf('orphan', 'unfinished', 'missing-callee', 'missing-consumer', 'late-span', 'dropped'),
    'spanId?': spanId,
    text
  }),
  output: objectOf('A value taken from the trace, under a name.', {
    name: text,
    line,
    column: ordinal,
    outcome: oneOf('held', 'undetermined', 'unmatched'),
    'value?': {
      description:
        'A whole number that JSON could not hold exactly, NaN and infinities are texts; bytes are base64.'
    },
    'text?': { ...text, description: 'The value as later steps read it.' },
    'spanId?': spanId,
    'reason?': { $ref: '#/$defs/reason' }
  }),
  spec: objectOf('A selector and its assertions, or a sequence.', {
    'name?': text,
    selector: { ...text, description: 'As understood: in canonical form.' },
    line,
    severity: { ...oneOf('error', 'warning'), description: 'A spec of severity warning fails no test.' },
    outcome: oneOf('passed', 'failed', 'skipped'),
    'reason?': { ...text, description: 'Why it was skipped.' },
    selectedCount: { ...count, description: 'Spans that the selector chose.' },
    'selected?': {
      type: 'array',
      items: spanId,
      description: 'Which they are, of a spec that failed; at most 1000.'
    },
    assertions: arrayOf('assertion')
  }),
  assertion: objectOf('One assertion.', {
    text: { ...text, description: 'As understood: in canonical form.' },
    line,
    column: ordinal,
    outcome: { ...checkOutcome, description: 'Violated, undetermined and unmatched ones fail their spec.' },
    isFinal: { type: 'boolean', description: 'No span that could still arrive would change it.' },
    'reason?': { $ref: '#/$defs/reason' },
    'anatomy?': { type: 'array', items: objectOf('The value of a sub-expression.', { text, value: text }) },
    warnings: texts,
    spanCount: { ...count, description: 'Spans concerned; `spans` may list fewer.' },
    spans: arrayOf('span')
  }),
  span: objectOf('A span as an assertion saw it, or the selection as a whole: without a spanId.', {
    'spanId?': spanId,
    'traceId?': { ...traceId, description: 'Only of a span of a joined trace.' },
    'service?': text,
    'name?': text,
    'holds?': { type: 'boolean', description: 'Absent where it is undetermined.' },
    'expected?': text,
    'actual?': text,
    'reason?': { $ref: '#/$defs/reason' }
  }),
  reason: objectOf('Why something did not come out as held or violated.', {
    code: { ...text, description: 'Such as missing, type, clock-skew, open, unmatched, skipped.' },
    text,
    'spanId?': spanId,
    'nearest?': { ...text, description: 'The nearest thing that is there: a key, a name.' },
    'funnel?': { ...texts, description: 'How the selector narrowed the trace down to nothing.' },
    'candidates?': {
      type: 'array',
      description: 'What came nearest, best first.',
      items: objectOf('A candidate, and why it was not selected.', { 'spanId?': spanId, text })
    }
  })
}

/** Describes what the `json` reporter writes. Keys may be added within a schema version. */
export const jsonReportSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Report of a run of tracerun',
  ...objectOf('What `tracerun run --reporter json` writes, once, at the end of the run.', {
    schemaVersion: { const: 1, description: 'Grows when a key changes its meaning; additions do not count.' },
    ...runOutcome,
    'shard?': objectOf('Which part of the chosen tests this is (`--shard`).', {
      index: ordinal,
      count: ordinal
    }),
    summary: { $ref: '#/$defs/summary' },
    warnings: {
      ...texts,
      description: 'About the run as a whole, such as what could not be forwarded. Those of a test are there.'
    },
    tests: arrayOf('test'),
    'repeated?': { ...arrayOf('repeated'), description: 'Of tests that were run several times.' }
  }),
  $defs: jsonDefinitions
}
