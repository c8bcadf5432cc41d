import { StringDecoder } from 'node:string_decoder'
import type { Mask } from '../model/mask.ts'
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
/** A line that never ends is cut here, after what may be the beginning of a secret. */
const LONGEST_LINE = 10_000
const LONGEST_BEGINNING = 4_000

/**
 * Passes the lines on to standard error, each behind the name of the command: standard output belongs to the report. Where
 * that is drawn on a terminal, they are only kept.
 */
export function createCommandOutput(name: string, { stdout, stderr, mask }: Environment): CommandOutput {
  const kept: string[] = []
  const streams = { stdout: new LineReader(mask), stderr: new LineReader(mask) }
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
  readonly #mask: Mask
  readonly #decoder = new StringDecoder('utf8')
  #open = ''

  constructor(mask: Mask) {
    this.#mask = mask
  }

  read(chunk: Buffer): readonly string[] {
    const lines = (this.#open + this.#decoder.write(chunk)).split(/\r?\n/)
    this.#open = lines.pop() ?? ''
    if (this.#open.length < LONGEST_LINE) return lines
    const open = this.#mask.text(this.#open)
    const cut = Math.max(0, open.length - LONGEST_BEGINNING)
    this.#open = open.slice(cut)
    return [...lines, open.slice(0, cut)]
  }

  end(): readonly string[] {
    const rest = this.#open + this.#decoder.end()
    this.#open = ''
    return rest === '' ? [] : [rest]
  }
}
