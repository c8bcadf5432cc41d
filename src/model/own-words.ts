import type { Severity } from '../errors/diagnostic.ts'
import type { Loss, RunEvent, RunReport } from './run-event.ts'
import type { Span, SpanKind } from './span.ts'
import type { CheckResult, GroundKind, OutputResult, TestOutcome } from './verdict.ts'

const OUTCOMES: Readonly<
  Record<
    TestOutcome | RunReport['outcome'] | CheckResult['outcome'] | OutputResult['outcome'] | 'flaky',
    true
  >
> = {
  passed: true,
  failed: true,
  errored: true,
  skipped: true,
  flaky: true,
  interrupted: true,
  held: true,
  violated: true,
  undetermined: true,
  unmatched: true
}

const EVENTS: Readonly<Record<RunEvent['type'], true>> = {
  'run-started': true,
  'test-started': true,
  'test-progressed': true,
  'test-retried': true,
  'test-finished': true,
  'test-revised': true,
  'trace-grown': true,
  'test-warned': true,
  'run-finished': true
}

const SPAN_KINDS: Readonly<Record<SpanKind, true>> = {
  unspecified: true,
  internal: true,
  server: true,
  client: true,
  producer: true,
  consumer: true
}

/** Every ground on which waiting may have ended. */
export const GROUNDS: Readonly<Record<GroundKind, true>> = {
  structural: true,
  quiet: true,
  stated: true,
  answer: true,
  asserted: true,
  truncated: true,
  incomplete: true,
  timeout: true,
  interrupted: true
}

const STATUS: Readonly<Record<Span['status']['code'], true>> = { unset: true, ok: true, error: true }

const SEVERITIES: Readonly<Record<Severity, true>> = { error: true, warning: true }

/** Everything that a backend may lose. */
export const LOSSES: Readonly<Record<Loss, true>> = {
  links: true,
  events: true,
  'event-attributes': true,
  scope: true,
  'scope-attributes': true,
  resource: true,
  precision: true,
  case: true,
  types: true,
  'nested-types': true,
  kind: true,
  flags: true,
  'dropped-counts': true
}

const WORDS: ReadonlyMap<string, object> = new Map<string, object>([
  ['outcome', OUTCOMES],
  ['before', OUTCOMES],
  ['type', EVENTS],
  ['kind', { ...SPAN_KINDS, ...GROUNDS }],
  ['code', STATUS],
  ['severity', SEVERITIES],
  ['losses', LOSSES]
])

/** Whether a text is one of those that we say something by, as the value of this key. */
export function isOwnWord(key: string, text: string): boolean {
  const words = WORDS.get(key)
  return words !== undefined && Object.hasOwn(words, text)
}
