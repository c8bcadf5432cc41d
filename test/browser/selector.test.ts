import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { encodeOtlpJson } from '../../src/otlp/encode.ts'
import { nPlusOneTest, shopTrace } from '../support/report-builder.ts'
import { CLI } from '../support/shop.ts'
import { describeInBrowser } from './chromium.ts'
import { createReportFiles, type ReportFiles } from './report-files.ts'

const run = promisify(execFile)

describeInBrowser('the selector box of a report', open => {
  let files: ReportFiles
  let path: string
  let trace: string
  beforeAll(async () => {
    files = await createReportFiles()
    path = await files.write('report.html', [nPlusOneTest()])
    trace = files.path('trace.json')
    const { spans } = shopTrace()
    await writeFile(trace, JSON.stringify(encodeOtlpJson(spans)))
  })
  afterAll(() => files.remove())

  const explain = (selector: string): Promise<{ stdout: string; stderr: string }> =>
    run(process.execPath, [CLI, 'explain', selector, '--trace', trace], {
      env: { ...process.env, NO_COLOR: '1' }
    })

  test.each([
    'span[db.system.name="postgresql"]',
    'span[service.name="pricing"] > span',
    'span[name matches "^SELECT"]',
    'span[db.query.text contains "sku"]:first',
    'span[service.name="gateway"] span:leaf',
    'span[duration > 30ms]'
  ])('marks the spans that the command line finds: %s', async selector => {
    const { stdout } = await explain(selector)
    const found = Number(/(\d+) spans? selected/.exec(stdout)![1])
    await using report = await open(path)
    const { page } = report
    await page.locator('#selector').fill(selector)
    await page.locator('.selector-status').getByText('of 12 spans match').waitFor()
    expect(await page.locator('.span-row.is-match').count()).toBe(found)
    expect(await page.locator('.span-row.is-match .sign').first().innerText()).toBe('◆')
    expect(report.complaints).toEqual([])
  })

  test.each(['span[name=', 'span[name="x"]:frist', 'span[name matches "("]'])(
    'says of a mistake what the command line says: %s',
    async selector => {
      const { stderr, stdout } = await explain(selector).catch(
        (error: { stderr: string; stdout: string }) => error
      )
      const said = `${stdout}${stderr}`
      const [, place, message] = /(the selector:\d+:\d+) +error: (.*)/.exec(said)!
      const [, hint] = /→ (.*)/.exec(said) ?? []
      await using report = await open(path)
      const { page } = report
      await page.locator('#selector').fill(selector)
      const problem = page.locator('.selector-problem')
      const text = await problem.innerText()
      expect(text).toContain(place)
      expect(text).toContain(message!.split('`')[0])
      expect(await problem.locator('.frame').innerText()).toContain('^')
      if (hint !== undefined) expect(text).toContain(hint.slice(0, 20))
      expect(await page.locator('#selector').getAttribute('aria-invalid')).toBe('true')
      expect(await page.locator('.span-row.is-match').count()).toBe(0)
    }
  )

  test('says what came nearest where nothing matches', async () => {
    await using report = await open(path)
    const { page } = report
    await page.locator('#selector').fill('span[service.name="paymnt"]')
    await page.locator('.selector-problems .nearest').waitFor()
    expect(await page.locator('.selector-status').innerText()).toBe('0 of 12 spans match')
    expect(await page.locator('.nearest').innerText()).toContain('payment')
  })

  test('shows the matches alone, with what is above them, and goes from one to the next', async () => {
    await using report = await open(path)
    const { page } = report
    await page.locator('#selector').fill('span[name="UPDATE stock"]')
    await page.getByText('1 of 12 spans matches').waitFor()
    await page.locator('#only-matches').check()
    expect(await page.locator('.span-row .span-name').allInnerTexts()).toEqual([
      'the trigger of the test',
      'POST /checkout',
      'reserve',
      'UPDATE stock'
    ])
    await page.locator('#selector').press('Enter')
    expect(await page.locator('.span-row.is-chosen').innerText()).toContain('UPDATE stock')
    await page.locator('#selector').fill('')
    await page.locator('.span-row').nth(11).waitFor()
  })

  test('takes the selector of a spec, and one made of an attribute', async () => {
    await using report = await open(path)
    const { page } = report
    await page.getByRole('button', { name: 'Show in the trace' }).first().click()
    await page.getByText('7 of 12 spans match').waitFor()
    await page.locator('.span-row.is-match').nth(1).click()
    await page.getByRole('button', { name: 'Find the spans with this db.query.text' }).click()
    await page.getByText('6 of 12 spans match').waitFor()
  })
})
