import { Chalk, type ChalkInstance } from 'chalk'
import type { Line, Tone } from './line.ts'
import type { Screen } from './screen.ts'

/** Signs, of one column where they stand in columns. Whatever is said by colour is said by one of them, or by a word, as well. */
export interface Signs {
  readonly passed: string
  readonly failed: string
  readonly caution: string
  readonly skipped: string
  /** Passed, but not at the first attempt. */
  readonly flaky: string
  readonly near: string
  readonly running: string
  readonly dot: string
  readonly times: string
  readonly ellipsis: string
  readonly arrow: string
  readonly branch: string
  /** Before a span that hangs below one that it links to. */
  readonly joined: string
  readonly bar: string
  readonly tick: string
  readonly sum: string
  readonly micro: string
}

const UNICODE_SIGNS: Signs = {
  passed: '✓',
  failed: '✗',
  caution: '!',
  skipped: '○',
  flaky: '↻',
  near: '~',
  running: '▸',
  dot: '·',
  times: '×',
  ellipsis: '…',
  arrow: '→',
  branch: '└',
  joined: '↪',
  bar: '█',
  tick: '▏',
  sum: 'Σ',
  micro: 'µ'
}

const ASCII_SIGNS: Signs = {
  passed: '+',
  failed: 'x',
  caution: '!',
  skipped: 'o',
  flaky: '*',
  near: '~',
  running: '>',
  dot: '-',
  times: 'x',
  ellipsis: '...',
  arrow: '>',
  branch: '`',
  joined: '~>',
  bar: '#',
  tick: '|',
  sum: 'sum',
  micro: 'u'
}

export function signsOf(screen: Screen): Signs {
  return screen.hasUnicode ? UNICODE_SIGNS : ASCII_SIGNS
}

/** Lines as text for a screen, each with its line break. */
export function paint(lines: readonly Line[], screen: Screen): string {
  const chalk = new Chalk({ level: screen.colorLevel })
  return lines.map(line => `${paintLine(line, chalk).trimEnd()}\n`).join('')
}

/** Neighbours of one tone are painted in one stroke. */
function paintLine(line: Line, chalk: ChalkInstance): string {
  let painted = ''
  for (let at = 0; at < line.length; ) {
    const { tone } = line[at]!
    let text = ''
    for (; at < line.length && line[at]!.tone === tone; at++) text += line[at]!.text
    painted += text.trim() === '' ? text : brush(tone, chalk)(text)
  }
  return painted
}

function brush(tone: Tone, chalk: ChalkInstance): (text: string) => string {
  switch (tone) {
    case 'plain':
      return text => text
    case 'strong':
      return chalk.bold
    case 'dim':
      return chalk.dim
    case 'good':
      return chalk.green
    case 'bad':
      return chalk.red
    case 'caution':
      return chalk.yellow
    case 'accent':
      return chalk.cyan
  }
}
