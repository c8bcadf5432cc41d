import type { JsonSchema } from '../../plugin/context.ts'

export interface FileOptions {
  /** Files, or globs of `*`, `?` and `**`; absolute once they are bound. */
  readonly path: string | readonly string[]
  /** Whether more may come while the tests run; yes if absent. */
  readonly tail?: boolean
}

const NO_STANDARD_INPUT =
  '`-` (standard input) is no data store: it is read once, and tests share it; write it to a file, or use `tracerun check --trace -`'

export const FILE_SCHEMA: JsonSchema = {
  type: 'object',
  description: 'OTLP JSON, one document a line, as the `file` exporter of the Collector writes it.',
  properties: {
    path: {
      title: 'a file, a glob, or a list of them',
      type: ['string', 'array'],
      description: 'Files that are there or will be; `*`, `?` and `**` stand for several.',
      items: { title: 'a file or a glob', type: 'string', minLength: 1 },
      minLength: 1,
      minItems: 1,
      examples: ['traces.jsonl', 'logs/*.jsonl']
    },
    tail: {
      title: 'true or false',
      type: 'boolean',
      default: true,
      description: 'false: the files are finished, and read once.'
    }
  },
  required: ['path'],
  additionalProperties: false
}

/** Where the paths of files stand in the options. */
export const FILE_PATHS: readonly (readonly string[])[] = [['path'], ['path', '*']]

/** The options that `file=ADDRESS` stands for. */
export function parseFileAddress(address: string): FileOptions | string {
  if (address === '') return 'it needs a path: `file=traces.jsonl`'
  return address === '-' ? NO_STANDARD_INPUT : { path: address }
}

/** The paths as a list; an error text where one is none. */
export function pathsOf({ path }: Partial<FileOptions>): readonly string[] | string {
  if (path === undefined) return 'it needs a path: `file: { path: traces.jsonl }`'
  const paths = typeof path === 'string' ? [path] : path
  return paths.includes('-') ? NO_STANDARD_INPUT : paths
}
