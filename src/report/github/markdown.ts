import { makeVisible } from '../../source/visible.ts'

/** Any text as Markdown that shows it as it is: no emphasis, link, table, HTML or heading comes of it. */
export function escapeMarkdown(text: string): string {
  return makeVisible(text).replace(/[!-/:-@[-`{-~]/g, '\\$&')
}

/** A block that shows lines as they are; its fence is longer than any within. */
export function fence(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(match => match[0].length))
  const mark = '`'.repeat(longest + 1)
  return `${mark}text\n${text.trimEnd()}\n${mark}\n`
}

/** A link, if the address is one that a browser may follow; else nothing. */
export function link(text: string, url: string | undefined): string | undefined {
  if (url === undefined || !/^https?:\/\//i.test(url)) return undefined
  const address = makeVisible(url).replace(/[\s<>\\]/g, character => encodeURIComponent(character))
  return `[${escapeMarkdown(text)}](<${address}>)`
}

/** A table whose cells are Markdown already. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`
  return [header, header.map(() => '---'), ...rows].map(line).join('')
}
