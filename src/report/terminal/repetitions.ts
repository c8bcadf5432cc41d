import type { TestReport } from '../../model/run-event.ts'
import type { JsonRepeated, JsonSpread } from '../json-report.ts'
import { indent, type Line, lineColumns, lineOf, padLine, toned, widestOf, wrapLine } from '../line.ts'
import { projectTest } from '../projection.ts'
import { renderCount, renderMs, renderNumber } from '../quantity.ts'
import { summarizeRepetitions } from '../repetitions.ts'
import { clipMiddle } from '../shorten.ts'
import type { Layout } from './layout.ts'
import { countFragments } from './outcomes.ts'

const NARROWEST_NAME = 24
const GAP = 3
const HEADINGS = ['test', 'runs', 'ended', 'took', 'verdict after the answer'] as const

/** What came of each test that was run several times: as a table, or below one another where that is too wide. */
export function renderRepetitions(tests: readonly TestReport[], layout: Layout): readonly Line[] {
  const repeated = summarizeRepetitions(
    tests.filter(({ repetition }) => repetition !== undefined).map(projectTest)
  )
  if (repeated.length === 0) return []
  const rows = repeated.map(test => figuresOf(test))
  const headings = HEADINGS.slice(1).map(text => lineOf(toned(text, 'dim')))
  const widths = headings.map((heading, at) => widestOf([heading, ...rows.map(row => row[at]!)]))
  const nameRoom = layout.columns - widths.reduce((sum, width) => sum + GAP + width, 0)
  if (nameRoom < NARROWEST_NAME) return repeated.flatMap((test, at) => stacked(test, rows[at]!, layout))
  const names = repeated.map(({ name }) => lineOf(clipMiddle(name, nameRoom, layout.signs.ellipsis)))
  const nameColumns = widestOf([lineOf(HEADINGS[0]), ...names])
  const line = (name: Line, cells: readonly Line[]): Line => [
    ...padLine(name, nameColumns),
    ...cells.flatMap((cell, at) => [toned(' '.repeat(GAP)), ...padLine(cell, widths[at]!)])
  ]
  return [
    line(lineOf(toned(HEADINGS[0], 'dim')), headings),
    ...repeated.map((_, at) => line(names[at]!, rows[at]!)),
    lineOf(toned(LEGEND, 'dim'))
  ]
}

const LEGEND = 'times are the shortest, the median and the longest'

/** Runs, how they ended, how long they took, how long after the answer the verdict came. */
function figuresOf(test: JsonRepeated): readonly Line[] {
  return [
    lineOf(renderNumber(test.runs)),
    countFragments(test),
    spreadCell(test.durationMs),
    spreadCell(test.verdictMs)
  ]
}

function spreadCell(spread: JsonSpread | undefined): Line {
  if (spread === undefined) return []
  const { min, median, max } = spread
  return lineOf(toned(`${renderMs(min)} `, 'dim'), renderMs(median), toned(` ${renderMs(max)}`, 'dim'))
}

function stacked(
  { name, runs, durationMs, verdictMs }: JsonRepeated,
  row: readonly Line[],
  layout: Layout
): readonly Line[] {
  const spread = (label: string, times: JsonSpread | undefined): readonly Line[] =>
    times === undefined
      ? []
      : [
          lineOf(
            toned(`${label} `, 'dim'),
            `${renderMs(times.min)} to ${renderMs(times.max)}, median ${renderMs(times.median)}`
          )
        ]
  const lines = [
    [...lineOf(`${renderCount(runs, 'run')}: `), ...row[1]!],
    ...spread('took', durationMs),
    ...spread('verdict after', verdictMs)
  ]
  return [
    ...wrapLine(lineOf(name), layout.columns, 2),
    ...indent(
      lines.flatMap(line =>
        lineColumns(line) > layout.columns - 2 ? wrapLine(line, layout.columns - 2, 2) : [line]
      ),
      2
    )
  ]
}
