import * as generated from './generated/validators.js'

/** One complaint of a validator; `parentSchema` is what it was checked against. */
export interface SchemaError {
  readonly instancePath: string
  readonly schemaPath: string
  readonly keyword: string
  readonly params: {
    readonly additionalProperty?: string
    readonly unevaluatedProperty?: string
    readonly missingProperty?: string
    readonly allowedValues?: readonly unknown[]
    readonly type?: string | readonly string[]
  }
  readonly parentSchema?: object | boolean
}

/** All complaints about a value; none if it is as it should be. */
export type Validate = (value: unknown) => readonly SchemaError[]

export interface Validators {
  readonly test: Validate
  readonly suite: Validate
  readonly variableSet: Validate
  readonly dataStore: Validate
  readonly pollingProfile: Validate
  readonly project: Validate
}

/** A validator as it is compiled: the errors of the last call hang on it. */
export interface CompiledValidator {
  (value: unknown): boolean
  errors?: readonly Omit<SchemaError, 'parentSchema'>[] | null
}

/** Code that passes schemas on with each error would be twice as large: they are looked up instead. */
function collect(compiled: CompiledValidator, name: string): Validate {
  return value =>
    compiled(value)
      ? []
      : (compiled.errors ?? []).map(error => ({ ...error, parentSchema: parentAt(name, error.schemaPath) }))
}

/** What a path such as `#/properties/name/type` or `jaeger/properties/url/type` leads to, without its last step. */
function parentAt(name: string, path: string): object | boolean {
  const [base = '#', ...steps] = path.split('/')
  schemas ??= JSON.parse(generated.schemaText) as Readonly<Record<string, unknown>>
  let found: unknown = schemas[base === '#' ? name : base]
  for (const step of steps.slice(0, -1)) {
    const key = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')
    found = (found as Readonly<Record<string, unknown>> | undefined)?.[key]
  }
  return typeof found === 'boolean' || (typeof found === 'object' && found !== null) ? found : {}
}

let schemas: Readonly<Record<string, unknown>> | undefined

/** The validators of what may stand in a file, compiled from the schemas when tracerun was built. */
export const validators: Validators = {
  test: collect(generated.test, 'test'),
  suite: collect(generated.suite, 'suite'),
  variableSet: collect(generated.variableSet, 'variableSet'),
  dataStore: collect(generated.dataStore, 'dataStore'),
  pollingProfile: collect(generated.pollingProfile, 'pollingProfile'),
  project: collect(generated.project, 'project')
}
