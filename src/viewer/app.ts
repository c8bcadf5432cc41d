import type { JsonTest } from '../report/json-report.ts'
import { element } from './dom.ts'
import { createHelpDialog } from './help-dialog.ts'
import { countsOf, pageHeader } from './page-header.ts'
import type { ReportData } from './report-data.ts'
import { inOrderOfInterest } from './test-filter.ts'
import { createTestList } from './test-list.ts'
import { createTestView, type TestView } from './test-view.ts'

/** Fills the page. What is shown stands in its address, so that "back" leads back. */
export function startApp(data: ReportData, host: HTMLElement): void {
  const { report } = data
  const dialog = createHelpDialog()
  const openHelp = (): void => dialog.showModal()
  const list = createTestList(report, test => {
    const address = hrefOf(test, test)
    if (location.hash === address) showAddressed(true)
    else location.hash = address
  })
  const detail = element('main', { class: 'detail', id: 'detail' })
  let view: TestView | undefined

  const goToList = (): void => {
    document.body.classList.remove('is-reading')
    list.focus()
  }
  const showAddressed = (isAsked: boolean): void => {
    const addressed = findAddressed(report.tests, location.hash)
    const [first] = inOrderOfInterest(report)
    const [test, attempt] = addressed ?? [first, first]
    list.choose(test)
    document.body.classList.toggle('is-reading', isAsked && addressed !== undefined)
    if (test === undefined || attempt === undefined) {
      detail.replaceChildren(element('p', { class: 'empty' }, 'Choose a test.'))
      return
    }
    view = createTestView({ data, test, attempt, hrefOf, onBack: goToList })
    detail.replaceChildren(view.root)
    detail.scrollTop = 0
    if (isAsked) view.heading.focus({ preventScroll: true })
  }

  const skip = element('a', { class: 'skip', href: '#detail' }, 'To the test')
  skip.addEventListener('click', event => {
    event.preventDefault()
    view?.heading.focus()
  })
  document.title = `${countsOf(report)} · tracerun`
  host.replaceChildren(
    skip,
    pageHeader(report, openHelp),
    element('div', { class: 'columns' }, list.root, detail),
    dialog
  )
  addEventListener('hashchange', () => showAddressed(true))
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || dialog.open || isTyping(event.target)) return
    if (event.key === '/') list.focusSearch()
    else if (event.key === '?') openHelp()
    else if (event.key === 's') view?.focusSelector()
    else if (event.key === 'Escape') goToList()
    else return
    event.preventDefault()
  })
  showAddressed(location.hash !== '')
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && target.type !== 'checkbox'
}

function hrefOf(test: JsonTest, attempt: JsonTest): string {
  const id = `#test=${encodeURIComponent(test.id)}`
  return attempt.attempt === test.attempt ? id : `${id}&attempt=${attempt.attempt}`
}

function findAddressed(tests: readonly JsonTest[], hash: string): [JsonTest, JsonTest] | undefined {
  const address = new URLSearchParams(hash.slice(1))
  const test = tests.find(({ id }) => id === address.get('test'))
  if (test === undefined) return undefined
  const wanted = Number(address.get('attempt') ?? test.attempt)
  return [test, test.earlierAttempts?.find(({ attempt }) => attempt === wanted) ?? test]
}
