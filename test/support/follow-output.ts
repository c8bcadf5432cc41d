import type { ChildProcessWithoutNullStreams } from 'node:child_process'

/** Reads along with a process: each call resolves once what it waits for has come after what was seen before. */
export function followOutput(child: ChildProcessWithoutNullStreams): (pattern: RegExp) => Promise<string> {
  let output = ''
  const waits: { pattern: RegExp; resolve: (text: string) => void }[] = []
  const notice = (): void => {
    const [wait] = waits
    const match = wait?.pattern.exec(output)
    if (!wait || !match) return
    const seen = output.slice(0, match.index + match[0].length)
    output = output.slice(seen.length)
    waits.shift()
    wait.resolve(seen)
    notice()
  }
  const listen = (chunk: Buffer): void => {
    output += chunk.toString('utf8')
    notice()
  }
  child.stdout.on('data', listen)
  child.stderr.on('data', listen)
  return pattern =>
    new Promise(resolve => {
      waits.push({ pattern, resolve })
      notice()
    })
}
