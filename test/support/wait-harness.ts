import type { Judgement } from '../../src/judge/judge.ts'
import type { Span } from '../../src/model/span.ts'
import type { Trace } from '../../src/model/trace.ts'
import type { WaitSettings } from '../../src/plan/plan.ts'
import type { JudgeView } from '../../src/run/judging.ts'
import { guardSession } from '../../src/run/sessions.ts'
import { watchTrace } from '../../src/run/trace-watch.ts'
import { type WaitResult, waitForTrace } from '../../src/run/wait.ts'
import { buildWaitPolicy } from '../../src/run/wait-policy.ts'
import { createFakeBackend, type FakeBackend, type FakeBackendOptions } from './fake-backend.ts'
import { createManualClock, type ManualClock } from './manual-clock.ts'
import { EPOCH, TRACE_ID, triggerSpan } from './trace-builder.ts'

/** The trigger span of the builder: the answer came 95 ms after the epoch. */
const ANSWERED_MS = 95

/** A judgement with no checks in it, that asks of waiting what a test says. */
export function judgementOf(parts: Partial<Judgement> = {}): Judgement {
  return { specs: [], outputs: [], isFinal: false, isWatched: false, hasFailure: false, ...parts }
}

export interface HarnessOptions extends Partial<FakeBackendOptions> {
  readonly wait?: Partial<WaitSettings>
  readonly judge?: (trace: Trace, view: JudgeView) => Judgement
  readonly provenPeers?: Set<string>
  readonly isOurs?: boolean
  readonly isMessage?: boolean
  /** How long spans were under way in earlier runs. */
  readonly learnedMs?: number
  /** How long each judgement takes. */
  readonly judgingMs?: number
  /** How many tests wait at once. */
  readonly waiting?: number
  /** Of 200 ms, unless this is false. */
  readonly declaresFlush?: boolean
}

export interface Harness {
  readonly clock: ManualClock
  readonly backend: FakeBackend
  readonly interruption: AbortController
  /** `phase:spans`, as they were told. */
  readonly progress: readonly string[]
  /** A span comes so many milliseconds after the answer. */
  arrive(ms: number, ...spans: readonly Span[]): void
  /** Waits to the end; to be called once. */
  wait(): Promise<WaitResult>
}

/** One trace being awaited, by a manual clock that stands at the answer. */
export function createHarness(options: HarnessOptions = {}): Harness {
  const clock = createManualClock(ANSWERED_MS)
  const backend = createFakeBackend({ isPushed: true, ...options })
  const interruption = new AbortController()
  const progress: string[] = []
  const trigger = triggerSpan()
  return {
    clock,
    backend,
    interruption,
    progress,
    arrive: (ms, ...spans) => clock.at(ANSWERED_MS + ms, () => backend.push(...spans)),
    wait() {
      const settings: WaitSettings = {
        ...(options.declaresFlush === false ? {} : { flushDelayMs: 200 }),
        allowOrphans: false,
        followsLinks: false,
        externalHosts: [],
        ...options.wait
      }
      const reach = settings.followsLinks && backend.caps.findsLinks ? 'linked' : 'alone'
      const watch = watchTrace(guardSession(backend, backend.caps, clock), TRACE_ID, clock, reach)
      return clock.run(
        waitForTrace(watch, {
          policy: buildWaitPolicy(backend.caps, settings, options.learnedMs),
          clock,
          signal: interruption.signal,
          trigger,
          times: {
            sentUnixNano: trigger.startUnixNano,
            answeredUnixNano: EPOCH + BigInt(ANSWERED_MS) * 1_000_000n
          },
          answeredUnixNano: EPOCH + BigInt(ANSWERED_MS) * 1_000_000n,
          isOurs: options.isOurs ?? true,
          allowsOrphans: settings.allowOrphans,
          externalHosts: settings.externalHosts,
          isMessage: options.isMessage ?? false,
          missesLinks: settings.followsLinks && reach === 'alone',
          provenPeers: options.provenPeers ?? new Set(),
          judge: (trace, view) => {
            clock.pass(options.judgingMs ?? 0)
            return options.judge?.(trace, view) ?? judgementOf()
          },
          waiting: () => options.waiting ?? 1,
          jitter: () => 0,
          onProgress: (phase, spans) => void progress.push(`${phase}:${spans}`)
        })
      )
    }
  }
}
