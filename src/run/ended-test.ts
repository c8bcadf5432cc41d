import type { CallMemo } from '../judge/calls.ts'
import type { Judgement } from '../judge/judge.ts'
import type { CompiledChecks } from '../language/check.ts'
import type { SpanId, TraceId } from '../model/ids.ts'
import type { Response } from '../model/response.ts'
import type { TestReport } from '../model/run-event.ts'
import type { Trace } from '../model/trace.ts'
import type { PlannedTest } from '../plan/plan.ts'
import type { Answered } from './attempt.ts'
import { buildAnswered, judgeAttempt } from './attempt.ts'
import type { TraceWatch } from './trace-watch.ts'

export interface EndedTestFacts {
  readonly test: PlannedTest
  readonly watch: TraceWatch
  readonly answered: Answered
  readonly isPushed: boolean
  /** It passed on the ground that nothing more comes. */
  readonly isWatched: boolean
  readonly endedUnixNano: bigint
  /** Calls that were made give what is recorded of them. */
  createCalls(checks: CompiledChecks, recorded?: ReadonlyMap<string, string>): CallMemo
}

/**
 * A test that has ended, and what it takes to judge it again beside its report, which lies in the archive. A class, since
 * a run keeps one for each test until it ends.
 */
export class EndedTest {
  readonly watch: TraceWatch
  readonly isPushed: boolean
  readonly isWatched: boolean
  readonly endedUnixNano: bigint
  private readonly test: PlannedTest
  private readonly createCalls: EndedTestFacts['createCalls']
  private readonly traceId: TraceId
  private readonly spanId: SpanId
  private readonly sentUnixNano: bigint
  private readonly answeredUnixNano: bigint
  private readonly isUnanswered: boolean

  constructor({ test, watch, answered, isPushed, isWatched, endedUnixNano, createCalls }: EndedTestFacts) {
    const { parent, result, trigger } = answered
    this.test = test
    this.watch = watch
    this.isPushed = isPushed
    this.isWatched = isWatched
    this.endedUnixNano = endedUnixNano
    this.createCalls = createCalls
    this.traceId = trigger.traceId
    this.spanId = parent.spanId
    this.sentUnixNano = result.sentUnixNano
    this.answeredUnixNano = result.answeredUnixNano
    this.isUnanswered = result.isUnanswered === true
  }

  get id(): string {
    return this.test.id
  }

  get name(): string {
    return this.test.name
  }

  /** Of what has come by now. */
  buildTrace(report: TestReport): Trace {
    return this.watch.collector.buildTrace(this.answeredAs(report).trigger)
  }

  /** As a whole. `generated`: with what random functions gave only now. */
  judge(
    report: TestReport,
    trace: Trace
  ): { readonly judgement: Judgement; readonly generated: CallMemo['generated'] } {
    const { test, watch } = this
    const calls = this.createCalls(test.checks, report.generated)
    const attempt = { test, calls, variables: report.variables }
    const judgement = judgeAttempt(attempt, this.answeredAs(report), trace, {
      isComplete: true,
      mayRevise: false,
      holes: [],
      losses: watch.collector.losses
    })
    return { judgement, generated: calls.generated }
  }

  private answeredAs({ response = NO_RESPONSE }: TestReport): Answered {
    const { traceId, spanId, sentUnixNano, answeredUnixNano, isUnanswered } = this
    return buildAnswered(
      { traceId, spanId, headers: {} },
      { response, sentUnixNano, answeredUnixNano, sentHeaders: [], ...(isUnanswered ? { isUnanswered } : {}) }
    )
  }
}

const NO_RESPONSE: Response = { headers: [] }
