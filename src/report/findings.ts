import type { Finding } from '../model/finding.ts'
import { sentenceLines } from './error-lines.ts'
import { type Fragment, indent, lineOf, toned, wrapLine } from './line.ts'
import { paint, type Signs, signsOf } from './paint.ts'
import type { Screen } from './screen.ts'

/** One finding of `doctor`: what is so, what it is made of, what to do. Ends with a line break. */
export function renderFinding(finding: Finding, screen: Screen): string {
  const { topic, text, details = [], fix } = finding
  const signs = signsOf(screen)
  const columns = Math.min(screen.width, 120)
  const head = lineOf(signOf(finding, signs), ' ', toned(topic.padEnd(TOPIC_COLUMNS), 'dim'), text)
  const below = details.flatMap(detail => wrapLine(lineOf(toned(detail, 'dim')), columns - MARGIN, 2))
  const [first = [], ...rest] = fix === undefined ? [] : sentenceLines(fix, columns - MARGIN - 2)
  const arrow = toned(`${signs.arrow} `, 'accent')
  const way = fix === undefined ? [] : [[arrow, ...first], ...indent(rest, 2)]
  return paint([...wrapLine(head, columns, MARGIN), ...indent([...below, ...way], MARGIN)], screen)
}

const TOPIC_COLUMNS = 12
const MARGIN = 2 + TOPIC_COLUMNS

function signOf({ status }: Finding, signs: Signs): Fragment {
  switch (status) {
    case 'ok':
      return toned(signs.passed, 'good')
    case 'note':
      return toned(signs.caution, 'caution')
    case 'problem':
      return toned(signs.failed, 'bad')
  }
}
