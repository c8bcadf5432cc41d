import type { JsonSpec, JsonTest } from '../report/json-report.ts'
import { renderCount } from '../report/quantity.ts'
import { assertionView, type SpanLinks } from './assertion-view.ts'
import { button, disclosure, element, section, sign } from './dom.ts'
import { badgeOfSpec } from './outcome-words.ts'

interface SpecsOptions {
  readonly test: JsonTest
  readonly links: SpanLinks
  /** Whether a selector chooses here what it chose in the run. */
  canSelect(selector: string): boolean
  /** Absent where there is no trace to find spans in. */
  readonly onSelector?: ((selector: string) => void) | undefined
}

/** The specs of a test: those that failed open and first, the others below, to be opened. */
export function specsView(options: SpecsOptions): readonly HTMLElement[] {
  const { test } = options
  const view = (spec: JsonSpec): HTMLElement => specView(spec, options)
  const failed = test.specs.filter(({ outcome }) => outcome === 'failed')
  const warned = test.specs.filter(spec => spec.outcome === 'passed' && hasWarnings(spec))
  const quiet = test.specs.filter(spec => spec.outcome === 'passed' && !hasWarnings(spec))
  const skipped = test.specs.filter(({ outcome }) => outcome === 'skipped')
  return [
    ...(failed.length > 0 ? [section('What failed', 'specs', ...failed.map(view))] : []),
    ...(warned.length > 0 ? [section('Held, with warnings', 'specs', ...warned.map(view))] : []),
    ...folded(quiet, 'passed', '✓', 'good', view),
    ...folded(skipped, 'skipped', '–', 'dim', view)
  ]
}

function hasWarnings({ assertions }: JsonSpec): boolean {
  return assertions.some(({ warnings }) => warnings.length > 0)
}

function folded(
  specs: readonly JsonSpec[],
  word: string,
  mark: string,
  tone: string,
  view: (spec: JsonSpec) => HTMLElement
): readonly HTMLElement[] {
  if (specs.length === 0) return []
  const held = specs.reduce((count, { assertions }) => count + assertions.length, 0)
  const summary = element(
    'span',
    {},
    sign(mark, tone),
    ` ${renderCount(specs.length, 'spec')} ${word}`,
    element('span', { class: 'hint' }, `, ${renderCount(held, 'assertion')}`)
  )
  return [
    element(
      'section',
      { class: 'specs is-folded' },
      disclosure([summary], () => specs.map(view))
    )
  ]
}

function specView(spec: JsonSpec, { test, links, canSelect, onSelector }: SpecsOptions): HTMLElement {
  const { sign: mark, tone } = badgeOfSpec(spec)
  const selector = spec.selector === '' ? 'span' : spec.selector
  return element(
    'article',
    { class: `spec is-${tone}`, 'data-outcome': spec.outcome },
    element(
      'header',
      {},
      element(
        'h4',
        {},
        sign(mark, tone),
        ' ',
        spec.name ?? element('code', {}, selector),
        spec.severity === 'warning'
          ? element('span', { class: 'word caution' }, 'severity: warning')
          : undefined
      ),
      element(
        'p',
        { class: 'spec-selector' },
        spec.name === undefined ? undefined : element('code', {}, selector),
        element('span', { class: 'hint' }, ` selected ${renderCount(spec.selectedCount, 'span')}`),
        onSelector && spec.selectedCount > 0 && canSelect(selector)
          ? button({ class: 'tool' }, () => onSelector(selector), 'Show in the trace')
          : undefined
      )
    ),
    spec.reason === undefined ? undefined : element('p', { class: 'hint' }, `skipped: ${spec.reason}`),
    element(
      'ul',
      { class: 'assertions plain' },
      ...spec.assertions.map(one => assertionView(one, spec, links, test.file))
    )
  )
}
