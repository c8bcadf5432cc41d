/** Asks a person one question; resolves with what was typed, lines that go on in the next one together. */
export type Ask = (question: string) => Promise<string>

/** Somebody to ask: undefined where nobody sits, as in CI. Rejects with the reason of the signal on Ctrl-C. */
export function askAtTerminal(host: NodeJS.Process, signal: AbortSignal): Ask | undefined {
  const { stdin, stdout, env } = host
  if (!stdin.isTTY || !stdout.isTTY || (env['CI'] ?? '') !== '') return undefined
  return async question => {
    const { createInterface } = await import('node:readline')
    const terminal = createInterface({ input: stdin, output: stdout, prompt: question })
    const stop = (): void => terminal.close()
    signal.addEventListener('abort', stop, { once: true })
    // A terminal that is read by the character sends no signal of its own.
    terminal.on('SIGINT', () => host.emit('SIGINT', 'SIGINT'))
    const lines: string[] = []
    try {
      terminal.prompt()
      for await (const line of terminal) {
        lines.push(line)
        if (!/[\\^`]\s*$/.test(line)) break
      }
    } finally {
      signal.removeEventListener('abort', stop)
      terminal.close()
    }
    signal.throwIfAborted()
    return lines.join('\n')
  }
}
