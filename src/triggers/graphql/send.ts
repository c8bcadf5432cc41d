import { type GraphQLSchema, getLocation, Source } from 'graphql'
import { TriggerError } from '../../errors/errors.ts'
import type {
  Filling,
  OptionPath,
  OptionProblem,
  TraceParent,
  TriggerContext,
  TriggerResult
} from '../../plugin/trigger.ts'
import { callName, sendHttpCall } from '../http-call.ts'
import { fitVariables } from './fit-variables.ts'
import { loadSchema } from './load-schema.ts'
import type { GraphqlOptions } from './options.ts'
import { printRequest, readText } from './print-request.ts'
import { chooseOperation, readQuery } from './read-query.ts'

const METHOD = 'POST'

/** Sends the query once, and hands on whatever is answered. */
export async function sendGraphql(
  options: GraphqlOptions,
  parent: TraceParent,
  context: TriggerContext
): Promise<TriggerResult> {
  return await sendHttpCall(
    {
      options,
      method: METHOD,
      defaultHeaders: [
        ['content-type', 'application/json'],
        ['accept', 'application/graphql-response+json, application/json']
      ],
      optionsKey: 'graphql',
      readBody: () => buildBody(options, context)
    },
    parent,
    context
  )
}

/** What was not known before is looked at now, as all the rest was. */
async function buildBody(options: GraphqlOptions, context: TriggerContext): Promise<Uint8Array> {
  const { body } = options
  const name = callName({ method: METHOD, options })
  const fillingAt = (path: OptionPath): Filling => context.fillingAt?.(path) ?? 'none'
  const text = await readText(body.query, context)
  if ('problem' in text) throw unsendable(name, [{ path: [], message: text.problem }], '')
  const schema = await schemaFor(options, context, name)
  const { document, problems } = readQuery(text.query, schema, fillingAt(['body', 'query']))
  if (document === undefined || problems.length > 0) throw unsendable(name, problems, text.query)
  const operationName = body.operationName || undefined
  const operation = chooseOperation(document, operationName)
  if ('path' in operation) throw unsendable(name, [operation], text.query)
  const fitted = fitVariables(operation, body.variables ?? {}, {
    schema,
    openPaths: [],
    fillingAt
  })
  if (fitted.problems.length > 0) throw unsendable(name, fitted.problems, text.query)
  return printRequest(text.query, fitted.variables, operationName)
}

/** Where nothing was filled in, all that a schema says was said before. */
async function schemaFor(
  { schema: named, body }: GraphqlOptions,
  context: TriggerContext,
  name: string
): Promise<GraphQLSchema | undefined> {
  if (named === undefined || !isFilled(body, ['body'], context)) return undefined
  const loaded = await loadSchema(named, path => context.readFile(path))
  if ('problems' in loaded) throw unsendable(name, loaded.problems, '')
  return loaded
}

function isFilled(value: unknown, path: OptionPath, context: TriggerContext): boolean {
  if (typeof value === 'string') return (context.fillingAt?.(path) ?? 'none') !== 'none'
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([key, inner]) =>
    isFilled(inner, [...path, Array.isArray(value) ? Number(key) : key], context)
  )
}

function unsendable(name: string, problems: readonly OptionProblem[], query: string): TriggerError {
  const texts = problems.map(({ message, range }) => {
    if (range === undefined) return message
    const { line, column } = getLocation(new Source(query), range.start)
    return `${message} (line ${line}, column ${column} of the query)`
  })
  return new TriggerError({
    code: 'TRIGGER_CRASHED',
    message: `${name} cannot be sent: ${texts.join('; ')}`,
    hint: problems.find(({ hint }) => hint !== undefined)?.hint
  })
}
