import {
  coerceInputValue,
  type GraphQLSchema,
  isInputObjectType,
  isInputType,
  Kind,
  type OperationDefinitionNode,
  parseType,
  print,
  type TypeNode,
  typeFromAST,
  type VariableDefinitionNode
} from 'graphql'
import { suggest } from '../../errors/suggest.ts'
import type { Filling, OptionPath, OptionProblem } from '../../plugin/trigger.ts'
import { wordsOf } from './mistakes.ts'
import type { Variables } from './options.ts'

const AT_VARIABLES: OptionPath = ['body', 'variables']

/** What is known of the texts among the variables. */
export interface VariableScope {
  readonly schema: GraphQLSchema | undefined
  /** Texts that are not known yet. */
  readonly openPaths: readonly OptionPath[]
  fillingAt(path: OptionPath): Filling
}

/** Variables as they are sent, and what keeps them from being sent. */
export interface FittedVariables {
  readonly variables: Variables
  readonly problems: readonly OptionProblem[]
}

/**
 * Holds variables against the operation that declares them. A text that a template gave as a whole becomes what the
 * operation declares, where that is an Int, a Float or a Boolean.
 */
export function fitVariables(
  operation: OperationDefinitionNode,
  given: Variables,
  scope: VariableScope
): FittedVariables {
  const problems: OptionProblem[] = []
  const definitions = operation.variableDefinitions ?? []
  const declared = new Map(definitions.map(one => [one.variable.name.value, one]))
  const placed = scope.openPaths
    .filter(path => startsWith(path, AT_VARIABLES))
    .reduce<Variables>((all, path) => withOpen(all, path.slice(AT_VARIABLES.length)), given)
  const variables: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(placed)) {
    const definition = declared.get(name)
    if (definition === undefined) problems.push(undeclared(name, operation, [...declared.keys()]))
    else
      variables[name] = typed(value, {
        type: definition.type,
        path: [...AT_VARIABLES, name],
        name,
        scope,
        problems
      })
  }
  for (const definition of definitions) problems.push(...missing(definition, variables))
  if (scope.schema !== undefined) problems.push(...misfits(definitions, variables, scope.schema))
  return { variables, problems }
}

/** Stands where a value is not known yet, or was complained of. */
const OPEN = Symbol('open')

function withOpen(value: unknown, [step, ...rest]: OptionPath): Variables {
  const inner = (old: unknown): unknown => (rest.length === 0 ? OPEN : withOpen(old, rest))
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (index === step ? inner(item) : item)) as unknown as Variables
  const map = (value ?? {}) as Variables
  return { ...map, [step!]: inner(map[step!]) }
}

function startsWith(path: OptionPath, start: OptionPath): boolean {
  return start.every((step, index) => path[index] === step)
}

interface Place {
  readonly type: TypeNode
  readonly path: OptionPath
  /** As messages call it: `input.lines[0].quantity`. */
  readonly name: string
  readonly scope: VariableScope
  readonly problems: OptionProblem[]
}

function typed(value: unknown, place: Place): unknown {
  const { type, path, name, scope } = place
  if (type.kind === Kind.NON_NULL_TYPE) return typed(value, { ...place, type: type.type })
  if (type.kind === Kind.LIST_TYPE)
    return Array.isArray(value)
      ? value.map((item: unknown, index) =>
          typed(item, { ...place, type: type.type, path: [...path, index], name: `${name}[${index}]` })
        )
      : typed(value, { ...place, type: type.type })
  if (typeof value === 'string')
    return scope.fillingAt(path) === 'whole' ? convert(value, type.name.value, place) : value
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const fields = fieldTypes(scope.schema, type.name.value)
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const field = fields?.get(key)
      const below = { ...place, path: [...path, key], name: `${name}.${key}` }
      return [key, field === undefined ? inner : typed(inner, { ...below, type: field })]
    })
  )
}

