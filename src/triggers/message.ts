import type { Header } from '../model/response.ts'
import type { JsonSchema, PluginContext } from '../plugin/context.ts'
import type { ExamineContext, FileText, OptionProblem, TraceParent } from '../plugin/trigger.ts'

/** The message cannot be sent as it is written. */
export class UnsendableMessage extends Error {
  readonly hint: string | undefined
  constructor(message: string, hint?: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.hint = hint
  }
}

/** The schema of the headers of a message. */
export const MESSAGE_HEADERS_SCHEMA: JsonSchema = {
  type: 'array',
  description: 'Sent with the message, beside those of the trace context.',
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['key', 'value'],
    properties: {
      key: { type: 'string', minLength: 1, description: 'Its name; case matters.' },
      value: { type: 'string', description: 'Its value.' }
    }
  }
}

/** A user and a password, as brokers want them. */
export const BROKER_CREDENTIALS_SCHEMA: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['username', 'password'],
  properties: {
    username: { type: 'string', description: 'The name of the user.' },
    password: { type: 'string', description: 'The password: from a variable, not in the file.' }
  }
}

/** Headers that are known to have no name. */
export function namelessHeaders(
  headers: readonly Header[] | undefined,
  { isOpen }: ExamineContext
): readonly OptionProblem[] {
  return (headers ?? []).flatMap(({ key }, index) =>
    key === '' && !isOpen(['headers', index, 'key'])
      ? [{ path: ['headers', index, 'key'], message: 'the header has no name' }]
      : []
  )
}

/** What goes with a message. */
export interface MessageHeaders {
  /** In their order; names may repeat. */
  readonly sent: readonly Header[]
  readonly warnings: readonly string[]
}

/** Puts together the headers of the test and those of the trace context, which replace them. */
export function buildMessageHeaders(
  written: readonly Header[] | undefined,
  { headers }: TraceParent
): MessageHeaders {
  const isReplaced = ({ key }: Header): boolean => key.toLowerCase() in headers
  const own = written ?? []
  return {
    sent: [
      ...own.filter(header => !isReplaced(header)),
      ...Object.entries(headers).map(([key, value]) => ({ key, value }))
    ],
    warnings: own
      .filter(isReplaced)
      .map(({ key }) => `the header ${key} of the test was replaced: it carries the trace context`)
  }
}

/** The bytes of a message. Rejects with `UnsendableMessage`. */
export async function readMessage(
  written: string | FileText | undefined,
  context: PluginContext
): Promise<Buffer> {
  if (written === undefined || typeof written === 'string') return Buffer.from(written ?? '', 'utf8')
  try {
    return Buffer.from(await context.readFile(written.file))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UnsendableMessage(`it cannot be read from ${written.file}: ${reason}`, undefined, error)
  }
}
