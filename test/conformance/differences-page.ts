import { differenceAreas } from './deliberate-differences.ts'
import type { Difference, Example } from './difference.ts'

const START = '<!-- differences:start -->'
const END = '<!-- differences:end -->'

/** The page with its section of differences as the list has them now. */
export function renderPage(page: string): string {
  const [before, rest] = split(page, START)
  const [, after] = split(rest, END)
  return `${before}${START}\n\n${renderAreas()}\n\n${END}${after}`
}

function split(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark)
  if (at < 0) throw new Error(`the page has no ${mark}`)
  return [text.slice(0, at), text.slice(at + mark.length)]
}

function renderAreas(): string {
  return differenceAreas
    .map(({ title, differences }) => [`### ${title}`, '', renderTable(differences)].join('\n'))
    .join('\n\n')
}

function renderTable(differences: readonly Difference[]): string {
  return [
    '| | Tracetest | tracerun | why |',
    '| --- | --- | --- | --- |',
    ...differences.map(({ id, example, reason }) => {
      const cells = [
        `<a id="${id}"></a>${renderText(example)}`,
        renderAnswer(example, example.tracetest),
        renderAnswer(example, example.here),
        reason
      ]
      return `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
    })
  ].join('\n')
}

/** Phrases stand as they are; what a file holds is code. */
function renderText(example: Example): string {
  const isPhrase = (example.form === 'told' || example.form === 'file') && !/[:()]/.test(example.text)
  const text = isPhrase ? example.text : code(example.text)
  const setting = settingOf(example)
  return setting === '' ? text : `${text} where ${setting}`
}

function settingOf(example: Example): string {
  if (example.form === 'selector' || example.form === 'request')
    return Object.entries(example.variables ?? {})
      .map(([name, value]) => `${name} is ${code(value)}`)
      .join(', ')
  if (example.form !== 'assertion' && example.form !== 'expression') return ''
  const { attributes = {}, resource = {} } = example
  return [
    ...Object.entries(attributes).map(([key, value]) => `${code(key)} is ${code(shown(value))}`),
    ...Object.entries(resource).map(([key, value]) => `${code(key)} of the resource is ${code(shown(value))}`)
  ].join(', ')
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}

/** What is a value is code, what is a word about it is not. */
function renderAnswer({ form }: Example, answer: string): string {
  const isValue = (form === 'expression' || form === 'request') && !/^error$|random|empty/.test(answer)
  return isValue ? code(answer) : answer
}

function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``
}
