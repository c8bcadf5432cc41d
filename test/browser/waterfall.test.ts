import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeInBrowser } from './chromium.ts'
import { createReportFiles, type ReportFiles } from './report-files.ts'
import { runOfEverything } from './run-of-everything.ts'

describeInBrowser('the waterfall of a report', open => {
  let files: ReportFiles
  let path: string
  beforeAll(async () => {
    files = await createReportFiles()
    path = await files.write('report.html', runOfEverything())
  })
  afterAll(() => files.remove())

  test('zooms by buttons and by keys, and moves in time', async () => {
    await using report = await open(path, { hash: '#test=checkout' })
    const { page } = report
    expect(await rangeOf(page)).toBe('123 ms in all')
    await page.getByRole('button', { name: 'Zoom in' }).click()
    expect(await rangeOf(page)).toBe('31 ms to 92 ms of 123 ms')
    await page.locator('.span-rows').focus()
    await page.keyboard.press('+')
    expect(await rangeOf(page)).toBe('46 ms to 77 ms of 123 ms')
    await page.keyboard.press('Shift+ArrowRight')
    expect(await rangeOf(page)).toBe('52 ms to 83 ms of 123 ms')
    await page.keyboard.press('-')
    expect(await rangeOf(page)).toBe('37 ms to 98 ms of 123 ms')
    await page.keyboard.press('0')
    expect(await rangeOf(page)).toBe('123 ms in all')
    await page.keyboard.press('+')
    await page.keyboard.press('Escape')
    expect(await rangeOf(page)).toBe('123 ms in all')
  })

  test('zooms to the range that is dragged, and takes the drag for no click', async () => {
    await using report = await open(path, { hash: '#test=checkout' })
    const { page } = report
    const lane = (await page.locator('.axis-lane').boundingBox())!
    const row = (await page.locator('.span-row').nth(2).boundingBox())!
    await page.mouse.move(lane.x + lane.width * 0.5, row.y + 10)
    await page.mouse.down()
    await page.mouse.move(lane.x + lane.width * 0.75, row.y + 10, { steps: 4 })
    expect(await page.locator('.brush').isVisible()).toBe(true)
    await page.mouse.up()
    expect(await page.locator('.brush').isVisible()).toBe(false)
    expect(await rangeOf(page)).toMatch(/^6[12] ms to 9[23] ms of 123 ms$/)
    expect(await page.locator('.span-details').isVisible()).toBe(false)
  })

  test('zooms by the wheel at the moment under the pointer, with Ctrl over the bars', async () => {
    await using report = await open(path, { hash: '#test=checkout' })
    const { page } = report
    const lane = (await page.locator('.axis-lane').boundingBox())!
    await page.mouse.move(lane.x, lane.y + 10)
    await page.mouse.wheel(0, -240)
    expect(await rangeOf(page)).toMatch(/^0 ms to 6[12] ms of 123 ms$/)
    await page.mouse.wheel(0, 1000)
    expect(await rangeOf(page)).toBe('123 ms in all')
    const row = (await page.locator('.span-row').nth(1).boundingBox())!
    await page.mouse.move(lane.x + lane.width, row.y + 10)
    await page.keyboard.down('Control')
    await page.mouse.wheel(0, -240)
    await page.keyboard.up('Control')
    expect(await rangeOf(page)).toMatch(/^6[12] ms to 123 ms of 123 ms$/)
  })

  test('shows the span under the pointer, and hides it again on Escape', async () => {
    await using report = await open(path, { hash: '#test=pay' })
    const { page } = report
    await page.locator('.span-row').filter({ hasText: 'charge card' }).hover()
    const card = page.locator('.hover-card')
    const text = await card.innerText()
    for (const part of ['charge card', 'billing', '20 ms, from 10 ms', 'error: declined'])
      expect(text).toContain(part)
    await page.locator('.span-rows').focus()
    await page.keyboard.press('Escape')
    expect(await card.isVisible()).toBe(false)
  })

  test('shows all of a span: status, attributes with their types, events, links, resource, scope', async () => {
    await using report = await open(path, { hash: '#test=pay' })
    const { page } = report
    await page.locator('.span-row').filter({ hasText: 'charge card' }).click()
    const details = page.locator('.span-details')
    await details.getByText('Resource').click()
    const text = (await details.innerText()).replaceAll(/\s+/g, ' ')
    for (const part of [
      'error: declined',
      'violated: attr:card.type = "amex"',
      'Parent POST /pay',
      'huge.int 9007199254740993 int',
      'ratio NaN double',
      'card.type visa',
      'exception at 14 ms',
      'exception.message declined',
      'not in this trace',
      'service.name billing',
      'Scope shop'
    ])
      expect(text).toContain(part)
    await details.getByRole('button', { name: 'POST /pay' }).click()
    expect(await details.locator('h3').innerText()).toBe('POST /pay')
    await page.keyboard.press('Escape')
    expect(await details.isVisible()).toBe(false)
  })

  test('folds what is below a span, by key and by pointer', async () => {
    await using report = await open(path, { hash: '#test=checkout' })
    const { page } = report
    const rows = page.locator('.span-row')
    expect(await rows.count()).toBe(12)
    await rows.filter({ hasText: 'GET /quote' }).locator('[data-twist]').click()
    expect(await rows.count()).toBe(6)
    expect(await rows.filter({ hasText: 'GET /quote' }).innerText()).toContain('+6 spans')
    expect(await page.locator('.span-details').isVisible()).toBe(false)
    await page.locator('.span-rows').focus()
    await page.keyboard.press('ArrowRight')
    expect(await rows.count()).toBe(12)
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowLeft')
    expect(await rows.count()).toBe(1)
  })
})

function rangeOf(page: Page): Promise<string> {
  return page.locator('.zoom-range').innerText()
}
