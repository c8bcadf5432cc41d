import type { Range } from '../source/source-text.ts'
import type { LiteralSearch } from './literal-search.ts'
import { compileLiterals, SHORTEST_LITERAL } from './literal-search.ts'
import { type CodedForm, codedForms, spellingsOf } from './secret-forms.ts'
import { createLocator, readingsOf } from './unescape.ts'

/** The secrets of a run, ready to be searched for. */
export interface SecretPatterns {
  readonly search: LiteralSearch
  /** By their texts. */
  readonly coded: ReadonlyMap<string, CodedForm>
}

/** Prepares the search for the secrets as they are, and in the forms that no unescaping brings back. */
export function compileSecrets(secrets: Iterable<string>): SecretPatterns {
  const literals = new Set<string>()
  const coded = new Map<string, CodedForm>()
  for (const secret of secrets) {
    // A secret that looks like an escape is read like one, too, among the escapes around it.
    for (const spelling of spellingsOf(secret))
      for (const { text } of readingsOf(spelling)) if (text.length >= SHORTEST_LITERAL) literals.add(text)
    for (const form of codedForms(secret))
      for (const { text } of readingsOf(form.text)) {
        literals.add(text)
        coded.set(text, form)
      }
  }
  return { search: compileLiterals(literals), coded }
}

/** The places that hold a secret in whatever encoding: sorted, apart from one another, in offsets of the text. */
export function findSecrets({ search, coded }: SecretPatterns, text: string): readonly Range[] {
  const found: Range[] = []
  for (const reading of readingsOf(text)) {
    let locate: ((range: Range) => Range) | undefined
    search(reading.text, ({ literal, start, end }) => {
      const { before, after } = coded.get(literal) ?? NO_BORDER
      locate ??= createLocator(reading)
      found.push(
        locate({
          start: growBack(reading.text, start, before),
          end: growForth(reading.text, end, after)
        })
      )
    })
  }
  return found.length < 2 ? found : mergeRanges(found)
}

const NO_BORDER = { before: 0, after: 0 }

function growBack(text: string, start: number, count: number): number {
  let at = start
  while (at > 0 && start - at < count && isBase64(text.charCodeAt(at - 1))) at--
  return at
}

function growForth(text: string, end: number, count: number): number {
  let at = end
  while (at < text.length && at - end < count && isBase64(text.charCodeAt(at))) at++
  return at
}

function isBase64(code: number): boolean {
  return /[A-Za-z0-9+/_-]/.test(String.fromCharCode(code))
}

function mergeRanges(ranges: Range[]): readonly Range[] {
  ranges.sort((a, b) => a.start - b.start || a.end - b.end)
  const merged: { start: number; end: number }[] = []
  for (const range of ranges) {
    const last = merged.at(-1)
    if (last && range.start <= last.end) last.end = Math.max(last.end, range.end)
    else merged.push({ ...range })
  }
  return merged
}
