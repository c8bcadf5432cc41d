import {
  type DocumentNode,
  GraphQLError,
  GraphQLObjectType,
  GraphQLSchema,
  Kind,
  KnownFragmentNamesRule,
  LoneAnonymousOperationRule,
  NoFragmentCyclesRule,
  NoUndefinedVariablesRule,
  NoUnusedFragmentsRule,
  NoUnusedVariablesRule,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  UniqueArgumentNamesRule,
  UniqueFragmentNamesRule,
  UniqueInputFieldNamesRule,
  UniqueOperationNamesRule,
  UniqueVariableNamesRule,
  validate
} from 'graphql'
import { suggest } from '../../errors/suggest.ts'
import type { Filling, OptionPath, OptionProblem } from '../../plugin/trigger.ts'
import { queryProblem } from './mistakes.ts'

const AT_QUERY: OptionPath = ['body', 'query']
const AT_NAME: OptionPath = ['body', 'operationName']

/** What holds of a query whatever the schema. */
const RULES_WITHOUT_SCHEMA = [
  KnownFragmentNamesRule,
  LoneAnonymousOperationRule,
  NoFragmentCyclesRule,
  NoUndefinedVariablesRule,
  NoUnusedFragmentsRule,
  NoUnusedVariablesRule,
  UniqueArgumentNamesRule,
  UniqueFragmentNamesRule,
  UniqueInputFieldNamesRule,
  UniqueOperationNamesRule,
  UniqueVariableNamesRule
]

/** A query that was read, or why it cannot be sent. */
export interface ReadQuery {
  readonly document?: DocumentNode
  readonly problems: readonly OptionProblem[]
}

/** Reads a query and checks it, against the schema if there is one. */
export function readQuery(text: string, schema: GraphQLSchema | undefined, filling: Filling): ReadQuery {
  let document: DocumentNode
  try {
    document = parse(text)
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    return { problems: [syntaxProblem(error, text, filling)] }
  }
  const foreign = document.definitions.find(
    ({ kind }) => kind !== Kind.OPERATION_DEFINITION && kind !== Kind.FRAGMENT_DEFINITION
  )
  if (foreign !== undefined)
    return {
      problems: [
        {
          path: AT_QUERY,
          range: { start: foreign.loc!.start, end: foreign.loc!.start + 1 },
          message: 'this defines a schema, and asks nothing',
          hint: 'the schema belongs under `schema`, beside `body`'
        }
      ]
    }
  if (operationsOf(document).length === 0)
    return {
      document,
      problems: [
        { path: AT_QUERY, message: 'the query has no operation, only fragments', hint: EXAMPLE_HINT }
      ]
    }
  const errors =
    schema === undefined
      ? validate(NO_SCHEMA, document, RULES_WITHOUT_SCHEMA)
      : validate(schema, document, specifiedRules)
  return { document, problems: errors.map(error => queryProblem(error, text)) }
}

/** The operation that is meant, or why none is. */
export function chooseOperation(
  document: DocumentNode,
  name: string | undefined
): OperationDefinitionNode | OptionProblem {
  const operations = operationsOf(document)
  const names = operations.flatMap(operation => operation.name?.value ?? [])
  if (name === undefined) {
    const [first, second] = operations
    if (second === undefined) return first!
    return {
      path: ['body'],
      message: 'the query has several operations, and no `operationName` says which one is meant',
      hint: `write \`operationName: ${names[0] ?? ''}\`: there are ${names.join(', ')}`
    }
  }
  const found = operations.find(operation => operation.name?.value === name)
  if (found !== undefined) return found
  const near = suggest(name, names)
  return {
    path: AT_NAME,
    message: `the query has no operation \`${name}\``,
    hint:
      names.length === 0
        ? `its operation has no name: write \`${operations[0]!.operation} ${name}\`, or leave \`operationName\` out`
        : near === undefined
          ? `there are ${names.join(', ')}`
          : `did you mean \`${near}\`?`
  }
}

function operationsOf({ definitions }: DocumentNode): readonly OperationDefinitionNode[] {
  return definitions.filter(node => node.kind === Kind.OPERATION_DEFINITION)
}

const EXAMPLE_HINT = 'it looks like `query Product($id: ID!) { product(id: $id) { name } }`'

function syntaxProblem(error: GraphQLError, text: string, filling: Filling): OptionProblem {
  const problem = queryProblem(error, text)
  return {
    ...problem,
    message: `the query${filling === 'none' ? '' : ', once filled in,'} is not GraphQL: ${problem.message}`,
    hint: problem.hint ?? (/<EOF>/.test(error.message) ? 'is a bracket not closed?' : EXAMPLE_HINT)
  }
}

const NO_SCHEMA = new GraphQLSchema({
  query: new GraphQLObjectType({ name: 'Query', fields: {} }),
  assumeValid: true
})
