import type { JsonReport, JsonTest } from '../report/json-report.ts'
import { renderCount, renderMs, renderNumber } from '../report/quantity.ts'
import { titleOf } from '../report/test-title.ts'
import { button, element, sign } from './dom.ts'
import { badgeOfTest } from './outcome-words.ts'
import { filterTests, inOrderOfInterest, OUTCOMES, type ShownOutcome } from './test-filter.ts'
import { createVirtualList } from './virtual-list.ts'

/** The tests of the run, and what narrows them down. */
export interface TestList {
  readonly root: HTMLElement
  /** Marks the test that is shown. */
  choose(test: JsonTest | undefined): void
  focus(): void
  focusSearch(): void
}

const ROW_HEIGHT = 52

export function createTestList(report: JsonReport, onOpen: (test: JsonTest) => void): TestList {
  const all = inOrderOfInterest(report)
  const outcomes = new Set<ShownOutcome>()
  let shown = all
  let chosen: JsonTest | undefined

  const list = createVirtualList({
    name: 'test',
    role: 'listbox',
    label: 'Tests',
    rowHeight: () => ROW_HEIGHT,
    draw: index => drawTest(shown[index]!, shown[index] === chosen),
    onOpen: index => onOpen(shown[index]!),
    onKey: event => {
      if (event.key !== 'Escape' || (search.value === '' && outcomes.size === 0)) return false
      reset()
      return true
    }
  })
  const search = element('input', {
    id: 'search',
    type: 'search',
    placeholder: 'name, suite, tag or file',
    autocomplete: 'off',
    spellcheck: 'false'
  })
  const count = element('p', { class: 'hint list-count', role: 'status' })
  const filters = OUTCOMES.filter(outcome => all.some(test => test.outcome === outcome)).map(outcome => {
    const { sign: mark, tone } = badgeOfTest(outcome)
    const number = all.filter(test => test.outcome === outcome).length
    const toggle = button(
      { class: `filter ${tone}`, 'aria-pressed': 'false', 'data-outcome': outcome },
      () => {
        if (!outcomes.delete(outcome)) outcomes.add(outcome)
        toggle.setAttribute('aria-pressed', String(outcomes.has(outcome)))
        apply()
      },
      sign(mark),
      ` ${renderNumber(number)} ${outcome}`
    )
    return toggle
  })

  const apply = (): void => {
    shown = filterTests(all, { outcomes, text: search.value })
    count.textContent =
      shown.length === all.length
        ? renderCount(all.length, 'test')
        : `${renderNumber(shown.length)} of ${renderCount(all.length, 'test')}`
    empty.hidden = shown.length > 0
    list.setCount(shown.length)
  }
  const reset = (): void => {
    search.value = ''
    outcomes.clear()
    for (const toggle of filters) toggle.setAttribute('aria-pressed', 'false')
    apply()
  }
  search.addEventListener('input', apply)
  search.addEventListener('keydown', event => {
    if (event.key === 'ArrowDown' || event.key === 'Enter') list.host.focus()
    else if (event.key === 'Escape' && search.value !== '') reset()
    else return
    event.preventDefault()
    event.stopPropagation()
  })
  const empty = element(
    'p',
    { class: 'empty', hidden: true },
    all.length === 0 ? 'No test was run.' : 'No test is like that. ',
    all.length === 0 ? undefined : button({ class: 'link' }, reset, 'Show all')
  )
  const root = element(
    'nav',
    { class: 'tests', 'aria-label': 'Tests' },
    element('div', { class: 'search', role: 'search' }, element('label', { for: 'search' }, 'Find'), search),
    element('div', { class: 'filters', role: 'group', 'aria-label': 'Outcomes' }, ...filters),
    count,
    empty,
    list.host
  )
  apply()
  return {
    root,
    choose(test: JsonTest | undefined): void {
      chosen = test
      const index = test === undefined ? -1 : shown.indexOf(test)
      if (index >= 0) list.activate(index)
      list.redraw()
    },
    focus: () => list.host.focus(),
    focusSearch: () => search.focus()
  }
}

function drawTest(test: JsonTest, isChosen: boolean): HTMLElement {
  const { sign: mark, tone } = badgeOfTest(test.outcome)
  const { suite, ...alone } = test
  // Steps of one suite begin alike: their own names tell them apart.
  const title = titleOf(alone)
  const place = `${test.file}:${test.line}`
  const about = [...(suite === undefined ? [] : [suite.name]), place, ...test.tags]
  // Folders would fill the line.
  const shown = about.with(about.indexOf(place), place.replace(/^.*[\\/]/, ''))
  return element(
    'div',
    {
      role: 'option',
      class: isChosen ? 'test-row is-chosen' : 'test-row',
      'aria-selected': String(isChosen),
      'aria-label': [title, test.outcome, renderMs(test.durationMs), ...about].join(', '),
      'data-outcome': test.outcome
    },
    element('span', { class: 'test-title', title: titleOf(test) }, sign(mark, tone), ` ${title}`),
    element('span', { class: 'test-time' }, test.outcome === 'skipped' ? '' : renderMs(test.durationMs)),
    element(
      'span',
      { class: 'test-place' },
      element('span', { class: tone }, test.outcome),
      ` · ${shown.join(' · ')}`
    )
  )
}
