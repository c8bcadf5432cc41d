/** Control characters, halves of surrogate pairs and two more that no document of XML 1.0 may hold, escaped or not. */
const FORBIDDEN = /(?![\t\n\r])[\p{Cc}\p{Cs}\ufffe\uffff]/gu

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;'
}

/** An element of an XML document; attributes that are undefined are left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  content: string | readonly string[] = ''
): string {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escapeAttribute(String(value))}"`]
  )
  const open = `<${name}${written.join('')}`
  if (content.length === 0) return `${open}/>`
  if (typeof content === 'string') return `${open}>${escapeText(content)}</${name}>`
  return `${open}>\n${content.map(child => `${child}\n`).join('')}</${name}>`
}

function escapeText(text: string): string {
  return text
    .replace(FORBIDDEN, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replace(/[&<>"\r]/g, character => ENTITIES[character]!)
}

/** A reader makes a space of a line break or tab that stands in an attribute as it is. */
function escapeAttribute(text: string): string {
  return escapeText(text).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')
}
