import type { Environment } from './environment.ts'

/** What somebody at the terminal wants. */
export type Wish = 'all' | 'failed' | 'quit'

const KEYS: Readonly<Record<string, Wish>> = { '\r': 'all', '\n': 'all', a: 'all', f: 'failed', q: 'quit' }

/** Keys that are pressed while tests are run count once they are done. */
export interface Wishes extends Disposable {
  readonly prompt: string
  readonly isPending: boolean
  /** Aborted with the signal, and by the next wish. */
  interrupting(signal: AbortSignal): AbortSignal
  /** The last wish since the last call. */
  take(): Wish | undefined
}

/** Listens to the keys of a terminal; without one, only files and signals say what to do. */
export function listenForWishes({ keys }: Pick<Environment, 'keys'>): Wishes {
  let wish: Wish | undefined
  let pressed = new AbortController()
  const listening = keys?.(key => {
    if (!Object.hasOwn(KEYS, key)) return
    wish = KEYS[key]
    pressed.abort()
  })
  const keysShown = listening ? ': Enter or a runs all again, f those that did not pass, q ends' : ''
  return {
    prompt: `\nwaiting for changes${keysShown}\n`,
    get isPending() {
      return wish !== undefined
    },
    interrupting: signal => AbortSignal.any([signal, pressed.signal]),
    take() {
      const taken = wish
      wish = undefined
      pressed = new AbortController()
      return taken
    },
    [Symbol.dispose]() {
      listening?.[Symbol.dispose]()
    }
  }
}
