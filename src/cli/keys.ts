/** Calls `onKey` with each key that is pressed, until it is disposed of. */
export type ListenForKeys = (onKey: (key: string) => void) => Disposable

const CTRL_C = '\u0003'

/** The keys of a terminal, each as it is pressed; undefined where standard input is none. */
export function keysAtTerminal(host: NodeJS.Process): ListenForKeys | undefined {
  const { stdin } = host
  if (!stdin.isTTY) return undefined
  return onKey => {
    const listen = (chunk: Buffer): void => {
      // A terminal that is read by the key sends no signal of its own.
      for (const key of chunk.toString('utf8')) key === CTRL_C ? host.emit('SIGINT', 'SIGINT') : onKey(key)
    }
    stdin.setRawMode(true)
    stdin.on('data', listen)
    return {
      [Symbol.dispose]() {
        stdin.off('data', listen)
        stdin.setRawMode(false)
        stdin.pause()
      }
    }
  }
}