/** Only a schema knows what is below a variable. */
function fieldTypes(schema: GraphQLSchema | undefined, name: string): Map<string, TypeNode> | undefined {
  const type = schema?.getType(name)
  if (!isInputObjectType(type)) return undefined
  return new Map(
    Object.values(type.getFields()).map(field => [field.name, parseType(String(field.type))] as const)
  )
}

const FORMS: Readonly<Record<string, { readonly pattern: RegExp; readonly words: string }>> = {
  Int: { pattern: /^-?\d+$/, words: 'a whole number' },
  Float: { pattern: /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/, words: 'a number' },
  Boolean: { pattern: /^(?:true|false)$/, words: 'true or false' }
}

function convert(text: string, typeName: string, { path, name, problems }: Place): unknown {
  const form = FORMS[typeName]
  if (form === undefined) return text
  const trimmed = text.trim()
  if (form.pattern.test(trimmed)) return numberOf(trimmed)
  problems.push({
    path,
    message: `\`$${name}\` is declared as \`${typeName}\`, and what it is filled in with is none: "${text}"`,
    hint: `it must be ${form.words}`
  })
  return OPEN
}

/** Integers that a double cannot hold keep their digits. */
function numberOf(text: string): unknown {
  const value: unknown = JSON.parse(text.replace(/^(-?)0+(?=\d)/, '$1'))
  return Number.isInteger(value) && !Number.isSafeInteger(value) && /^-?\d+$/.test(text)
    ? BigInt(text)
    : value
}

function undeclared(
  name: string,
  { name: operationName, operation }: OperationDefinitionNode,
  declared: readonly string[]
): OptionProblem {
  const near = suggest(name, declared)
  const whose = operationName === undefined ? `this ${operation}` : `\`${operationName.value}\``
  return {
    path: [...AT_VARIABLES, name],
    message: `${whose} declares no variable \`$${name}\``,
    hint:
      near === undefined
        ? declared.length === 0
          ? `declare it: \`${operation} ${operationName?.value ?? 'Name'}($${name}: String)\``
          : `it declares ${declared.map(one => `\`$${one}\``).join(', ')}`
        : `did you mean \`${near}\`?`
  }
}

/** What must be given and is not. */
function missing(
  { variable, type, defaultValue }: VariableDefinitionNode,
  variables: Variables
): readonly OptionProblem[] {
  const { value: name } = variable.name
  if (type.kind !== Kind.NON_NULL_TYPE) return []
  if (variables[name] === null)
    return [
      {
        path: [...AT_VARIABLES, name],
        message: `\`$${name}\` is declared as \`${print(type)}\`, which cannot be null`,
        hint: 'give it a value'
      }
    ]
  if (defaultValue !== undefined || name in variables) return []
  return [
    {
      path: ['body', 'query'],
      range: { start: variable.loc!.start, end: variable.loc!.end },
      message: `\`$${name}\` is declared as \`${print(type)}\` without a default, and is not given`,
      hint: `write it under \`variables\`: \`${name}: …\``
    }
  ]
}

function misfits(
  definitions: readonly VariableDefinitionNode[],
  variables: Variables,
  schema: GraphQLSchema
): readonly OptionProblem[] {
  const problems: OptionProblem[] = []
  for (const definition of definitions) {
    const { value: name } = definition.variable.name
    const type = typeFromAST(schema, definition.type)
    if ((variables[name] ?? undefined) === undefined || !isInputType(type)) continue
    coerceInputValue(asNumbers(variables[name]), type, (path, value, error) => {
      if (value === OPEN) return
      const { message, hint } = wordsOf(error)
      const place = path.map(step => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('')
      problems.push({
        path: [...AT_VARIABLES, name, ...path],
        message: `\`$${name}${place}\` does not fit \`${print(definition.type)}\`: ${message}`,
        hint
      })
    })
  }
  return problems
}

/** graphql knows no `bigint`; what it says of a number that large is the same. */
function asNumbers(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value)) return value.map(asNumbers)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asNumbers(inner)]))
}
