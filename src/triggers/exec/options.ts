import type { JsonSchema } from '../../plugin/context.ts'
import type { FileText } from '../../plugin/trigger.ts'

/** What stands under `trigger.exec`, with its templates resolved. */
export interface ExecOptions {
  readonly command: string | readonly string[]
  readonly shell?: boolean
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string | FileText
}

/** The schema of `trigger.exec`. */
export const EXEC_SCHEMA: JsonSchema = {
  description: 'A command that is run with the context of the trace in its environment.',
  type: 'object',
  additionalProperties: false,
  required: ['command'],
  properties: {
    command: {
      title: 'a list of words, or a text',
      type: ['array', 'string'],
      items: { type: 'string' },
      minItems: 1,
      minLength: 1,
      description:
        'The program and its arguments. A text is taken apart at white space; quotes hold words together.',
      examples: [['node', 'scripts/enqueue.js', '--order', '7']]
    },
    shell: {
      type: 'boolean',
      default: false,
      description: 'true: the command is a text for the shell of the machine.'
    },
    cwd: {
      type: 'string',
      minLength: 1,
      description:
        'The folder in which it runs, from the file on; without it, the one in which tracerun runs.'
    },
    env: {
      title: 'a mapping of names to texts',
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'Variables beside those of tracerun itself.',
      examples: [{ LOG_LEVEL: 'debug' }]
    },
    stdin: {
      type: 'string',
      description: 'What it reads: text, or the path of a file that starts with `./`, `../` or `/`.'
    }
  }
}
