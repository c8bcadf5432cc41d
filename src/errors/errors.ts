import { type Diagnostic, inFileOrder } from './diagnostic.ts'
import type { ExitCode } from './exit-code.ts'

/** We could not do our work, and say why. Anything else that is thrown is a bug of tracerun. */
export abstract class TracerunError extends Error {
  abstract readonly code: string
  abstract readonly exitCode: ExitCode
  /** What to do about it, apart from the message. */
  readonly hint: string | undefined

  constructor(message: string, options: { cause?: unknown; hint?: string | undefined } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    // Not enumerable: an error printed by `inspect` shows what happened, not our bookkeeping.
    Object.defineProperty(this, 'hint', { value: options.hint, enumerable: false })
  }
}

interface CodedOptions<Code extends string> {
  readonly code: Code
  readonly message: string
  readonly cause?: unknown
  readonly hint?: string | undefined
}

/** The command line makes no sense. */
export class UsageError extends TracerunError {
  override get name(): 'UsageError' {
    return 'UsageError'
  }
  get code(): 'USAGE' {
    return 'USAGE'
  }
  get exitCode(): 2 {
    return 2
  }
}

/** The files of the user contain mistakes; carries all of them. */
export class DefinitionError extends TracerunError {
  readonly diagnostics: readonly Diagnostic[]
  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(diagnostic => diagnostic.message).join('\n'))
    this.diagnostics = inFileOrder(diagnostics)
  }
  override get name(): 'DefinitionError' {
    return 'DefinitionError'
  }
  get code(): 'DEFINITION_INVALID' {
    return 'DEFINITION_INVALID'
  }
  get exitCode(): 2 {
    return 2
  }
}

export type TriggerErrorCode = 'TRIGGER_UNREACHABLE' | 'TRIGGER_TIMEOUT' | 'TRIGGER_CRASHED'

/** The request got no answer at all; an unwelcome answer is data, not an error. */
export class TriggerError extends TracerunError {
  readonly #code: TriggerErrorCode
  constructor(options: CodedOptions<TriggerErrorCode>) {
    super(options.message, options)
    this.#code = options.code
  }
  override get name(): 'TriggerError' {
    return 'TriggerError'
  }
  get code(): TriggerErrorCode {
    return this.#code
  }
  get exitCode(): 3 {
    return 3
  }
}

export type BackendErrorCode =
  | 'BACKEND_UNREACHABLE'
  | 'BACKEND_UNAUTHORIZED'
  | 'BACKEND_REJECTED'
  | 'BACKEND_BAD_RESPONSE'

/** Traces cannot be read or received where they should be. */
export class BackendError extends TracerunError {
  readonly #code: BackendErrorCode
  constructor(options: CodedOptions<BackendErrorCode>) {
    super(options.message, options)
    this.#code = options.code
  }
  override get name(): 'BackendError' {
    return 'BackendError'
  }
  get code(): BackendErrorCode {
    return this.#code
  }
  get exitCode(): 3 {
    return 3
  }
}

export type TraceErrorCode = 'TRACE_NOT_FOUND' | 'TRACE_UNAVAILABLE'

/** The trace of a test did not come; the message holds the diagnosis. */
export class TraceError extends TracerunError {
  readonly #code: TraceErrorCode
  constructor(options: CodedOptions<TraceErrorCode>) {
    super(options.message, options)
    this.#code = options.code
  }
  override get name(): 'TraceError' {
    return 'TraceError'
  }
  get code(): TraceErrorCode {
    return this.#code
  }
  get exitCode(): 3 {
    return 3
  }
}

/** A report could not be written. */
export class ReporterError extends TracerunError {
  override get name(): 'ReporterError' {
    return 'ReporterError'
  }
  get code(): 'REPORTER_FAILED' {
    return 'REPORTER_FAILED'
  }
  get exitCode(): 3 {
    return 3
  }
}

/** Something happened that cannot happen; carries what was thrown. */
export class InternalError extends TracerunError {
  constructor(cause: unknown) {
    const message = cause instanceof Error ? cause.message : String(cause)
    super(`this is a bug in tracerun: ${message}`, {
      cause,
      hint: 'Please report it, with what `--debug` prints.'
    })
  }
  override get name(): 'InternalError' {
    return 'InternalError'
  }
  get code(): 'INTERNAL' {
    return 'INTERNAL'
  }
  get exitCode(): 70 {
    return 70
  }
}
