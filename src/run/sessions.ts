import type { BoundBackend } from '../plan/plan.ts'
import type { Clock, PluginContext } from '../plugin/context.ts'
import type { BackendCaps, TraceSession } from '../plugin/trace-backend.ts'
import type { LookGate } from './look-gate.ts'
import { createLookGate } from './look-gate.ts'

/** A backend that was opened, and how it is to be asked. */
export interface OpenBackend {
  readonly session: TraceSession
  /** Shared by all traces. */
  readonly gate: LookGate
  /** A look that takes longer counts as busy. */
  readonly lookTimeoutMs: number
}

/** The backends of a run, each opened once, on first use, and closed with it. */
export interface Sessions extends AsyncDisposable {
  /** Rejects with what opening it rejected with, again each time. */
  open(backend: BoundBackend): Promise<OpenBackend>
  /** Closes all of them, once; answers with what they want the user to know. */
  close(): Promise<readonly string[]>
}

/** Puts the gate of its abilities before a session. */
export function guardSession(
  session: TraceSession,
  caps: Pick<BackendCaps, 'looksPerSecond' | 'lookTimeoutMs'>,
  clock: Clock
): OpenBackend {
  return { session, gate: createLookGate(caps, clock), lookTimeoutMs: caps.lookTimeoutMs }
}

/** Tests whose backends have the same key share a session. */
export function createSessions(context: PluginContext): Sessions {
  const opened = new Map<string, Promise<OpenBackend>>()
  let closed: Promise<readonly string[]> | undefined

  async function closeAll(): Promise<readonly string[]> {
    const outcomes = await Promise.allSettled(opened.values())
    const warnings: string[] = []
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') continue
      const { session } = outcome.value
      try {
        await session[Symbol.asyncDispose]()
      } catch (error) {
        context.debug(`closing a backend failed: ${String(error)}`)
      }
      warnings.push(...(session.warnings?.() ?? []))
    }
    return warnings
  }

  const close = (): Promise<readonly string[]> => {
    closed ??= closeAll()
    return closed
  }

  return {
    open(backend) {
      let session = opened.get(backend.key)
      if (session === undefined) {
        session = backend.open(context).then(ready => guardSession(ready, backend.caps, context.clock))
        opened.set(backend.key, session)
      }
      return session
    },
    close,
    async [Symbol.asyncDispose]() {
      await close()
    }
  }
}
