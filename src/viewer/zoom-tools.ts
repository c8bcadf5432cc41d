import { renderDuration } from '../report/quantity.ts'
import { button, element } from './dom.ts'
import type { TimeWindow } from './time-window.ts'

interface ZoomToolsOptions {
  onIn(): void
  onOut(): void
  onAll(): void
}

/** What zooms without a wheel, and says what part of the time is shown. */
export interface ZoomTools {
  readonly root: HTMLElement
  show(window: TimeWindow, whole: number): void
}

export function createZoomTools({ onIn, onOut, onAll }: ZoomToolsOptions): ZoomTools {
  const range = element('span', { class: 'zoom-range', role: 'status' })
  const all = button({ class: 'tool' }, onAll, 'Whole time')
  const root = element(
    'div',
    { class: 'zoom-tools', role: 'group', 'aria-label': 'Zoom' },
    range,
    button({ class: 'tool', 'aria-label': 'Zoom out' }, onOut, '−'),
    button({ class: 'tool', 'aria-label': 'Zoom in' }, onIn, '+'),
    all
  )
  return {
    root,
    show({ from, to }: TimeWindow, whole: number): void {
      const isWhole = to - from >= whole
      range.textContent = isWhole
        ? `${renderDuration(whole)} in all`
        : `${renderDuration(from)} to ${renderDuration(to)} of ${renderDuration(whole)}`
      all.disabled = isWhole
    }
  }
}
