import { element, setAttributes } from './dom.ts'

interface VirtualListOptions {
  /** What each row's id begins with. */
  readonly name: string
  readonly role: 'listbox' | 'tree'
  readonly label: string
  /** In pixels; asked for again when the size of the list changes. */
  rowHeight(): number
  /** A row as it is now. */
  draw(index: number): HTMLElement
  /** The row on which the keyboard is has changed. */
  onActive?(index: number): void
  /** A row was clicked, or Enter was pressed on it. */
  onOpen(index: number): void
  /** A key that means nothing to lists; true if it was understood. */
  onKey?(event: KeyboardEvent, index: number): boolean
}

/** Rows of which only those in sight are in the page; one of them has the keyboard. */
export interface VirtualList {
  readonly host: HTMLElement
  readonly active: number
  setCount(count: number): void
  /** Draws all rows in sight again. */
  redraw(): void
  /** Moves the keyboard to a row, and the row into sight. */
  activate(index: number): void
}

const ROWS_BEYOND = 10

export function createVirtualList(options: VirtualListOptions): VirtualList {
  const { name, role, label } = options
  const space = element('div', { class: 'space', role: 'presentation' })
  const host = element('div', { class: `rows ${name}-rows`, role, 'aria-label': label, tabindex: 0 }, space)
  const drawn = new Map<number, HTMLElement>()
  let count = 0
  let active = 0
  let rowHeight = options.rowHeight()
  let isPending = false
  /** None until the list is in the page. */
  let height = 0

  const place = (index: number): void => {
    const row = options.draw(index)
    row.style.top = `${index * rowHeight}px`
    row.style.height = `${rowHeight}px`
    row.classList.add('row')
    row.classList.toggle('is-active', index === active)
    setAttributes(row, {
      id: `${name}-${index}`,
      'data-index': index,
      'aria-setsize': count,
      'aria-posinset': index + 1
    })
    drawn.get(index)?.remove()
    drawn.set(index, row)
    space.append(row)
  }

  const draw = (isAll: boolean): void => {
    const first = Math.max(0, Math.floor(host.scrollTop / rowHeight) - ROWS_BEYOND)
    const last = Math.min(count, Math.ceil((host.scrollTop + host.clientHeight) / rowHeight) + ROWS_BEYOND)
    const isWanted = (index: number): boolean =>
      index < count && ((index >= first && index < last) || index === active)
    for (const [index, row] of drawn)
      if (isAll || !isWanted(index)) {
        row.remove()
        drawn.delete(index)
      }
    for (let index = first; index < last; index++) if (!drawn.has(index)) place(index)
    if (active < count && !drawn.has(active)) place(active)
    setAttributes(host, { 'aria-activedescendant': active < count ? `${name}-${active}` : undefined })
  }

  const drawSoon = (): void => {
    if (isPending) return
    isPending = true
    requestAnimationFrame(() => {
      isPending = false
      draw(false)
    })
  }

  const reveal = (index: number): void => {
    const top = index * rowHeight
    const above = host.scrollTop - top
    const below = top + rowHeight - host.scrollTop - host.clientHeight
    // What is far away is shown with what stands before it.
    if (Math.max(above, below) > host.clientHeight / 2) host.scrollTop = top - host.clientHeight / 3
    else if (above > 0) host.scrollTop = top
    else if (below > 0) host.scrollTop += below
  }

  const resize = (): void => {
    rowHeight = options.rowHeight()
    space.style.height = `${count * rowHeight}px`
    const isFirst = height === 0
    height = host.clientHeight
    if (isFirst) reveal(active)
    draw(true)
  }

  const activate = (index: number): void => {
    if (count === 0) return
    const before = active
    active = Math.min(count - 1, Math.max(0, index))
    reveal(active)
    drawn.get(before)?.classList.remove('is-active')
    draw(false)
    drawn.get(active)?.classList.add('is-active')
    if (before !== active) options.onActive?.(active)
  }

  const move = (key: string): number | undefined => {
    const page = Math.max(1, Math.floor(host.clientHeight / rowHeight) - 1)
    switch (key) {
      case 'ArrowDown':
        return active + 1
      case 'ArrowUp':
        return active - 1
      case 'PageDown':
        return active + page
      case 'PageUp':
        return active - page
      case 'Home':
        return 0
      case 'End':
        return count - 1
      default:
        return undefined
    }
  }

  host.addEventListener('scroll', drawSoon, { passive: true })
  host.addEventListener('click', event => {
    const row = (event.target as Element).closest('[data-index]')
    if (row === null) return
    const index = Number(row.getAttribute('data-index'))
    activate(index)
    options.onOpen(index)
  })
  host.addEventListener('keydown', event => {
    if (event.target !== host || count === 0) return
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey
    const target = isPlain && !event.shiftKey ? move(event.key) : undefined
    if (target !== undefined) activate(target)
    else if (isPlain && event.key === 'Enter') options.onOpen(active)
    else if (!isPlain || options.onKey?.(event, active) !== true) return
    event.preventDefault()
  })
  new ResizeObserver(resize).observe(host)

  return {
    host,
    get active(): number {
      return active
    },
    setCount(next: number): void {
      count = next
      active = Math.min(active, Math.max(0, count - 1))
      resize()
    },
    redraw: () => draw(true),
    activate
  }
}
