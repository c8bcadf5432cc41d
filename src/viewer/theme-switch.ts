import { button } from './dom.ts'

const THEMES = ['auto', 'light', 'dark'] as const

/** Light, dark, or as the system has it. */
export function createThemeSwitch(): HTMLButtonElement {
  let at = 0
  const made = button({ class: 'tool theme' }, () => {
    at = (at + 1) % THEMES.length
    apply()
  })
  const apply = (): void => {
    const theme = THEMES[at]!
    if (theme === 'auto') document.documentElement.removeAttribute('data-theme')
    else document.documentElement.setAttribute('data-theme', theme)
    made.textContent = `Theme: ${theme}`
  }
  apply()
  return made
}
