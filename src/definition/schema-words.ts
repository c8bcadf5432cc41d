import { DURATION_PATTERN } from './duration.ts'
import { PROPAGATORS } from './propagators.ts'

/** A JSON Schema, 2020-12. */
export type Schema = { readonly [keyword: string]: unknown }

/** Spelt out, the key makes a linter take a schema for a promise. */
export const THEN = 'then'

interface ObjectHints {
  /** Keys that Tracetest writes into files: read over. */
  readonly silent?: readonly string[]
  /** Keys that have no effect, and why. */
  readonly idle?: Readonly<Record<string, string>>
  /** Keys often written here that belong elsewhere. */
  readonly home?: Readonly<Record<string, string>>
}

/** A mapping that has these keys and `x-…` ones. */
export function mapping(
  title: string,
  properties: Schema,
  extra: Schema & { readonly hints?: ObjectHints } = {}
): Schema {
  const { hints = {}, ...keywords } = extra
  const annotations = Object.entries(hints).map(([key, value]) => [`x-${key}`, value])
  return {
    title,
    type: 'object',
    properties,
    patternProperties: { '^x-': true },
    additionalProperties: false,
    ...keywords,
    ...Object.fromEntries(annotations)
  }
}

/** A text; what YAML takes for a number or a truth value is read as it is written. */
export function text(title: string, description: string, extra: Schema = {}): Schema {
  return { title, description, type: ['string', 'number', 'boolean'], ...extra }
}

/** A duration, as Go writes it. */
export function duration(description: string, examples: readonly string[]): Schema {
  return {
    title: 'a duration',
    description,
    type: ['string', 'integer'],
    pattern: DURATION_PATTERN,
    minimum: 0,
    maximum: 0,
    examples,
    'x-fix': `write it with a unit, such as ${examples.map(example => `\`${example}\``).join(' or ')}`
  }
}

/** Where a web page comes from, `*` standing for any part of it. */
export const ORIGIN = '^(?:\\*|null|[A-Za-z][A-Za-z0-9+.*-]*://[^\\s/]+)$'
export const ORIGIN_TITLE = 'an origin such as https://shop.example:3000 or https://*.example.com'

/** In which formats the trace context is sent. */
export const PROPAGATION: Schema = {
  title: 'a list of formats',
  description: 'The formats in which the trace context is sent, by their names in OTEL_PROPAGATORS.',
  type: 'array',
  items: { title: 'a format', enum: PROPAGATORS },
  default: ['tracecontext', 'baggage'],
  examples: [['tracecontext', 'baggage', 'b3']],
  'x-fix': 'write a list: `propagation: [tracecontext, baggage, b3]`'
}

/** A link with the place of the trace id in it. */
export const TRACE_URL_PATTERN = '^https?://\\S*\\{traceId\\}\\S*$'
export const TRACE_URL_TITLE =
  'a URL with {traceId} in it, such as https://grafana.example/explore?trace={traceId}'

/** What can be waited for until it answers. */
export const WAIT_TARGET_PATTERN =
  '^(?:[Hh][Tt][Tt][Pp][Ss]?://[^/\\s,]+[^\\s,]*|[Tt][Cc][Pp]://[^\\s/,]+:\\d{1,5}/?)$'

/** Where the receiver listens: a port alone stands for the loopback addresses; the highest port is 65535. */
export const LISTEN_ADDRESS =
  '^(?:(?:\\[[0-9A-Fa-f:.]+\\]|[^\\s:\\[\\]]+):)?(?:\\d{1,4}|[1-5]\\d{4}|6(?:[0-4]\\d{3}|5(?:[0-4]\\d\\d|5(?:[0-2]\\d|3[0-5]))))$'
