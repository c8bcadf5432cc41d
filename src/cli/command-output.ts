import { StringDecoder } from 'node:string_decoder'
import type { Environment } from './environment.ts'

/** What a command that we started says, line by line. */
export interface CommandOutput {
  take(chunk: Buffer, stream: 'stdout' | 'stderr'): void
  /** The last lines, masked. */
  lastLines(count: number): readonly string[]
  /** Says what is left of a line that was never ended. */
  close(): void
}

const MOST_KEPT = 50
/** A line that never ends is cut here. */
const LONGEST_LINE = 10_000

/**
 * Passes the lines on to standard error, each behind the name of the command: standard output belongs to the report. Where
 * that is drawn on a terminal, they are only kept.
 */
export function createCommandOutput(name: string, { stdout, stderr, mask }: Environment): CommandOutput {
  const kept: string[] = []
  const streams = { stdout: new LineReader(), stderr: new LineReader() }
  const say = (line: string): void => {
    const masked = mask.text(line)
    kept.push(masked)
    if (kept.length > MOST_KEPT) kept.shift()
    if (!stdout.isTty) stderr.write(`${name} | ${masked}\n`)
  }
  return {
    take: (chunk, stream) => {
      for (const line of streams[stream].read(chunk)) say(line)
    },
    lastLines: count => kept.slice(-count).map(line => mask.text(line)),
    close: () => {
      for (const reader of Object.values(streams)) for (const line of reader.end()) say(line)
    }
  }
}

class LineReader {
  readonly #decoder = new StringDecoder('utf8')
  #open = ''

  read(chunk: Buffer): readonly string[] {
    const lines = (this.#open + this.#decoder.write(chunk)).split(/\r?\n/)
    this.#open = lines.pop() ?? ''
    if (this.#open.length < LONGEST_LINE) return lines
    const cut = this.#open
    this.#open = ''
    return [...lines, cut]
  }

  end(): readonly string[] {
    const rest = this.#open + this.#decoder.end()
    this.#open = ''
    return rest === '' ? [] : [rest]
  }
}
