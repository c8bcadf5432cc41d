/** Base64 or hex of a secret, and how many characters around it also hold bits of it. */
export interface CodedForm {
  readonly text: string
  readonly before: number
  readonly after: number
}

const UTF8 = new TextEncoder()

/**
 * The secret as it is, and as it may be read: headers are Latin-1 to many and end with their last word, white
 * space is made one, lines are read one by one.
 */
export function spellingsOf(secret: string): readonly string[] {
  return [
    secret,
    secret.trim(),
    secret.trim().replace(/\s+/g, ' '),
    binaryText(UTF8.encode(secret)),
    nameOf(secret),
    ...(secret.includes('\n') ? secret.split('\n').map(line => line.trim()) : [])
  ]
}

/** What becomes of it in the id of a test or the name of a file; a short one would be an ordinary word. */
function nameOf(secret: string): string {
  const name = secret
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
  return name.length < SHORTEST_NAME ? '' : name
}

const SHORTEST_NAME = 8

/** Base64 at each of its three alignments, once and twice over, and hex: of the secret, and of it in JSON and in URLs. */
export function codedForms(secret: string): readonly CodedForm[] {
  const bytes = UTF8.encode(secret)
  const once = base64Forms(bytes)
  const hex = Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
  const json = JSON.stringify(secret).slice(1, -1)
  const url = [...secret].map(letter => escapeUrl(letter)).join('')
  const escaped = [
    json,
    json.replace(/[^ -~]/g, letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`),
    url,
    url.replaceAll('%20', '+')
  ].filter(text => text !== secret)
  return [
    ...once,
    ...once.flatMap(({ text }) => base64Forms(UTF8.encode(text))),
    ...[...new Set(escaped)].flatMap(text => base64Forms(UTF8.encode(text))),
    ...[hex, hex.toUpperCase()].map(text => ({ text, before: 0, after: 0 }))
  ]
}

/** A surrogate that stands alone cannot be escaped. */
function escapeUrl(letter: string): string {
  return /\p{Surrogate}/u.test(letter) ? letter : encodeURIComponent(letter)
}

/** The characters that the bytes alone decide, with 0, 1 and 2 bytes before them, in both alphabets. */
function base64Forms(bytes: Uint8Array): readonly CodedForm[] {
  const forms: CodedForm[] = []
  for (const lead of [0, 1, 2]) {
    const text = btoa('\0'.repeat(lead) + binaryText(bytes))
    const bits = (lead + bytes.length) * 8
    const start = Math.ceil((lead * 8) / 6)
    const whole = text.slice(start, Math.floor(bits / 6))
    const border = { before: lead === 0 ? 0 : 1, after: bits % 6 === 0 ? 0 : 1 }
    forms.push({ text: whole, ...border })
    const urlSafe = whole.replaceAll('+', '-').replaceAll('/', '_')
    if (urlSafe !== whole) forms.push({ text: urlSafe, ...border })
  }
  return forms
}

/** A character a byte. */
function binaryText(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return binary
}
