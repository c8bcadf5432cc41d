import { basename } from 'node:path'
import {
  buildASTSchema,
  buildClientSchema,
  GraphQLError,
  type GraphQLSchema,
  type IntrospectionQuery,
  parse,
  validateSchema
} from 'graphql'
import type { OptionPath, OptionProblem } from '../../plugin/trigger.ts'
import { rangeOf, wordsOf } from './mistakes.ts'

const AT_SCHEMA: OptionPath = ['schema']
const INLINE = /[\n;{]/

/** Schemas by their texts: all tests of a service name the same one, and building it takes a while. */
const built = new Map<string, GraphQLSchema>()

/** Builds the schema that a text is, or that the file at a path holds; or says why there is none. */
export async function loadSchema(
  schema: string,
  readFile: (path: string) => Promise<Uint8Array>
): Promise<GraphQLSchema | { readonly problems: readonly OptionProblem[] }> {
  const file = INLINE.test(schema) ? undefined : basename(schema)
  let text = schema
  if (file !== undefined)
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(schema))
    } catch (error) {
      return {
        problems: [
          {
            path: AT_SCHEMA,
            message: `${file} cannot be read: ${reasonOf(error)}`,
            hint: 'its path starts where the YAML file stands; the text of a schema may stand here as well'
          }
        ]
      }
    }
  const known = built.get(text)
  if (known !== undefined) return known
  const read = buildSchema(text)
  if (!Array.isArray(read)) {
    built.set(text, read as GraphQLSchema)
    return read as GraphQLSchema
  }
  return { problems: (read as readonly Error[]).map(error => schemaProblem(error, text, file)) }
}

function buildSchema(text: string): GraphQLSchema | readonly Error[] {
  try {
    // What a gateway adds (`@key`, `@shareable`) is no concern of a query: directives that nobody defines are let be.
    const schema = text.trimStart().startsWith('{')
      ? buildClientSchema(introspectionOf(text))
      : buildASTSchema(parse(text), { assumeValidSDL: true })
    const errors = validateSchema(schema)
    return errors.length === 0 ? schema : errors
  } catch (error) {
    if (error instanceof Error) return [error]
    throw error
  }
}

/** With or without the `data` round it, as the answer of a server has it. */
function introspectionOf(text: string): IntrospectionQuery {
  const { data, __schema } = JSON.parse(text) as {
    readonly data?: IntrospectionQuery
    readonly __schema?: IntrospectionQuery['__schema']
  }
  if (__schema !== undefined) return { __schema }
  if (data?.__schema !== undefined) return data
  throw new Error('it has no `__schema`, as the answer to an introspection query has')
}

function schemaProblem(error: Error, text: string, file: string | undefined): OptionProblem {
  const isPlaced = error instanceof GraphQLError
  const { message } = wordsOf(error)
  const [at] = (isPlaced && error.locations) || []
  const place = file === undefined || at === undefined ? '' : `${file}:${at.line}:${at.column}: `
  const range = isPlaced && file === undefined ? rangeOf(error, text) : undefined
  return {
    path: AT_SCHEMA,
    message: `${file === undefined || place !== '' ? 'the schema' : file} is not usable: ${place}${message}`,
    hint: 'it is SDL (`type Query { … }`), or the JSON that answers an introspection query',
    ...(range === undefined ? {} : { range })
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return 'code' in error && error.code === 'ENOENT' ? 'there is no such file' : error.message
}
