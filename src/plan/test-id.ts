import { expressionFor } from '../language/letter-patterns.ts'

const LONGEST_ID = 60

const notLetters = expressionFor({ source: String.raw`[^\p{L}\p{N}]+`, flags: 'gu' })

/** Names that Windows keeps for devices. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)$/

/**
 * Gives out ids that can be file names everywhere: made of a text, and told apart by a number where two
 * texts make the same.
 */
export function createIds(): (text: string) => string {
  const taken = new Set<string>()
  return text => {
    const slug = slugOf(text)
    let id = slug
    for (let number = 2; taken.has(id); number++) id = `${slug}-${number}`
    taken.add(id)
    return id
  }
}

function slugOf(text: string): string {
  const plain = text.normalize('NFC').toLowerCase()
  const slug = plain.replace(notLetters(plain), '-').replace(/^-+|-+$/g, '')
  const short = [...slug].slice(0, LONGEST_ID).join('').replace(/-+$/, '')
  return short === '' || RESERVED.test(short) ? `test${short === '' ? '' : `-${short}`}` : short
}
