/** What came of one check, test or output on one path. */
export interface Cell {
  readonly outcome: string
  /** Why it is undetermined. */
  readonly reason?: { readonly code: string; readonly text: string }
}

/** A check of a scenario → what it came to. */
export type Column = ReadonlyMap<string, Cell>

const SEPARATOR = ' › '

/** The name of a check, from the outside in. */
export function nameOf(...parts: readonly string[]): string {
  return parts.join(SEPARATOR)
}

/** The test that a check belongs to. */
export function testOf(check: string): string {
  return check.split(SEPARATOR)[0]!
}

/** Whether a check could not be judged since the store had lost what it reads. */
export function isLost({ outcome, reason }: Cell): boolean {
  return outcome === 'undetermined' && reason?.code === 'lost'
}

/** How many checks of each test came out how, by path, and every check that a loss left open. */
export function tableOf(columns: ReadonlyMap<string, Column>): string {
  const tests = [...new Set([...columns.values()].flatMap(column => [...column.keys()].map(testOf)))]
  const rows = [...columns].map(([path, column]) => [path, ...tests.map(test => summaryOf(column, test))])
  const lines = tableLines([['', ...tests.map((_, at) => String(at + 1))], ...rows])
  const lost = [...columns].flatMap(([path, column]) =>
    [...column].flatMap(([check, cell]) =>
      isLost(cell) ? [`  ${path}: ${check}: ${cell.reason?.text ?? ''}`] : []
    )
  )
  return [
    'Verdict of each test, and how many of its checks held, were violated or found no span, were undetermined',
    ...lines,
    ...tests.map((test, at) => `  ${at + 1}: ${test}`),
    lost.length === 0 ? 'No check was left undetermined by a loss.' : 'Left undetermined by a loss:',
    ...lost
  ].join('\n')
}

function summaryOf(column: Column, test: string): string {
  const outcomes = [...column].flatMap(([check, { outcome }]) =>
    testOf(check) === test && check !== test ? [outcome] : []
  )
  const count = (...wanted: readonly string[]): number =>
    outcomes.filter(outcome => wanted.includes(outcome)).length
  const counts = [count('held'), count('violated', 'unmatched'), count('undetermined')]
  return `${column.get(test)?.outcome ?? ''} ${counts.join('/')}`
}

function tableLines(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]!.map((_, at) => Math.max(...rows.map(row => row[at]!.length)))
  return rows.map(row =>
    row
      .map((cell, at) => cell.padEnd(widths[at]!))
      .join('  ')
      .trimEnd()
  )
}
