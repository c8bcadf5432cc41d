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
  readonly dataStore: Validate
  readonly pollingProfile: Validate
  readonly project: Validate
}

interface CompiledValidator {
  (value: unknown): boolean
  errors?: readonly SchemaError[] | null
}

function collect(compiled: CompiledValidator): Validate {
  return value => (compiled(value) ? [] : (compiled.errors ?? []))
}

/** The validators of what may stand in a file, compiled from the schemas when tracerun was built. */
export const validators: Validators = {
  test: collect(generated.test),
  dataStore: collect(generated.dataStore),
  pollingProfile: collect(generated.pollingProfile),
  project: collect(generated.project)
}
