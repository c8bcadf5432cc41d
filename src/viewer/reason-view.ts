import type { JsonReason } from '../report/json-report.ts'
import { element, sign } from './dom.ts'

/** A span that is named by its id, as something that leads to it; undefined where it is not here. */
export type ShowSpan = (spanId: string) => Node | undefined

interface Nearest {
  readonly funnel?: readonly string[]
  readonly candidates?: readonly { readonly spanId?: string; readonly text: string }[]
}

/** How a selector narrowed the trace down, and what it may have meant: the likely cause first. */
export function nearestList({ funnel = [], candidates = [] }: Nearest, showSpan: ShowSpan): HTMLElement {
  const items = candidates.map(({ spanId, text }) => {
    const span = spanId === undefined ? undefined : showSpan(spanId)
    return element('li', {}, sign('≈', 'caution'), ' ', span, span ? ': ' : undefined, text)
  })
  return element(
    'div',
    { class: 'nearest' },
    items.length > 0
      ? element('ul', { class: 'plain', 'aria-label': 'What came nearest' }, ...items)
      : undefined,
    funnel.length > 0
      ? element(
          'ol',
          { class: 'funnel', 'aria-label': 'How the selector narrowed the trace down' },
          ...funnel.map(step => element('li', {}, step))
        )
      : undefined
  )
}

/** Why something could not be decided, or nothing was selected. */
export function reasonView(reason: JsonReason, showSpan: ShowSpan): HTMLElement {
  const hasNearest = (reason.funnel?.length ?? 0) > 0 || (reason.candidates?.length ?? 0) > 0
  if (hasNearest) return nearestList(reason, showSpan)
  const span = reason.spanId === undefined ? undefined : showSpan(reason.spanId)
  return element(
    'p',
    { class: 'reason' },
    reason.text,
    span ? ' — ' : undefined,
    span,
    reason.nearest === undefined
      ? undefined
      : element('span', { class: 'hint' }, `; the nearest is ${reason.nearest}`)
  )
}
