import { button, element } from './dom.ts'

const KEYS: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  [
    'Everywhere',
    [
      ['/', 'find a test'],
      ['s', 'write a selector'],
      ['?', 'this list'],
      ['Esc', 'one step back: clears, closes, leads to the list']
    ]
  ],
  [
    'Tests',
    [
      ['↑ ↓ PgUp PgDn Home End', 'move'],
      ['Enter', 'open']
    ]
  ],
  [
    'Waterfall',
    [
      ['↑ ↓ PgUp PgDn Home End', 'move'],
      ['← →', 'fold and unfold'],
      ['Enter', 'details of the span'],
      ['+ − 0', 'zoom in, out, whole time'],
      ['Shift ← →', 'move in time'],
      ['n p', 'next and previous match of the selector']
    ]
  ],
  [
    'Pointer',
    [
      ['drag over bars', 'zoom to a range'],
      ['wheel over the scale', 'zoom'],
      ['Ctrl, ⌘ or Alt + wheel', 'zoom over the bars'],
      ['Shift + wheel', 'move in time']
    ]
  ],
  [
    'Selector',
    [
      ['Enter, Shift Enter', 'next and previous match'],
      ['↓', 'to the waterfall'],
      ['Esc', 'clear']
    ]
  ]
]

export function createHelpDialog(): HTMLDialogElement {
  const sections = KEYS.map(([title, keys]) =>
    element(
      'section',
      {},
      element('h3', {}, title),
      element(
        'dl',
        { class: 'facts' },
        ...keys.flatMap(([key, meaning]) => [
          element('dt', {}, element('kbd', {}, key)),
          element('dd', {}, meaning)
        ])
      )
    )
  )
  const dialog = element(
    'dialog',
    { class: 'help', 'aria-labelledby': 'help-title' },
    element(
      'header',
      {},
      element('h2', { id: 'help-title' }, 'Keys'),
      button({ class: 'tool', 'aria-label': 'Close' }, () => dialog.close(), '✕')
    ),
    element('div', { class: 'help-sections' }, ...sections)
  )
  return dialog
}
