import { OTLP_KINDS } from '../backends/otlp/options.ts'
import { examineEnvironment, findProxy } from '../doctor/environment-findings.ts'
import { examineStore, problemOf } from '../doctor/examine-store.ts'
import { BackendError, UsageError } from '../errors/errors.ts'
import { UnsendableRequest } from '../http/http-error.ts'
import { parseTarget } from '../http/target.ts'
import type { Finding } from '../model/finding.ts'
import { parseTraceId } from '../model/ids.ts'
import type { BoundBackend, PlannedTest } from '../plan/plan.ts'
import type { TraceSession } from '../plugin/trace-backend.ts'
import { bindStore } from './bind-store.ts'
import type { Environment } from './environment.ts'
import { examineCanaries } from './examine-canaries.ts'
import { readInputs } from './inputs.ts'
import type { DoctorOptions } from './options.ts'
import { pluginContext } from './plugin-context.ts'

/** What is examined: the store of a test, or the one of the project. */
interface Subject {
  readonly backend: BoundBackend
  readonly test: PlannedTest | undefined
  readonly findings: readonly Finding[]
}

/** Every finding of `doctor`, in the order in which one rests on another. */
export async function* examineAll(options: DoctorOptions, environment: Environment): AsyncGenerator<Finding> {
  checkEndpoint(options.otlpEndpoint)
  const subject = await readSubject(options, environment)
  yield* subject.findings
  yield* examineEnvironment(environment.variables)
  const { backend } = subject
  let session: TraceSession
  try {
    session = await backend.open(pluginContext(environment))
  } catch (error) {
    if (!(error instanceof BackendError)) throw error
    yield problemOf('store', error)
    return
  }
  await using opened = session
  yield* examineSession(opened, subject, options, environment)
}

async function* examineSession(
  session: TraceSession,
  { backend, test }: Subject,
  options: DoctorOptions,
  environment: Environment
): AsyncGenerator<Finding> {
  const { clock, signal } = environment
  const proxy = findProxy(session.describe, environment.variables)
  if (proxy !== undefined) yield proxy
  if (session.endpoints === undefined) {
    const randomId = parseTraceId(Buffer.from(environment.random(16)).toString('hex'))!
    let isReached = true
    for await (const finding of examineStore({ session, caps: backend.caps, randomId, clock, signal })) {
      yield finding
      if (finding.status === 'problem') isReached = false
    }
    if (!isReached) return
  } else yield { topic: 'store', status: 'ok', text: `it listens: ${session.describe}` }
  yield* examineCanaries(session, backend.caps, options, environment)
  if (test !== undefined) {
    const { measureDelays } = await import('../doctor/measure-delays.ts')
    yield* measureDelays({ test, session, context: pluginContext(environment), random: environment.random })
  }
  for (const text of session.warnings?.() ?? []) yield { topic: 'store', status: 'note', text }
}

function checkEndpoint(url: string | undefined): void {
  try {
    if (url !== undefined) parseTarget(url)
  } catch (error) {
    if (!(error instanceof UnsendableRequest)) throw error
    throw new UsageError(`--otlp-endpoint: ${error.message}`, { hint: 'such as http://localhost:4318' })
  }
}

async function readSubject(options: DoctorOptions, environment: Environment): Promise<Subject> {
  if (options.files.length > 0) {
    const { plan, sourceNames } = await readInputs({ ...options, strict: false }, environment)
    const [test] = plan.tests
    if (test === undefined)
      throw new UsageError('the files hold no test', { hint: 'a test is a document with "type: Test"' })
    const where = `${sourceNames.join(', ')}: the test "${test.name}"`
    return { backend: test.backend, test, findings: [storeFinding(test.backend, where)] }
  }
  const { backend, project, chosenBy } = await bindStore(options, environment)
  const file: Finding = project
    ? { topic: 'config', status: 'ok', text: `the project file is ${project.source.name}` }
    : {
        topic: 'config',
        status: 'ok',
        text: `there is no tracerun.yaml in ${environment.cwd} or above it: defaults hold`
      }
  return { backend, test: undefined, findings: [file, storeFinding(backend, chosenBy)] }
}

function storeFinding({ kind }: BoundBackend, chosenBy: string | undefined): Finding {
  const origin = chosenBy === undefined ? '' : ` (${chosenBy})`
  const what = OTLP_KINDS.includes(kind)
    ? `traces are received by tracerun itself${chosenBy === undefined ? ', as no data store is named' : ''}`
    : `traces are read from a data store of type ${kind}`
  return { topic: 'config', status: 'ok', text: `${what}${origin}` }
}
