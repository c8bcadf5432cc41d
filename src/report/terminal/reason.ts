import { shortenMiddle } from '../shorten.ts'
import type { Layout } from './layout.ts'

/** A value in a sentence may be as long as a whole body. */
const MAX_ROWS = 4

/** Why something could not be decided, with the nearest thing that is there unless the sentence names it already. */
export function reasonText(
  { text, nearest }: { readonly text: string; readonly nearest?: string },
  { signs, columns }: Layout
): string {
  const short = shortenMiddle(text, MAX_ROWS * columns, signs.ellipsis)
  if (nearest === undefined || text.includes(nearest)) return short
  return `${short} ${signs.dot} nearest: ${nearest}`
}
