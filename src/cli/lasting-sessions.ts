import type { BoundBackend } from '../plan/plan.ts'
import type { PluginContext } from '../plugin/context.ts'
import type { Sessions } from '../run/sessions.ts'
import { createSessions } from '../run/sessions.ts'

/** Backends that stay open from round to round, so that no address is bound anew. */
export interface LastingSessions {
  /** For a round whose tests may use these backends; its end closes none of them. */
  forRound(backends: readonly BoundBackend[]): Promise<Sessions>
  /** Closes all of them; answers with what they want the user to know. */
  close(): Promise<readonly string[]>
}

/** Opens each backend on first use; all are opened anew once one of them is not wanted any more, or could not be opened. */
export function createLastingSessions(context: PluginContext): LastingSessions {
  let sessions = createSessions(context)
  let opened = new Set<string>()
  let isBroken = false
  return {
    async forRound(backends) {
      const wanted = new Set(backends.map(({ key }) => key))
      if (isBroken || [...opened].some(key => !wanted.has(key))) {
        await sessions.close()
        sessions = createSessions(context)
        opened = new Set()
        isBroken = false
      }
      return {
        async open(backend) {
          opened.add(backend.key)
          try {
            return await sessions.open(backend)
          } catch (error) {
            isBroken = true
            throw error
          }
        },
        close: () => Promise.resolve([]),
        [Symbol.asyncDispose]: () => Promise.resolve()
      }
    },
    close: () => sessions.close()
  }
}
