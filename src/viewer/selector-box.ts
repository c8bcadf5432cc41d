import { renderCount, renderNumber } from '../report/quantity.ts'
import { button, element, sign } from './dom.ts'
import { type FoundSpans, findSpans, type SelectorProblem } from './find-spans.ts'
import { nearestList } from './reason-view.ts'
import type { SpanTable } from './span-table.ts'
import { spanLabel } from './waterfall-row.ts'

interface SelectorBoxOptions {
  readonly table: SpanTable
  /** Says how many spans match. */
  readonly status: HTMLElement
  /** Undefined where no selector is written. */
  onFound(positions: Int32Array | undefined, isOnly: boolean): void
  onStep(direction: 1 | -1): void
  onShow(position: number): void
  onLeave(): void
}

/** A selector of the language of tests, and what it chooses in this trace. */
export interface SelectorBox {
  readonly root: HTMLElement
  write(selector: string): void
  focus(): void
}

const PAUSE_MS = 60
/** To say what came nearest takes longer than the search. */
const NEAREST_PAUSE_MS = 350

export function createSelectorBox(options: SelectorBoxOptions): SelectorBox {
  const { table, status } = options
  const input = element('input', {
    id: 'selector',
    type: 'text',
    class: 'mono',
    placeholder: 'span[service.name="cart"]:error',
    spellcheck: 'false',
    autocomplete: 'off',
    autocapitalize: 'off',
    'aria-describedby': status.id
  })
  const problems = element('div', { class: 'selector-problems' })
  const only = element('input', { type: 'checkbox', id: 'only-matches' })
  const previous = button({ class: 'tool', 'aria-label': 'Previous match' }, () => options.onStep(-1), '↑')
  const next = button({ class: 'tool', 'aria-label': 'Next match' }, () => options.onStep(1), '↓')
  const clear = button({ class: 'tool' }, () => write(''), 'Clear')
  let positions: Int32Array | undefined
  let asked = 0
  let pause: ReturnType<typeof setTimeout> | undefined
  let nearestPause: ReturnType<typeof setTimeout> | undefined

  const report = (found: Int32Array | undefined): void => {
    positions = found
    options.onFound(found, only.checked)
    const isEmpty = found === undefined || found.length === 0
    previous.disabled = isEmpty
    next.disabled = isEmpty
  }
  const showNearest = (found: FoundSpans & { ok: true }, ticket: number): void => {
    nearestPause = setTimeout(() => {
      if (ticket !== asked) return
      problems.append(nearestList(found.nearest(), spanId => shownSpan(spanId)))
    }, NEAREST_PAUSE_MS)
  }
  const shownSpan = (spanId: string): Node | undefined => {
    const position = table.trace.positionOf(spanId)
    if (position === undefined) return undefined
    return button({ class: 'link' }, () => options.onShow(position), spanLabel(table, position))
  }

  const search = async (): Promise<void> => {
    const ticket = ++asked
    const text = input.value
    clearTimeout(nearestPause)
    clear.hidden = text === ''
    const found = text.trim() === '' ? undefined : await findSpans(text, table.trace)
    if (ticket !== asked) return
    input.setAttribute('aria-invalid', String(found?.ok === false))
    problems.replaceChildren(...(found?.problems ?? []).map(problemView))
    if (found === undefined) {
      status.textContent = ''
      report(undefined)
    } else if (!found.ok) {
      status.textContent = 'The selector cannot be read.'
      report(undefined)
    } else {
      const { length } = found.positions
      const all = renderCount(table.size, 'span')
      status.textContent = length === 1 ? `1 of ${all} matches` : `${renderNumber(length)} of ${all} match`
      report(found.positions)
      if (length === 0) showNearest(found, ticket)
    }
  }
  const searchSoon = (): void => {
    clearTimeout(pause)
    pause = setTimeout(() => void search(), PAUSE_MS)
  }
  const write = (selector: string): void => {
    input.value = selector
    clearTimeout(pause)
    void search()
  }

  input.addEventListener('input', searchSoon)
  input.addEventListener('keydown', event => {
    if (event.key === 'Enter') options.onStep(event.shiftKey ? -1 : 1)
    else if (event.key === 'Escape' && input.value !== '') write('')
    else if (event.key === 'Escape' || event.key === 'ArrowDown') options.onLeave()
    else return
    event.preventDefault()
    event.stopPropagation()
  })
  only.addEventListener('change', () => options.onFound(positions, only.checked))
  previous.disabled = true
  next.disabled = true
  clear.hidden = true

  const root = element(
    'div',
    { class: 'selector-box', role: 'search' },
    element('label', { for: 'selector' }, 'Selector'),
    input,
    element(
      'div',
      { class: 'selector-tools' },
      clear,
      previous,
      next,
      element('label', { class: 'check', for: 'only-matches' }, only, ' only these')
    ),
    problems
  )
  return { root, write, focus: () => input.focus() }
}

function problemView({ severity, place, message, frame, hint }: SelectorProblem): HTMLElement {
  const tone = severity === 'error' ? 'bad' : 'caution'
  return element(
    'div',
    { class: 'selector-problem' },
    element(
      'p',
      {},
      element('span', { class: tone }, sign(severity === 'error' ? '✕' : '▲'), ` ${severity}: `),
      message,
      element('span', { class: 'hint' }, ` ${place}`)
    ),
    frame === '' ? undefined : element('pre', { class: 'frame' }, frame),
    hint === undefined ? undefined : element('p', { class: 'way-out' }, sign('→'), ` ${hint}`)
  )
}
