import { renderDurationMs } from '../doctor/duration-words.ts'
import type { TestReport } from '../model/run-event.ts'
import type { Trace } from '../model/trace.ts'
import type { PlannedTest } from '../plan/plan.ts'
import { createDelayMemory } from '../run/delay-memory.ts'
import { runPlan } from '../run/run-plan.ts'
import type { Environment } from './environment.ts'
import { readInputs } from './inputs.ts'
import { judgeStored } from './judge-stored.ts'
import type { InitOptions } from './options.ts'
import { pluginContext } from './plugin-context.ts'
import { readTrace } from './read-trace.ts'
import { createStore } from './store.ts'

/** What one request has shown. */
export interface Probe {
  readonly report: TestReport
  /** Where it is saved, for `check`. */
  readonly path: string | undefined
  /** The longest that a span was under way, by service. */
  readonly delays: ReadonlyMap<string, number>
}

/** Settings of this command alone; what the project file says holds beside them. */
export type ProbeSettings = Pick<InitOptions, 'dataStore' | 'otlpListen' | 'flushDelay' | 'timeout'> & {
  readonly endpoint?: string
}

/** The one test of a YAML text that stands in no file; its relative paths start at the working directory. */
export async function planText(
  text: string,
  settings: ProbeSettings,
  environment: Environment
): Promise<PlannedTest> {
  const { plan } = await readInputs(
    { ...settings, files: ['-'], vars: [], secret: [], strict: false, external: [], reporter: [] },
    { ...environment, readStdin: () => Promise.resolve(Buffer.from(text)) }
  )
  return plan.tests[0]!
}

/** Sends the request of a test once, waits for all of its trace, and saves both. */
export async function sendProbe(test: PlannedTest, environment: Environment): Promise<Probe> {
  const { clock, mask } = environment
  const runId = Buffer.from(environment.random(8)).toString('hex')
  const store = createStore({ cwd: environment.cwd, mask, runId })
  const memory = createDelayMemory(undefined, Number(clock.now() / 1_000_000n))
  const dependencies = {
    ...pluginContext(environment),
    random: (size: number) => environment.random(size),
    jobs: 1,
    delays: memory,
    runId
  }
  let trace: Trace | undefined
  const run = await runPlan({ tests: [test], secrets: [] }, dependencies, event => {
    store.onEvent(event)
    if ('report' in event && 'trace' in event.report) ({ trace } = event.report)
  })
  const report: TestReport = { ...run.tests[0]!, ...(trace ? { trace } : {}) }
  const notSaved = await store.close()
  if (notSaved !== undefined) environment.stderr.write(`warning: ${notSaved}\n`)
  return {
    report,
    path: notSaved === undefined ? store.pathOf(report) : undefined,
    delays: new Map((memory.changes() ?? []).map(({ service, gapMs }) => [service, gapMs]))
  }
}

/** Which specs of a test hold on what was seen, by their places; undefined where it was not kept. */
export async function heldSpecs(
  test: PlannedTest,
  { path }: Probe,
  environment: Environment
): Promise<readonly number[] | undefined> {
  if (path === undefined) return undefined
  const sources = { random: () => 0, nowUnixNano: () => environment.clock.now() }
  const stored = await readTrace(path, { cwd: environment.cwd })
  const { verdict } = judgeStored(test, stored, { path, sources })
  if (verdict.outcome === 'skipped') return []
  return verdict.specs.flatMap((spec, at) =>
    spec.checks.every(({ outcome }) => outcome === 'held') ? [at] : []
  )
}

/** With few services, one request may have come just before a batch was sent anyway. */
const FEWEST_SERVICES = 2
/** Of a batch timer of five seconds, a lucky moment. */
const MOST_CREDIBLE_MS = 400

/** What the delays of one request are worth: a flush delay to declare only where it was no accident. */
export function readDelays(delays: ReadonlyMap<string, number>): {
  readonly measured?: string
  readonly flushDelay?: string
} {
  if (delays.size === 0) return {}
  const longest = Math.max(...delays.values())
  const measured = renderDurationMs(longest)
  if (delays.size < FEWEST_SERVICES || longest > MOST_CREDIBLE_MS) return { measured }
  return { measured, flushDelay: renderDurationMs(Math.max(500, Math.ceil((longest * 2) / 100) * 100)) }
}
