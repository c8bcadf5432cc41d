import type { Shard } from '../model/run-event.ts'

/** Which files are read, and with what values: the same for every command that reads definitions. */
export interface SourceOptions {
  /** Flags and positional arguments alike. */
  readonly files: readonly string[]
  readonly vars: readonly string[]
  readonly secret: readonly string[]
  readonly config?: string
  readonly strict: boolean
}

/** Flags that have a key in the project file and a variable of the process. */
export interface SettingOptions {
  readonly jobs?: string
  readonly retries?: string
  readonly pollingProfile?: string
  readonly timeout?: string
  readonly flushDelay?: string
  readonly lag?: string
  readonly tailSampling?: string
  readonly absenceWindow?: string
  readonly async?: string
  readonly external: readonly string[]
  readonly orphans?: string
  readonly links?: string
  readonly dataStore?: string
  readonly traceUrl?: string
  readonly otlpListen: readonly string[]
  readonly otlpCors: readonly string[]
  readonly otlpForward?: string
  readonly endpoint?: string
  readonly propagation?: string
  readonly waitFor: readonly string[]
  readonly waitTimeout?: string
  readonly reporter: readonly string[]
}

export interface RunOptions extends SourceOptions, SettingOptions {
  readonly tag: readonly string[]
  readonly grep: readonly string[]
  readonly grepInvert: readonly string[]
  readonly lastFailed: boolean
  readonly shard?: Shard
  /** After so many tests that do not pass, no further one is started. */
  readonly bail?: number
  /** How often each test is run, whatever comes of it. */
  readonly repeat?: number
  readonly failOnFlaky: boolean
  readonly quiet: boolean
  readonly verbose: boolean
  readonly output?: 'pretty' | 'json'
  /** A file for JUnit XML. */
  readonly junit?: string
  readonly passWithNoTests: boolean
  readonly allowExec: boolean
}

export interface ListOptions
  extends SourceOptions,
    Pick<SettingOptions, 'endpoint' | 'dataStore'>,
    Pick<RunOptions, 'tag' | 'grep' | 'grepInvert' | 'lastFailed' | 'shard' | 'passWithNoTests'> {
  readonly json: boolean
}

export interface ConfigOptions
  extends Pick<SourceOptions, 'config' | 'vars' | 'secret'>,
    SettingOptions,
    Pick<RunOptions, 'bail' | 'shard'> {
  readonly json: boolean
}

export interface ExecOptions extends RunOptions {
  /** What is started: a program and its arguments. */
  readonly command: readonly [string, ...string[]]
}

export interface MergeOptions {
  /** Folders that hold a report, or files. */
  readonly runs: readonly string[]
  readonly reporter: readonly string[]
  readonly output?: 'pretty' | 'json'
  readonly junit?: string
}

export interface ValidateOptions extends SourceOptions, Pick<SettingOptions, 'endpoint' | 'dataStore'> {}

export interface CheckOptions extends SourceOptions, Pick<SettingOptions, 'dataStore'> {
  readonly test?: string
  readonly trace: string
  readonly traceId?: string
  readonly watch: boolean
  readonly reporter: readonly string[]
  readonly output?: 'pretty' | 'json'
  readonly junit?: string
}

/** Which data store is asked, for commands that need no test. */
export interface StoreOptions extends Pick<SettingOptions, 'dataStore' | 'traceUrl'> {
  readonly config?: string
  readonly otlpListen?: readonly string[]
}

export interface ExplainOptions extends StoreOptions {
  readonly trace: string
  readonly traceId?: string
}

export interface TraceOptions extends StoreOptions {
  readonly traceId?: string
  readonly json: boolean
  readonly wait?: string
}

export interface DoctorOptions extends Omit<SourceOptions, 'strict'>, Omit<StoreOptions, 'otlpListen'> {
  readonly otlpListen: readonly string[]
  readonly otlpEndpoint?: string
  readonly endpoint?: string
  readonly output?: 'pretty' | 'json'
}

export interface InitOptions
  extends Pick<SettingOptions, 'dataStore' | 'otlpListen' | 'flushDelay' | 'timeout'> {
  /** A URL, a curl command, or nothing. */
  readonly request: readonly string[]
  /** Where the test is written. */
  readonly file?: string
  readonly ci?: 'github' | 'gitlab' | 'none'
  readonly yes: boolean
  readonly send: boolean
  readonly force: boolean
}
