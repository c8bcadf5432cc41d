import type { BoundBackend } from '../plan/plan.ts'
import type { PluginContext } from '../plugin/context.ts'
import type { TraceSession } from '../plugin/trace-backend.ts'

/** The backends of a run, each opened once, on first use, and closed with it. */
export interface Sessions extends AsyncDisposable {
  /** Rejects with what opening it rejected with, again each time. */
  open(backend: BoundBackend): Promise<TraceSession>
}

/** Tests whose backends have the same key share a session. */
export function createSessions(context: PluginContext): Sessions {
  const opened = new Map<string, Promise<TraceSession>>()

  return {
    open(backend) {
      let session = opened.get(backend.key)
      if (session === undefined) {
        session = backend.open(context)
        opened.set(backend.key, session)
      }
      return session
    },
    async [Symbol.asyncDispose]() {
      const outcomes = await Promise.allSettled(opened.values())
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') continue
        try {
          await outcome.value[Symbol.asyncDispose]()
        } catch (error) {
          context.debug(`closing a backend failed: ${String(error)}`)
        }
      }
    }
  }
}
