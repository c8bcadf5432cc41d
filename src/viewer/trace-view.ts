import type { Trace } from '../model/trace.ts'
import type { JsonTest } from '../report/json-report.ts'
import { renderCount, renderNumber } from '../report/quantity.ts'
import { element } from './dom.ts'
import { createSelectorBox } from './selector-box.ts'
import { createSpanDetails } from './span-details.ts'
import { notesOf } from './span-marks.ts'
import { buildSpanTable, type SpanTable } from './span-table.ts'
import { createWaterfall } from './waterfall.ts'
import { colorOfService, serviceLabel } from './waterfall-row.ts'

/** A trace with its selector box, its waterfall and the details of a span. */
export interface TraceView {
  readonly root: HTMLElement
  readonly table: SpanTable
  show(position: number): void
  select(selector: string): void
  focusSelector(): void
}

export function createTraceView(test: JsonTest, trace: Trace, onLeave: () => void): TraceView {
  const table = buildSpanTable(trace)
  const notes = notesOf(test, trace)
  const show = (position: number): void => {
    waterfall.show(position)
    root.scrollIntoView({ block: 'nearest' })
    waterfall.focus()
  }
  const select = (selector: string): void => {
    box.write(selector)
    root.scrollIntoView({ block: 'start' })
  }
  const close = (): void => {
    if (details.close()) waterfall.focus()
  }
  const details = createSpanDetails({ table, notes, onSelector: select, onShow: show, onClose: close })
  const waterfall = createWaterfall({
    table,
    notes,
    onChosen: position => details.show(position),
    onEscape: () => {
      if (!details.close()) onLeave()
    }
  })
  const box = createSelectorBox({
    table,
    status: waterfall.status,
    onFound: waterfall.setMatches,
    onStep: waterfall.step,
    onShow: show,
    onLeave: waterfall.focus
  })
  details.root.addEventListener('keydown', event => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    close()
  })
  const root = element(
    'section',
    { class: 'trace' },
    element('h3', {}, 'Trace', element('span', { class: 'count' }, ` ${renderCount(table.size, 'span')}`)),
    legendOf(table),
    box.root,
    element('div', { class: 'trace-body' }, waterfall.root, details.root)
  )
  return { root, table, show, select, focusSelector: box.focus }
}

const MOST_SERVICES = 24

function legendOf({ services, serviceNumbers, trace }: SpanTable): HTMLElement {
  const counts = new Int32Array(services.length)
  for (const service of serviceNumbers) counts[service]!++
  const items = services
    .slice(0, MOST_SERVICES)
    .map((service, at) =>
      element(
        'li',
        { class: `service s${colorOfService(at, trace.trigger === 0)}` },
        serviceLabel(service),
        element('span', { class: 'hint' }, ` ${renderNumber(counts[at]!)}`)
      )
    )
  const more = services.length - MOST_SERVICES
  return element(
    'ul',
    { class: 'legend plain', 'aria-label': 'Services, and how many spans each has' },
    ...items,
    more > 0 ? element('li', { class: 'hint' }, `and ${more} more`) : undefined
  )
}
