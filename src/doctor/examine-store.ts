import { BackendError } from '../errors/errors.ts'
import type { Finding } from '../model/finding.ts'
import type { TraceId } from '../model/ids.ts'
import type { Clock } from '../plugin/context.ts'
import type { BackendCaps, BackendIdentity, TraceSession } from '../plugin/trace-backend.ts'
import { lookOnce } from '../run/look-once.ts'

export interface StoreExamination {
  readonly session: TraceSession
  readonly caps: BackendCaps
  /** Of no trace that there is. */
  readonly randomId: TraceId
  readonly clock: Clock
  readonly signal: AbortSignal
}

const MOST_SKEW_MS = 1000

/** Reaches the store, lets it say who it is, and compares its clock with ours. */
export async function* examineStore(examination: StoreExamination): AsyncGenerator<Finding> {
  const { session } = examination
  const reach = await reachStore(examination)
  yield reach
  if (reach.status === 'problem' || session.identify === undefined) return
  yield* identifyStore(examination, session.identify.bind(session))
}

async function reachStore({ session, caps, randomId, clock, signal }: StoreExamination): Promise<Finding> {
  const topic = 'store'
  try {
    const found = await lookOnce(session, randomId, { clock, signal, lookTimeoutMs: caps.lookTimeoutMs })
    switch (found.status) {
      case 'absent':
        return {
          topic,
          status: 'ok',
          text: `it answers, and knows of no trace ${randomId}, as it should: ${session.describe}`
        }
      case 'busy':
        return {
          topic,
          status: 'problem',
          text: `it gave no answer in substance: ${found.reason}`,
          details: [session.describe],
          fix: 'let it come up, or look at its log; then try again'
        }
      case 'found':
        return {
          topic,
          status: 'problem',
          text: `it claims to have trace ${randomId}, whose id was made up just now`,
          details: [session.describe],
          fix: 'is it the right address? something else may answer there'
        }
    }
  } catch (error) {
    if (error instanceof BackendError) return problemOf('store', error)
    throw error
  }
}

async function* identifyStore(
  { clock, signal }: StoreExamination,
  identify: (signal: AbortSignal) => Promise<BackendIdentity>
): AsyncGenerator<Finding> {
  const asked = clock.now()
  let identity: BackendIdentity
  try {
    identity = await identify(signal)
  } catch (error) {
    if (!(error instanceof BackendError)) throw error
    yield { ...problemOf('store', error), status: 'note' }
    return
  }
  const answered = clock.now()
  const { version, protocol, clockUnixNano } = identity
  // Reaching the store has named the interface already.
  if (version !== undefined) {
    const words = [version, protocol].filter(word => word !== undefined)
    yield { topic: 'store', status: 'ok', text: `it is ${words.join(', ')}` }
  }
  if (clockUnixNano !== undefined) yield judgeClock(clockUnixNano, asked, answered)
}

/** The clock of the store was read at some moment between the question and the answer. */
export function judgeClock(theirs: bigint, asked: bigint, answered: bigint): Finding {
  const middle = (asked + answered) / 2n
  const doubtMs = Number(answered - asked) / 2e6
  const offsetMs = Number(theirs - middle) / 1e6
  const seconds = `${(Math.abs(offsetMs) / 1000).toFixed(1)} s`
  if (Math.abs(offsetMs) <= MOST_SKEW_MS + doubtMs)
    return { topic: 'clock', status: 'ok', text: 'its clock agrees with ours to a second' }
  return {
    topic: 'clock',
    status: 'note',
    text: `its clock is ${seconds} ${offsetMs > 0 ? 'ahead of' : 'behind'} ours`,
    fix: 'synchronise both (NTP): stores search by time, and spans of skewed hosts are waited for longer'
  }
}

/** What went wrong, with the way out that it names. */
export function problemOf(topic: Finding['topic'], { message, hint }: BackendError): Finding {
  const [text = '', ...details] = message.split('\n')
  return {
    topic,
    status: 'problem',
    text,
    ...(details.length === 0 ? {} : { details }),
    ...(hint === undefined ? {} : { fix: hint })
  }
}
