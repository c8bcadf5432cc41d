import type { Reason } from '../../model/verdict.ts'
import type { Layout } from './layout.ts'

/** Why something could not be decided, with the nearest thing that is there unless the sentence names it already. */
export function reasonText({ text, nearest }: Reason, { signs }: Layout): string {
  if (nearest === undefined || text.includes(nearest)) return text
  return `${text} ${signs.dot} nearest: ${nearest}`
}
