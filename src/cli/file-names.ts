import { expressionFor } from '../language/letter-patterns.ts'

/** Names that Windows keeps for devices, whatever their extension. */
const RESERVED = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])$/i
const LONGEST = 80
const unsafe = expressionFor({ source: String.raw`[^\p{L}\p{M}\p{N}._-]+`, flags: 'gu' })

/** Gives each key a file name of its own, readable, and safe on every system. */
export interface FileNames {
  /** The same key gets the same name again. */
  nameOf(key: string, wanted: string, extension: string): string
}

/** Names are told apart as the least able of file systems does: whatever their case and composition. */
export function createFileNames(): FileNames {
  const names = new Map<string, string>()
  const taken = new Set<string>()
  return {
    nameOf(key, wanted, extension) {
      const known = names.get(key)
      if (known !== undefined) return known
      const stem = safeStem(wanted)
      for (let count = 1; ; count++) {
        const name = `${stem}${count === 1 ? '' : `-${count}`}${extension}`
        const folded = name.normalize('NFKC').toLowerCase()
        if (taken.has(folded)) continue
        taken.add(folded)
        names.set(key, name)
        return name
      }
    }
  }
}

function safeStem(wanted: string): string {
  const composed = wanted.normalize('NFC')
  const words = composed.replace(unsafe(composed), '-')
  const stem = shortened(words).replace(/^[-.]+|[-.]+$/g, '')
  const [beforeDot = ''] = stem.split('.')
  if (stem === '') return 'test'
  return RESERVED.test(beforeDot) ? `_${stem}` : stem
}

/** Never within a character: file systems count bytes, of which a letter has up to four. */
function shortened(text: string): string {
  let bytes = 0
  let short = ''
  for (const letter of text) {
    bytes += Buffer.byteLength(letter)
    if (bytes > LONGEST) break
    short += letter
  }
  return short
}
