/**
 * A value in an element that no browser runs. `<` is escaped, so that no text in it ends the element, opens a comment or
 * becomes markup.
 */
export function renderDataElement(value: unknown, attributes: Readonly<Record<string, string>>): string {
  const written = Object.entries(attributes).map(([name, text]) => ` ${name}="${escapeAttribute(text)}"`)
  const json = JSON.stringify(value).replaceAll('<', '\\u003c')
  return `<script type="application/json"${written.join('')}>${json}</script>\n`
}

function escapeAttribute(text: string): string {
  return text.replace(/[&"<>\r\n\t\0]/g, character => `&#${character.codePointAt(0)};`)
}
