import { readFileSync } from 'node:fs'

export interface Fence {
  /** The word after the backticks: `yaml`. */
  readonly language: string
  /** What follows it: `project`. */
  readonly info: string
  readonly text: string
  readonly line: number
}

export interface Row {
  readonly cells: readonly string[]
  readonly line: number
}

export interface Table {
  readonly header: readonly string[]
  readonly rows: readonly Row[]
}

export function readLines(path: string): readonly string[] {
  return readFileSync(path, 'utf8').split(/\r?\n/)
}

/** The fenced blocks of a page, in order. */
export function findFences(lines: readonly string[]): readonly Fence[] {
  const fences: Fence[] = []
  let open: { language: string; info: string; line: number; text: string[] } | undefined
  for (const [index, line] of lines.entries()) {
    const mark = /^```\s*(\S*)\s*(.*)$/.exec(line)
    if (open === undefined && mark)
      open = { language: mark[1]!, info: mark[2]!.trim(), line: index + 1, text: [] }
    else if (open !== undefined && mark) {
      fences.push({ ...open, text: open.text.join('\n') })
      open = undefined
    } else open?.text.push(line)
  }
  return fences
}

/** The tables of a page. Cells keep their Markdown but for the protection of `|`. */
export function findTables(lines: readonly string[]): readonly Table[] {
  const tables: { header: readonly string[]; rows: Row[] }[] = []
  for (const [index, line] of lines.entries()) {
    if (!line.startsWith('|')) continue
    const cells = line
      .slice(1, line.trimEnd().endsWith('|') ? line.trimEnd().length - 1 : undefined)
      .split(/(?<!\\)\|/)
      .map(cell => cell.trim().replaceAll('\\|', '|'))
    const isFirst = !lines[index - 1]?.startsWith('|')
    if (isFirst) tables.push({ header: cells, rows: [] })
    else if (!cells.every(cell => /^:?-+:?$/.test(cell))) tables.at(-1)!.rows.push({ cells, line: index + 1 })
  }
  return tables
}

/** The text of a cell that is one piece of code. */
export function codeOf(cell: string): string {
  const match = /^(`+)(.*?)\1$/.exec(cell)
  if (!match) throw new Error(`not a piece of code: ${cell}`)
  return match[2]!
}
