import type { Attributes as SpanAttributes } from '../model/attributes.ts'
import type { Span } from '../model/span.ts'
import { renderCount, renderDuration } from '../report/quantity.ts'
import { button, type Child, disclosure, element, sign } from './dom.ts'
import type { SpanNote } from './span-marks.ts'
import type { SpanTable } from './span-table.ts'
import { selectorFor, showAttribute } from './value-text.ts'
import {
  durationText,
  serviceColor,
  serviceLabel,
  signOfMark,
  spanLabel,
  toneOfMark
} from './waterfall-row.ts'

interface SpanDetailsOptions {
  readonly table: SpanTable
  readonly notes: ReadonlyMap<number, readonly SpanNote[]>
  onSelector(selector: string): void
  onShow(position: number): void
  onClose(): void
}

/** All that is known of one span. */
export interface SpanDetails {
  readonly root: HTMLElement
  show(position: number): void
  /** Whether there was anything to close. */
  close(): boolean
}

const LONGEST_VALUE = 1200

export function createSpanDetails(options: SpanDetailsOptions): SpanDetails {
  const { table, notes } = options
  const root = element('aside', { class: 'span-details', 'aria-label': 'Details of the span', hidden: true })
  return {
    root,
    show(position: number): void {
      root.replaceChildren(...contentOf(position, table, notes.get(position) ?? [], options))
      root.hidden = false
      root.scrollTop = 0
    },
    close(): boolean {
      const wasOpen = !root.hidden
      root.hidden = true
      return wasOpen
    }
  }
}

function contentOf(
  position: number,
  table: SpanTable,
  notes: readonly SpanNote[],
  { onSelector, onShow, onClose }: SpanDetailsOptions
): readonly Node[] {
  const { trace, services, serviceNumbers, starts } = table
  const span = trace.spans[position]!
  const parent = trace.parents[position]!
  const head = element(
    'header',
    {},
    element('h3', {}, spanLabel(table, position)),
    button({ class: 'tool', 'aria-label': 'Close the details' }, onClose, '✕')
  )
  const service = element(
    'p',
    { class: `service s${serviceColor(table, position)}` },
    serviceLabel(services[serviceNumbers[position]!]!)
  )
  const said = notes.map(({ mark, text }) =>
    element('li', { class: toneOfMark(mark) }, sign(signOfMark(mark)), ` ${text}`)
  )
  return [
    head,
    service,
    ...(said.length > 0
      ? [element('ul', { class: 'notes', 'aria-label': 'What the checks say of it' }, ...said)]
      : []),
    factsOf([
      ['Status', statusOf(span)],
      ['Kind', span.kind],
      ['Starts', `at ${renderDuration(starts[position]!)}`],
      ['Lasts', durationText(table, position)],
      [
        'Parent',
        parent >= 0
          ? button({ class: 'link' }, () => onShow(parent), spanLabel(table, parent))
          : (span.parentSpanId ?? 'none')
      ],
      ['Span id', mono(span.spanId)],
      ['Trace id', mono(span.traceId)],
      ['Trace state', span.traceState === undefined ? undefined : mono(span.traceState)],
      ['Dropped', droppedOf(span)]
    ]),
    ...attributeBlock('Attributes', span.attributes, true, onSelector),
    ...eventBlock(span, starts[position]!),
    ...linkBlock(span, table, onShow),
    ...attributeBlock('Resource', span.resource, false),
    ...scopeBlock(span)
  ]
}

function statusOf({ status }: Span): Child {
  const text = status.message ? `${status.code}: ${status.message}` : status.code
  return status.code === 'error' ? element('span', { class: 'bad' }, sign('✕'), ` ${text}`) : text
}

function droppedOf({ dropped }: Span): string | undefined {
  if (dropped === undefined) return undefined
  return [
    renderCount(dropped.attributes, 'attribute'),
    renderCount(dropped.events, 'event'),
    renderCount(dropped.links, 'link')
  ].join(', ')
}

function mono(text: string): HTMLElement {
  return element('code', {}, text)
}

