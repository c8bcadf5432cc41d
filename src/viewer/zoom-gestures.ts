import { element } from './dom.ts'
import type { TimeWindow } from './time-window.ts'

interface ZoomGestureOptions {
  readonly root: HTMLElement
  /** Its edges are the ends of the window. */
  readonly lane: HTMLElement
  readonly rows: HTMLElement
  windowNow(): TimeWindow
  onZoom(factor: number, moment: number): void
  onPan(share: number): void
  onRange(range: TimeWindow): void
}

const LEAST_DRAG = 5
const PIXELS_TO_DOUBLE = 240

/** The wheel over the scale, or with Ctrl, ⌘ or Alt over the bars, zooms; with Shift it moves; a drag chooses a range. */
export function listenForZoom(options: ZoomGestureOptions): void {
  const { root, lane, rows, windowNow } = options
  const brush = element('div', { class: 'brush', hidden: true })
  root.append(brush)

  const shareAt = (x: number): number => {
    const { left, width } = lane.getBoundingClientRect()
    return Math.min(1, Math.max(0, (x - left) / (width || 1)))
  }
  const momentAt = (x: number): number => {
    const { from, to } = windowNow()
    return from + (to - from) * shareAt(x)
  }
  const isInLanes = (event: MouseEvent): boolean => {
    const { left, right } = lane.getBoundingClientRect()
    return event.clientX >= left && event.clientX <= right
  }

  const turn = (event: WheelEvent): void => {
    const isOverAxis = lane.contains(event.target as Node)
    const isZoom = event.ctrlKey || event.metaKey || event.altKey || (isOverAxis && !event.shiftKey)
    const sideways = event.shiftKey ? event.deltaX || event.deltaY : event.deltaX
    if (isZoom)
      options.onZoom(2 ** (pixelsOf(event, event.deltaY) / PIXELS_TO_DOUBLE), momentAt(event.clientX))
    else if (sideways !== 0 && Math.abs(sideways) >= Math.abs(event.shiftKey ? 0 : event.deltaY))
      options.onPan(pixelsOf(event, sideways) / (lane.clientWidth || 1))
    else return
    event.preventDefault()
  }
  root.addEventListener('wheel', turn, { passive: false })

  const press = (event: PointerEvent): void => {
    // A finger on the rows scrolls.
    const isFinger = event.pointerType === 'touch' && rows.contains(event.target as Node)
    if (event.button !== 0 || isFinger || !isInLanes(event)) return
    const start = event.clientX
    const draw = (x: number): void => {
      const { left } = root.getBoundingClientRect()
      const bounds = lane.getBoundingClientRect()
      const clamp = (at: number): number => Math.min(bounds.right, Math.max(bounds.left, at))
      const [from, to] = [clamp(Math.min(start, x)), clamp(Math.max(start, x))]
      brush.hidden = to - from < LEAST_DRAG
      brush.style.left = `${from - left}px`
      brush.style.width = `${to - from}px`
    }
    const follow = (moved: PointerEvent): void => draw(moved.clientX)
    const stop = (): void => {
      removeEventListener('pointermove', follow)
      removeEventListener('pointerup', end)
      removeEventListener('pointercancel', stop)
      removeEventListener('keydown', cancel, true)
      brush.hidden = true
    }
    const cancel = (pressed: KeyboardEvent): void => {
      if (pressed.key !== 'Escape') return
      pressed.stopPropagation()
      stop()
    }
    const end = (released: PointerEvent): void => {
      stop()
      if (Math.abs(released.clientX - start) < LEAST_DRAG) return
      // What follows a drag is no click on a row.
      const swallow = (click: MouseEvent): void => click.stopPropagation()
      root.addEventListener('click', swallow, { capture: true, once: true })
      setTimeout(() => root.removeEventListener('click', swallow, true))
      const [from, to] = [
        momentAt(Math.min(start, released.clientX)),
        momentAt(Math.max(start, released.clientX))
      ]
      options.onRange({ from, to })
    }
    addEventListener('pointermove', follow)
    addEventListener('pointerup', end)
    addEventListener('pointercancel', stop)
    addEventListener('keydown', cancel, true)
  }
  root.addEventListener('pointerdown', press)
}

/** A wheel may turn by lines. */
function pixelsOf({ deltaMode }: WheelEvent, delta: number): number {
  return deltaMode === WheelEvent.DOM_DELTA_LINE ? delta * 20 : delta
}
