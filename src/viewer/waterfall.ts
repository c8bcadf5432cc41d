import { element } from './dom.ts'
import { createHoverCard } from './hover-card.ts'
import type { SpanNote } from './span-marks.ts'
import { type SpanTable, visiblePositions } from './span-table.ts'
import { createTimeAxis } from './time-axis.ts'
import { fitWindow, panWindow, type TimeWindow, zoomWindow } from './time-window.ts'
import { createVirtualList } from './virtual-list.ts'
import { drawSpanRow } from './waterfall-row.ts'
import { listenForZoom } from './zoom-gestures.ts'
import { createZoomTools } from './zoom-tools.ts'

interface WaterfallOptions {
  readonly table: SpanTable
  readonly notes: ReadonlyMap<number, readonly SpanNote[]>
  /** A span was chosen, to be shown in full. */
  onChosen(position: number): void
  /** Escape, where the waterfall has no use for it itself. */
  onEscape(): void
}

/** The spans of a trace as rows with bars on one scale of time. */
export interface Waterfall {
  readonly root: HTMLElement
  /** Where it is said how many spans stand out. */
  readonly status: HTMLElement
  /** Which spans stand out; `isOnly` leaves out the others, but for those above them. */
  setMatches(positions: Int32Array | undefined, isOnly: boolean): void
  /** Unfolds what hides a span, brings it into sight and chooses it. */
  show(position: number): void
  /** To the next span that stands out, or the one before. */
  step(direction: 1 | -1): void
  focus(): void
}

const ZOOM_STEP = 0.5
const ROW_HEIGHT = 26
const TALL_ROW_HEIGHT = 44

export function createWaterfall({ table, notes, onChosen, onEscape }: WaterfallOptions): Waterfall {
  const { trace, size, wholeNanos } = table
  const whole: TimeWindow = { from: 0, to: wholeNanos }
  const isNarrow = matchMedia('(max-width: 640px)')
  const folded = new Set<number>()
  let matches: Uint8Array | undefined
  let isOnly = false
  let rows = visiblePositions(table, folded, undefined)
  let window = whole
  let chosen = -1

  const axis = createTimeAxis()
  const list = createVirtualList({
    name: 'span',
    role: 'tree',
    label: 'Spans of the trace',
    rowHeight: () => (isNarrow.matches ? TALL_ROW_HEIGHT : ROW_HEIGHT),
    draw: index => {
      const position = rows[index]!
      return drawSpanRow(position, {
        table,
        notes: notes.get(position),
        window,
        isMatch: matches?.[position] === 1,
        isFolded: folded.has(position),
        isChosen: position === chosen
      })
    },
    onOpen: index => choose(rows[index]!),
    onKey: (event, index) => press(event, rows[index]!)
  })

  const setWindow = (next: TimeWindow): void => {
    window = next
    axis.draw(window, wholeNanos)
    tools.show(window, wholeNanos)
    list.redraw()
  }
  const zoom = (factor: number, moment = (window.from + window.to) / 2): void =>
    setWindow(zoomWindow(window, moment, factor, wholeNanos))
  const tools = createZoomTools({
    onIn: () => zoom(ZOOM_STEP),
    onOut: () => zoom(1 / ZOOM_STEP),
    onAll: () => setWindow(whole)
  })

  const arrange = (active: number): void => {
    rows = visiblePositions(table, folded, isOnly ? matches : undefined)
    list.host.style.setProperty('--rows', String(rows.length))
    list.setCount(rows.length)
    const index = rows.indexOf(active)
    if (index >= 0) list.activate(index)
  }
  const fold = (position: number, isFolded: boolean): void => {
    if (isFolded) folded.add(position)
    else folded.delete(position)
    arrange(position)
  }
  const choose = (position: number): void => {
    chosen = position
    list.redraw()
    onChosen(position)
  }
  const show = (position: number): void => {
    for (let at = trace.parents[position]!; at >= 0; at = trace.parents[at]!) folded.delete(at)
    if (isOnly && matches?.[position] !== 1) isOnly = false
    arrange(position)
    choose(position)
  }
  const step = (direction: 1 | -1): void => {
    if (matches === undefined || size === 0) return
    const from = rows[list.active] ?? 0
    for (let count = 1; count <= size; count++) {
      const position = (from + direction * count + size * count) % size
      if (matches[position] !== 1) continue
      show(position)
      return
    }
  }

  const press = (event: KeyboardEvent, position: number): boolean => {
    const isParent = trace.subtreeEnds[position]! > position + 1
    switch (event.key) {
      case '+':
      case '=':
        zoom(ZOOM_STEP)
        return true
      case '-':
        zoom(1 / ZOOM_STEP)
        return true
      case '0':
        setWindow(whole)
        return true
      case 'n':
        step(1)
        return true
      case 'p':
        step(-1)
        return true
      case 'ArrowLeft':
        if (event.shiftKey) setWindow(panWindow(window, -0.2, wholeNanos))
        else if (isParent && !folded.has(position)) fold(position, true)
        else if (trace.parents[position]! >= 0) list.activate(rows.indexOf(trace.parents[position]!))
        return true
      case 'ArrowRight':
        if (event.shiftKey) setWindow(panWindow(window, 0.2, wholeNanos))
        else if (folded.has(position)) fold(position, false)
        else if (isParent) list.activate(list.active + 1)
        return true
      case 'Escape':
        if (hover.hide()) return true
        if (window.to - window.from < wholeNanos) setWindow(whole)
        else onEscape()
        return true
      default:
        return false
    }
  }

  list.host.addEventListener(
    'click',
    event => {
      const row = (event.target as Element).closest('[data-twist]')?.closest('[data-position]')
      if (!row) return
      event.stopImmediatePropagation()
      const position = Number(row.getAttribute('data-position'))
      fold(position, !folded.has(position))
    },
    true
  )
  const hover = createHoverCard({ host: list.host, table, notes })
  const status = element('p', { id: 'selector-status', class: 'selector-status', role: 'status' })
  const bar = element('div', { class: 'waterfall-bar' }, status, tools.root)
  const root = element('div', { class: 'waterfall' }, bar, axis.root, list.host, hover.root)
  listenForZoom({
    root,
    lane: axis.lane,
    rows: list.host,
    windowNow: () => window,
    onZoom: zoom,
    onPan: share => setWindow(panWindow(window, share, wholeNanos)),
    onRange: range => setWindow(fitWindow(range, wholeNanos))
  })
  new ResizeObserver(() => axis.draw(window, wholeNanos)).observe(axis.lane)
  arrange(firstConcerned(notes))
  tools.show(window, wholeNanos)

  return {
    root,
    status,
    setMatches(positions: Int32Array | undefined, only: boolean): void {
      matches = positions === undefined ? undefined : new Uint8Array(size)
      for (const position of positions ?? []) matches![position] = 1
      const hadOnly = isOnly
      isOnly = only && matches !== undefined
      root.classList.toggle('has-matches', matches !== undefined)
      if (isOnly || hadOnly) arrange(rows[list.active] ?? 0)
      else list.redraw()
    },
    show,
    step,
    focus: () => list.host.focus()
  }
}

/** Where a reader looks first: a span that fails a check, else one of which anything is said, else the first. */
function firstConcerned(notes: ReadonlyMap<number, readonly SpanNote[]>): number {
  const said = [...notes].sort(([a], [b]) => a - b)
  return (said.find(([, [note]]) => note?.mark === 'failed') ?? said[0])?.[0] ?? 0
}
