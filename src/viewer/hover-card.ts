import { renderDuration } from '../report/quantity.ts'
import { element, sign } from './dom.ts'
import type { SpanNote } from './span-marks.ts'
import type { SpanTable } from './span-table.ts'
import {
  durationText,
  serviceColor,
  serviceLabel,
  signOfMark,
  spanLabel,
  toneOfMark
} from './waterfall-row.ts'

interface HoverCardOptions {
  readonly host: HTMLElement
  readonly table: SpanTable
  readonly notes: ReadonlyMap<number, readonly SpanNote[]>
}

/** The span under the pointer in a few lines. */
interface HoverCard {
  readonly root: HTMLElement
  /** Whether there was anything to hide. */
  hide(): boolean
}

const MOST_NOTES = 3
const GAP = 14

export function createHoverCard({ host, table, notes }: HoverCardOptions): HoverCard {
  // The row says the same to those who do not see the card.
  const root = element('div', { class: 'hover-card', 'aria-hidden': 'true', hidden: true })
  let shown = -1

  const fill = (position: number): void => {
    const { trace, services, serviceNumbers, starts } = table
    const { status } = trace.spans[position]!
    const said = notes.get(position) ?? []
    root.replaceChildren(
      element('strong', {}, spanLabel(table, position)),
      element(
        'span',
        { class: `service s${serviceColor(table, position)}` },
        serviceLabel(services[serviceNumbers[position]!]!)
      ),
      element(
        'span',
        { class: 'hint' },
        `${durationText(table, position)}, from ${renderDuration(starts[position]!)}`
      ),
      ...(status.code === 'error'
        ? [
            element(
              'span',
              { class: 'bad' },
              sign('✕'),
              ` error${status.message ? `: ${status.message}` : ''}`
            )
          ]
        : []),
      ...said
        .slice(0, MOST_NOTES)
        .map(({ mark, text }) =>
          element('span', { class: toneOfMark(mark) }, sign(signOfMark(mark)), ` ${text}`)
        )
    )
  }
  const hide = (): boolean => {
    const wasShown = !root.hidden
    root.hidden = true
    shown = -1
    return wasShown
  }
  const follow = (event: PointerEvent): void => {
    const row = (event.target as Element).closest('[data-position]')
    if (row === null || event.buttons !== 0 || event.pointerType === 'touch') {
      hide()
      return
    }
    const position = Number(row.getAttribute('data-position'))
    if (position !== shown) fill(position)
    shown = position
    root.hidden = false
    const { width, height } = root.getBoundingClientRect()
    const isFarRight = event.clientX + GAP + width > innerWidth
    const isFarDown = event.clientY + GAP + height > innerHeight
    root.style.left = `${Math.max(4, isFarRight ? event.clientX - GAP - width : event.clientX + GAP)}px`
    root.style.top = `${Math.max(4, isFarDown ? event.clientY - GAP - height : event.clientY + GAP)}px`
  }
  host.addEventListener('pointermove', follow)
  host.addEventListener('pointerleave', hide)
  // Whatever scrolls, the span is no longer under the pointer.
  addEventListener('scroll', hide, { passive: true, capture: true })
  return { root, hide }
}
