import type { Readable } from 'node:stream'

/** Reads along: each call resolves with what came up to what it waits for, after what was seen before. */
export function followOutput(stream: Readable): (pattern: RegExp) => Promise<string> {
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
  stream.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8')
    notice()
  })
  return pattern =>
    new Promise(resolve => {
      waits.push({ pattern, resolve })
      notice()
    })
}
