import { renderDuration } from '../report/quantity.ts'
import { element } from './dom.ts'
import { type TimeWindow, ticksOf } from './time-window.ts'

const PIXELS_A_TICK = 64

/** The scale above the bars, and above it which part of the whole time is shown. */
export interface TimeAxis {
  readonly root: HTMLElement
  /** The place whose left and right edge are the ends of the window. */
  readonly lane: HTMLElement
  draw(window: TimeWindow, whole: number): void
}

export function createTimeAxis(): TimeAxis {
  const thumb = element('div', { class: 'overview-window' })
  const ticks = element('div', { class: 'ticks' })
  const lane = element('div', { class: 'axis-lane' }, element('div', { class: 'overview' }, thumb), ticks)
  const root = element(
    'div',
    { class: 'axis waterfall-columns', 'aria-hidden': 'true' },
    element('span'),
    element('span', { class: 'cell-service' }, 'service'),
    element('span', { class: 'cell-name' }, 'span'),
    lane,
    element('span', { class: 'cell-time' }, 'duration')
  )
  return {
    root,
    lane,
    draw(window: TimeWindow, whole: number): void {
      const width = window.to - window.from
      thumb.style.left = `${whole === 0 ? 0 : (window.from / whole) * 100}%`
      thumb.style.width = `${whole === 0 ? 100 : (width / whole) * 100}%`
      const most = Math.max(1, Math.floor(lane.clientWidth / PIXELS_A_TICK))
      const marks = ticksOf(window, most).map(moment => {
        const share = (moment - window.from) / width
        const tick = element('span', { class: share > 0.9 ? 'tick is-last' : 'tick' }, renderDuration(moment))
        tick.style.left = `${share * 100}%`
        return tick
      })
      ticks.replaceChildren(...marks)
    }
  }
}
