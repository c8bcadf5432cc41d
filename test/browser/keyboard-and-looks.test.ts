import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeInBrowser } from './chromium.ts'
import { createReportFiles, type ReportFiles } from './report-files.ts'
import { runOfEverything } from './run-of-everything.ts'

describeInBrowser('a report, for any reader', open => {
  let files: ReportFiles
  let path: string
  beforeAll(async () => {
    files = await createReportFiles()
    path = await files.write('report.html', runOfEverything())
  })
  afterAll(() => files.remove())

  test('is read by the keyboard alone', async () => {
    await using report = await open(path)
    const { page } = report
    await page.keyboard.press('/')
    expect(await focusedId(page)).toBe('search')
    await page.keyboard.type('checkout')
    await page.keyboard.press('Escape')
    expect(await page.locator('#search').inputValue()).toBe('')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowDown')
    expect(await page.locator('.test-rows').getAttribute('aria-activedescendant')).toBe('test-1')
    await page.keyboard.press('Enter')
    expect(await page.locator('.test h2').innerText()).toBe('a payment is taken')
    await page.keyboard.press('s')
    expect(await focusedId(page)).toBe('selector')
    await page.keyboard.type('span:error')
    await page.getByText('1 of 3 spans matches').waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('n')
    expect(await page.locator('.span-details h3').innerText()).toBe('charge card')
    const active = await page.locator('.span-rows').getAttribute('aria-activedescendant')
    expect(await page.locator(`#${active}`).getAttribute('aria-label')).toContain('matches the selector')
    await page.keyboard.press('Escape')
    expect(await page.locator('.span-details').isVisible()).toBe(false)
    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    expect(await page.locator('dialog.help').isVisible()).toBe(true)
    await page.keyboard.press('Escape')
    expect(await page.locator('dialog.help').isVisible()).toBe(false)
  })

  test('shows where the keyboard is', async () => {
    await using report = await open(path)
    const { page } = report
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    expect(await outlineOf(page, ':focus-visible')).toBe('solid')
    await page.locator('.test-rows').focus()
    await page.keyboard.press('ArrowDown')
    expect(await outlineOf(page, '.test-row.is-active')).toBe('solid')
  })

  test('names every control, and leaves no outcome to colour alone', async () => {
    await using report = await open(path, { hash: '#test=pay' })
    const { page } = report
    const unnamed = await page.evaluate(`
      [...document.querySelectorAll('button, input, a, [role=listbox], [role=tree], [role=option], [role=treeitem]')]
        .filter(control => !(control.getAttribute('aria-label') ?? control.labels?.[0]?.textContent ?? control.textContent).trim())
        .map(control => control.outerHTML)
    `)
    expect(unnamed).toEqual([])
    for (const place of ['.test-row', '.assertion-head', '.filter', '.badge'])
      expect((await page.locator(place).allInnerTexts()).filter(text => !/[a-z]{4}/.test(text))).toEqual([])
  })

  test('is light or dark as the system has it, or as one says', async () => {
    await using light = await open(path)
    await using dark = await open(path, { theme: 'dark' })
    const brightnessOf = (page: Page): Promise<number> =>
      page.evaluate(
        `getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 3`
      )
    expect(await brightnessOf(light.page)).toBeGreaterThan(200)
    expect(await brightnessOf(dark.page)).toBeLessThan(50)
    await dark.page.getByRole('button', { name: 'Theme: auto' }).click()
    expect(await brightnessOf(dark.page)).toBeGreaterThan(200)
    await dark.page.getByRole('button', { name: 'Theme: light' }).click()
    expect(await brightnessOf(dark.page)).toBeLessThan(50)
  })

  test.each(['light', 'dark'] as const)(
    'has texts that stand out from what is behind them: %s',
    async theme => {
      await using report = await open(path, { theme, hash: '#test=pay' })
      const { page } = report
      await page.locator('#selector').fill('span[service.name="billing"]')
      await page.locator('.span-row.is-match').first().click()
      expect(await page.evaluate(CONTRASTS_BELOW_AA)).toEqual([])
    }
  )

  test('fits a narrow screen: the list first, then one test, and back', async () => {
    await using report = await open(path, { width: 360, height: 700 })
    const { page } = report
    expect(await page.locator('.detail').isVisible()).toBe(false)
    await page.locator('.test-row').nth(1).click()
    expect(await page.locator('.tests').isVisible()).toBe(false)
    await page.locator('.span-row').first().click()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360)
    expect(await page.evaluate(`${DETAIL}.scrollWidth - ${DETAIL}.clientWidth`)).toBe(0)
    await page.getByRole('button', { name: '← All tests' }).click()
    expect(await page.locator('.tests').isVisible()).toBe(true)
  })
})

const DETAIL = `document.querySelector('.detail')`

function outlineOf(page: Page, selector: string): Promise<string> {
  return page.evaluate(`getComputedStyle(document.querySelector('${selector}')).outlineStyle`)
}

function focusedId(page: Page): Promise<string> {
  return page.evaluate('document.activeElement.id')
}

/** Texts with less than 4.5 : 1, each with its colours. */
const CONTRASTS_BELOW_AA = `(() => {
  const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })
  const read = color => {
    context.clearRect(0, 0, 1, 1)
    context.fillStyle = color
    context.fillRect(0, 0, 1, 1)
    return [...context.getImageData(0, 0, 1, 1).data]
  }
  const backgroundOf = element => {
    for (let at = element; at; at = at.parentElement) {
      const color = read(getComputedStyle(at).backgroundColor)
      if (color[3] === 255) return color
    }
    return read('Canvas')
  }
  const luminance = color => {
    const [r, g, b] = color.slice(0, 3).map(part => {
      const share = part / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const found = new Set()
  const walker = document.createTreeWalker(document.getElementById('app'), NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement
    if (!walker.currentNode.textContent.trim() || !element.checkVisibility() || element.closest(':disabled')) continue
    const [text, back] = [read(getComputedStyle(element).color), backgroundOf(element)]
    const [a, b] = [luminance(text), luminance(back)].sort((x, y) => y - x)
    const ratio = (a + 0.05) / (b + 0.05)
    if (ratio < 4.5) found.add(element.className + ' ' + text.slice(0, 3) + ' on ' + back.slice(0, 3) + ': ' + ratio.toFixed(2))
  }
  return [...found]
})()`
