import type { GraphQLSchema } from 'graphql'
import type { ExamineContext, OptionProblem } from '../../plugin/trigger.ts'
import { tlsProblems } from '../tls-problems.ts'
import { fitVariables } from './fit-variables.ts'
import { loadSchema } from './load-schema.ts'
import type { GraphqlOptions } from './options.ts'
import { readText } from './print-request.ts'
import { chooseOperation, readQuery } from './read-query.ts'

/** What is wrong with a request, as far as it is known before anything is sent. */
export async function examineGraphql(
  options: GraphqlOptions,
  context: ExamineContext
): Promise<readonly OptionProblem[]> {
  return [...(await tlsProblems(options.tls, context)), ...(await requestProblems(options, context))]
}

async function requestProblems(
  { body, schema: named }: GraphqlOptions,
  context: ExamineContext
): Promise<readonly OptionProblem[]> {
  let schema: GraphQLSchema | undefined
  if (named !== undefined) {
    const loaded = await loadSchema(named, path => context.readFile(path))
    if ('problems' in loaded) return loaded.problems
    schema = loaded
  }
  if (context.isOpen(['body', 'query'])) return []
  const text = await readText(body.query, context)
  if ('problem' in text) return [{ path: ['body', 'query'], message: text.problem }]
  const { document, problems } = readQuery(text.query, schema, context.fillingAt(['body', 'query']))
  if (document === undefined || problems.length > 0 || context.isOpen(['body', 'operationName']))
    return problems
  const operation = chooseOperation(document, body.operationName || undefined)
  if ('path' in operation) return [operation]
  return fitVariables(operation, body.variables ?? {}, {
    schema,
    openPaths: context.openPaths,
    fillingAt: path => context.fillingAt(path)
  }).problems
}