/** Names and what they are; what is undefined is left out. */
export function factsOf(facts: readonly (readonly [string, Child])[]): HTMLElement {
  const list = element('dl', { class: 'facts' })
  for (const [name, value] of facts)
    if (value !== undefined) list.append(element('dt', {}, name), element('dd', {}, value))
  return list
}

function attributeBlock(
  title: string,
  attributes: SpanAttributes,
  isOpen: boolean,
  onSelector?: (selector: string) => void
): readonly Node[] {
  if (attributes.size === 0) return []
  const summary = [title, element('span', { class: 'count' }, ` ${attributes.size}`)]
  return [disclosure(summary, () => [attributeTable(attributes, onSelector)], isOpen)]
}

function attributeTable(attributes: SpanAttributes, onSelector?: (selector: string) => void): HTMLElement {
  const rows = [...attributes]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => {
      const { text, type } = showAttribute(value)
      const selector = onSelector && selectorFor(key, value)
      return element(
        'tr',
        {},
        element('th', { scope: 'row' }, key),
        element(
          'td',
          {},
          longText(text),
          type === 'string' ? undefined : element('span', { class: 'type' }, ` ${type}`),
          selector === undefined
            ? undefined
            : button(
                { class: 'tool find', 'aria-label': `Find the spans with this ${key}`, title: selector },
                () => onSelector?.(selector),
                'find'
              )
        )
      )
    })
  return element('table', { class: 'attributes' }, element('tbody', {}, ...rows))
}

/** A long text is shown whole only on demand. */
export function longText(text: string): HTMLElement {
  if (text.length <= LONGEST_VALUE) return element('span', { class: 'value' }, text)
  const shown = element('span', { class: 'value' }, text.slice(0, LONGEST_VALUE))
  const more = button(
    { class: 'link' },
    () => {
      shown.textContent = text
      more.remove()
    },
    `show all ${renderCount(text.length, 'character')}`
  )
  return element('span', {}, shown, '… ', more)
}

function eventBlock({ events, startUnixNano }: Span, start: number): readonly Node[] {
  if (events.length === 0) return []
  const items = events.map(({ name, timeUnixNano, attributes }) =>
    element(
      'li',
      {},
      element('strong', {}, name === '' ? '(no name)' : name),
      element(
        'span',
        { class: 'hint' },
        ` at ${renderDuration(start + Number(timeUnixNano - startUnixNano))}`
      ),
      attributes.size > 0 ? attributeTable(attributes) : undefined
    )
  )
  return [
    disclosure(
      ['Events', element('span', { class: 'count' }, ` ${events.length}`)],
      () => [element('ul', { class: 'plain' }, ...items)],
      true
    )
  ]
}

function linkBlock({ links }: Span, table: SpanTable, onShow: (position: number) => void): readonly Node[] {
  if (links.length === 0) return []
  const items = links.map(link => {
    const position = table.trace.positionOf(table.trace.keyOf(link))
    const place = `span ${link.spanId} of trace ${link.traceId}`
    return element(
      'li',
      {},
      position === undefined
        ? mono(place)
        : button({ class: 'link' }, () => onShow(position), spanLabel(table, position)),
      position === undefined ? element('span', { class: 'hint' }, ' not in this trace') : undefined,
      link.traceState === undefined
        ? undefined
        : element('span', { class: 'hint' }, ` state ${link.traceState}`),
      link.attributes.size > 0 ? attributeTable(link.attributes) : undefined
    )
  })
  return [
    disclosure(
      ['Links', element('span', { class: 'count' }, ` ${links.length}`)],
      () => [element('ul', { class: 'plain' }, ...items)],
      true
    )
  ]
}

function scopeBlock({ scope }: Span): readonly Node[] {
  if (scope.name === '' && scope.attributes.size === 0) return []
  const title = [
    'Scope',
    element('span', { class: 'hint' }, ` ${[scope.name, scope.version].filter(Boolean).join(' ')}`)
  ]
  if (scope.attributes.size === 0) return [element('p', { class: 'scope' }, ...title)]
  return [disclosure(title, () => [attributeTable(scope.attributes)])]
}
