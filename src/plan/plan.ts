import type { Propagator } from '../definition/propagators.ts'
import type { TemplateNode } from '../language/ast.ts'
import type { CompiledChecks } from '../language/check.ts'
import type { TraceId } from '../model/ids.ts'
import type { Repetition } from '../model/run-event.ts'
import type { PluginContext } from '../plugin/context.ts'
import type { BackendCaps, TraceSession } from '../plugin/trace-backend.ts'
import type { TraceParent, TriggerContext, TriggerResult } from '../plugin/trigger.ts'
import type { Location } from '../source/source-text.ts'

/** A trigger whose options were checked; its templates are resolved at each run. */
export interface BoundTrigger {
  readonly kind: string
  /** It hands over a message, whose consumer works after the answer. */
  readonly isMessage: boolean
  /** It names a trace that something else began, and gets no answer. */
  readonly sendsNothing?: true
  /** What began that trace sends no span of its own. */
  readonly hasSilentOrigin?: true
  /** It runs a command of this machine, which needs to be allowed. */
  readonly runsCommands?: true
  /** For the reader of a plan: secrets are left out. */
  readonly options: unknown
  readonly timeoutMs: number
  readonly sampling: 'friendly' | 'random'
  /** The formats in which the trace context is sent. */
  readonly propagation: readonly Propagator[]
  /** The header of the answer that names the trace, where the user says so. */
  readonly traceIdHeader?: string
  /** Every template of the options: what they read is checked before the first request. */
  readonly templates: readonly TemplateNode[]
  /** `resolve` gives the text of a template of this trigger. */
  run(
    resolve: (template: TemplateNode) => string,
    parent: TraceParent,
    context: TriggerContext
  ): Promise<TriggerResult>
}

/** A backend whose options were checked. Tests that name the same one share it, and so its session. */
export interface BoundBackend {
  readonly kind: string
  /** What two tests must have in common to share a session. */
  readonly key: string
  readonly caps: BackendCaps
  /** `elsewhere`: addresses to listen on, for a receiver that was told none. */
  open(context: PluginContext, elsewhere?: readonly string[]): Promise<TraceSession>
  traceUrl?(traceId: TraceId): string | undefined
}

/** What the user said about how long to wait; defaults and rules are in the run. */
export interface WaitSettings {
  /** After the answer. */
  readonly timeoutMs?: number
  readonly flushDelayMs?: number
  readonly lagMs?: number
  readonly tailSamplingMs?: number
  /** Explicit, so that it holds for every watched check. */
  readonly absenceWindowMs?: number
  readonly asyncMs?: number
  /** The upper limit of the step between looks, from a polling profile. */
  readonly longestStepMs?: number
  readonly allowOrphans: boolean
  /** Traces that link to that of the test belong to it. */
  readonly followsLinks: boolean
  /** `host` or `host:port` of peers that send no spans. */
  readonly externalHosts: readonly string[]
}

export interface VariableValue {
  readonly value: string
  readonly isSecret: boolean
}

/** Tests that are run one after the other. The steps of a suite have it in common. */
export interface PlannedSuite {
  readonly id: string
  readonly name: string
  readonly location: Location
  /** Its own, and those of its tests: it is chosen as a whole. */
  readonly tags: readonly string[]
  /** How many there are. */
  readonly steps: number
}

/** A test as a step of a suite. */
export interface PlannedStep {
  readonly suite: PlannedSuite
  /** From 1. */
  readonly number: number
  /** What the files and the command line say, whether the suite stands over it or not. */
  readonly given: ReadonlyMap<string, VariableValue>
  /** What the suite gives to the test, each able to read those before it. */
  readonly variables: readonly { readonly name: string; readonly template: TemplateNode }[]
  /** Names of variables whose values are shown nowhere. */
  readonly hidden: ReadonlySet<string>
  /** Outputs of earlier steps without which it cannot be run. */
  readonly reads: ReadonlySet<string>
}

export interface PlannedTest {
  readonly id: string
  readonly name: string
  readonly location: Location
  readonly tags: readonly string[]
  /** The reason, if it is not to be run. */
  readonly skip?: string
  /** Where it says that it alone is to be run. */
  readonly only?: Location
  /** Not to be run beside another test of this group. */
  readonly serial?: string
  /** How often it is run again where it does not pass. */
  readonly retries?: number
  readonly trigger: BoundTrigger
  readonly backend: BoundBackend
  readonly collectsTrace: boolean
  readonly wait: WaitSettings
  readonly variables: ReadonlyMap<string, VariableValue>
  readonly checks: CompiledChecks
  readonly step?: PlannedStep
  /** Which of several runs of it this is. */
  readonly repetition?: Repetition
  /** Outputs that a step of the suite sends as credentials, or takes for secret. */
  readonly secretOutputs: ReadonlySet<string>
  /** Said before the run, repeated with the result. */
  readonly warnings: readonly string[]
}

/** What will happen: no YAML, no text left to parse, nothing left to find out about the user's files. */
export interface Plan {
  readonly tests: readonly PlannedTest[]
  /** Texts that must appear in no output, in no encoding. */
  readonly secrets: readonly string[]
}
