import type { TestReport } from '../../model/run-event.ts'
import { indent, type Line, lineOf, toned, wrapLine } from '../line.ts'
import { renderCount, renderDuration } from '../quantity.ts'
import { shortenMiddle } from '../shorten.ts'
import { inset, type Layout } from './layout.ts'

const MAX_BODY_ROWS = 8
const MAX_LINES = 12

/** What the system answered to the trigger: its status, the time it took, headers and body. */
export function renderAnswer(
  { response, responseDurationNanos }: TestReport,
  layout: Layout
): readonly Line[] {
  if (response === undefined) return []
  const { status, statusText, headers, body = '', messages = [], stderr = '' } = response
  const { signs } = layout
  const words = [status === undefined ? undefined : String(status), statusText || undefined]
  const took =
    responseDurationNanos === undefined ? [] : [renderDuration(Number(responseDurationNanos), signs.micro)]
  const title = [words.filter(word => word !== undefined).join(' ') || 'no status', ...took].join(
    ` ${signs.dot} `
  )
  const inner = inset(layout, 2)
  return [
    lineOf(toned('answer  ', 'dim'), title),
    ...indent(
      [
        ...headers.flatMap(({ key, value }) =>
          wrapLine(
            lineOf(toned(`${key}: `, 'dim'), shortenMiddle(value, inner.columns, signs.ellipsis)),
            inner.columns,
            2
          )
        ),
        ...textLines(body, inner),
        ...messages.slice(0, MAX_LINES).flatMap(message => textLines(message, inner)),
        ...(messages.length > MAX_LINES
          ? [lineOf(toned(`and ${renderCount(messages.length - MAX_LINES, 'more message')}`, 'dim'))]
          : []),
        ...textLines(stderr, inner)
      ],
      2
    )
  ]
}

/** The first lines of a text; one that is too long loses its middle. */
function textLines(text: string, { columns, signs }: Layout): readonly Line[] {
  if (text.trim() === '') return []
  const lines = text.trimEnd().split(/\r?\n/)
  const shown = lines
    .slice(0, MAX_LINES)
    .flatMap(line =>
      wrapLine(lineOf(shortenMiddle(line, MAX_BODY_ROWS * columns, signs.ellipsis)), columns, 0)
    )
  const more = lines.length - MAX_LINES
  return more > 0 ? [...shown, lineOf(toned(`and ${renderCount(more, 'more line')}`, 'dim'))] : shown
}
