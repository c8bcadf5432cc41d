import type { Severity } from '../errors/diagnostic.ts'
import type { EmbeddedText } from '../source/embedded.ts'
import type { Location } from '../source/source-text.ts'
import type { MapNode } from './tree.ts'

/** A value, and where it was written; no place where a flag or a variable of the process gave it. */
export interface Placed<T> {
  readonly value: T
  readonly location?: Location
}

/** Where the spans of a test are read from. */
export interface DataStoreDefinition {
  /** `otlp`, `jaeger`, …: not yet known to exist. */
  readonly type: Placed<string>
  /** The block named after the type. */
  readonly options?: MapNode
  /** What the short form `type=ADDRESS` says instead. */
  readonly address?: Placed<string>
  /** Where the relative paths of the options start; the working directory if absent. */
  readonly folder?: string
}

/** Tracetest's way to say how long to wait. */
export interface PollingProfileDefinition {
  readonly timeoutMs?: Placed<number>
  readonly retryDelayMs?: Placed<number>
}

/** How long to wait, and what for: the same keys in a test and in the project file. */
export interface WaitDefinition {
  readonly timeoutMs?: Placed<number>
  readonly flushDelayMs?: Placed<number>
  readonly lagMs?: Placed<number>
  readonly tailSamplingMs?: Placed<number>
  readonly absenceWindowMs?: Placed<number>
  readonly asyncMs?: Placed<number>
  readonly allowOrphans?: Placed<boolean>
  readonly followsLinks?: Placed<boolean>
  readonly externalHosts?: readonly Placed<string>[]
}

export interface VariableDefinition {
  readonly name: string
  readonly value: string
  readonly isSecret: boolean
  /** Its value could not be filled in, which was reported. */
  readonly isUnset?: boolean
  /** Of the name: the value may be a secret, which no message shows. */
  readonly location?: Location
}

/** A set of variables, named by its id or name, or by the path of its file: then what the file says is there. */
export interface VariableSetReference extends Placed<string> {
  readonly variables?: readonly VariableDefinition[]
}

/** The variables that a test, a suite or the project file brings, its own over those of its sets. */
export interface VariablesDefinition {
  readonly variables: readonly VariableDefinition[]
  readonly variableSets: readonly VariableSetReference[]
}

export interface TriggerDefinition {
  readonly type: Placed<string>
  /** Of the key under which the options stand. */
  readonly location: Location
  /** Everything under `trigger`: the options stand under a key that the trigger names. */
  readonly node: MapNode
  readonly timeoutMs?: Placed<number>
  readonly sampling?: 'friendly' | 'random'
  /** Names of formats of the trace context. */
  readonly propagation?: Placed<readonly string[]>
  /** The header of the answer that names the trace. */
  readonly traceIdHeader?: Placed<string>
}

interface SpecFacts {
  readonly location: Location
  readonly name?: EmbeddedText
  readonly when?: EmbeddedText
  readonly severity: Severity
}

export interface SelectorSpecDefinition extends SpecFacts {
  readonly kind: 'selector'
  readonly selector: EmbeddedText
  readonly assertions: readonly EmbeddedText[]
}

export interface SequenceSpecDefinition extends SpecFacts {
  readonly kind: 'sequence'
  readonly by: 'end' | 'start'
  readonly steps: readonly EmbeddedText[]
}

export type SpecDefinition = SelectorSpecDefinition | SequenceSpecDefinition

export interface OutputDefinition {
  readonly name: string
  readonly location: Location
  readonly selector?: EmbeddedText
  readonly value: EmbeddedText
  /** A list of the values of all selected spans, not the value of the first. */
  readonly isList: boolean
}

/** A file that an option may name instead of a text. */
export interface NamedFile {
  readonly path: string
  /** As messages show it. */
  readonly name: string
  /** Absent where it cannot be read as text. */
  readonly text?: EmbeddedText
  /** Why it cannot be read at all. */
  readonly problem?: string
}

/** A document of `type: Test`, as it stands in its file: selectors and templates not yet parsed. */
export interface TestDefinition extends VariablesDefinition {
  readonly kind: 'test'
  /** Of the name. */
  readonly location: Location
  readonly id?: string
  readonly name: string
  readonly description?: string
  readonly tags: readonly string[]
  /** The reason, if it is not to be run. */
  readonly skip?: string
  /** Where it says that it alone is to be run. */
  readonly only?: Location
  /** Not to be run beside another test of this group. */
  readonly serial?: string
  /** How often it is run again where it does not pass. */
  readonly retries?: Placed<number>
  readonly trigger: TriggerDefinition
  readonly collectsTrace: boolean
  readonly specs: readonly SpecDefinition[]
  readonly outputs: readonly OutputDefinition[]
  readonly wait: WaitDefinition
  /** A text names a document by its id or name. */
  readonly dataStore?: DataStoreDefinition | Placed<string>
  readonly pollingProfile?: PollingProfileDefinition | Placed<string>
  /** Where relative paths in it start: absent for a text that is no file. */
  readonly folder?: string
  /** What options name, by the path as it is written. */
  readonly files: ReadonlyMap<string, NamedFile>
  /** Parts of it were wrong and are left out: good for finding more mistakes, not for running. */
  readonly isIncomplete: boolean
}

/** A variable that a step gives to its test: worked out when the step is reached. */
export interface StepVariable {
  readonly name: string
  readonly value: EmbeddedText
  readonly location: Location
}

/** One step of a suite. */
export interface StepDefinition {
  /** A test or suite, by its id, its name, or the path of its file. */
  readonly reference: Placed<string>
  /** Where the test or suite stands that a path leads to. */
  readonly target?: Location
  readonly variables: readonly StepVariable[]
}

/** A document of `type: TestSuite`, or `Transaction`, as it was called once: tests run one after the other. */
export interface SuiteDefinition extends VariablesDefinition {
  readonly kind: 'suite'
  /** Of the name. */
  readonly location: Location
  readonly id?: string
  readonly name: string
  readonly tags: readonly string[]
  /** The reason, if it is not to be run. */
  readonly skip?: string
  readonly steps: readonly StepDefinition[]
  /** Where relative paths in it start. */
  readonly folder?: string
  /** Parts of it were wrong and are left out. */
  readonly isIncomplete: boolean
}

/** A document of `type: VariableSet`, or `Environment`, as it was called once. */
export interface VariableSetDocument {
  readonly kind: 'variable-set'
  readonly location: Location
  readonly id?: string
  readonly name?: string
  readonly variables: readonly VariableDefinition[]
}

/** A document of `type: DataStore`. */
export interface DataStoreDocument {
  readonly kind: 'data-store'
  readonly location: Location
  readonly id?: string
  readonly name?: string
  readonly dataStore: DataStoreDefinition
}

/** A document of `type: PollingProfile`. */
export interface PollingProfileDocument {
  readonly kind: 'polling-profile'
  readonly location: Location
  readonly id?: string
  readonly name?: string
  readonly pollingProfile: PollingProfileDefinition
}

/** One document of a file: what it says, every value with its place. */
export type Definition =
  | TestDefinition
  | SuiteDefinition
  | VariableSetDocument
  | DataStoreDocument
  | PollingProfileDocument

export function isPlacedText(value: object): value is Placed<string> {
  return 'value' in value && typeof value.value === 'string'
}
