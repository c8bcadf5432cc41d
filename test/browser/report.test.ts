import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeInBrowser } from './chromium.ts'
import { createReportFiles, type ReportFiles } from './report-files.ts'
import { runOfEverything } from './run-of-everything.ts'

describeInBrowser('the report of a run, opened from disk', open => {
  let files: ReportFiles
  let path: string
  beforeAll(async () => {
    files = await createReportFiles()
    path = await files.write('report.html', runOfEverything())
  })
  afterAll(() => files.remove())

  test('asks nobody for anything and complains of nothing', async () => {
    await using report = await open(path)
    for (const id of ['cart', 'checkout', 'login', 'pay', 'refund', 'ship', 'search-1']) {
      await report.page.goto(`${report.page.url().replace(/#.*/, '')}#test=${id}`)
      await report.page.locator(`.test[data-id="${id}"]`).waitFor()
    }
    expect(report.requests).toEqual([])
    expect(report.complaints).toEqual([])
  })

  test('may reach no address, even if its program tried', async () => {
    await using report = await open(path)
    const outcome = await report.page.evaluate(
      `fetch('https://example.com/').then(() => 'reached', () => 'refused')`
    )
    expect(outcome).toBe('refused')
    expect(report.complaints.join()).toContain('Content Security Policy')
  })

  test('says what became of the run, and lists what did not pass first', async () => {
    await using report = await open(path)
    const { page } = report
    expect(await page.locator('.page-header').innerText()).toContain(
      '2 failed, 1 errored, 1 flaky, 3 passed, 1 skipped'
    )
    expect(await page.title()).toBe('2 failed, 1 errored, 1 flaky, 3 passed, 1 skipped · tracerun')
    expect(await page.locator('.test-row').evaluateAll(outcomesOf)).toEqual([
      ...['failed', 'failed', 'errored', 'flaky', 'passed', 'passed', 'passed', 'skipped']
    ])
    expect(await page.locator('.test h2').innerText()).toBe('checkout reserves stock, then charges')
  })

  test('filters by outcome and by text, and says how many are left', async () => {
    await using report = await open(path)
    const { page } = report
    const rows = page.locator('.test-row')
    await page.locator('.filter[data-outcome="flaky"]').click()
    expect(await rows.count()).toBe(1)
    expect(await page.locator('.list-count').innerText()).toBe('1 of 8 tests')
    await page.locator('.filter[data-outcome="passed"]').click()
    expect(await rows.count()).toBe(4)
    await page.locator('#search').fill('browsing search')
    expect(await rows.count()).toBe(2)
    await page.locator('#search').fill('no such thing')
    expect(await page.locator('.empty').first().isVisible()).toBe(true)
    await page.getByRole('button', { name: 'Show all' }).click()
    expect(await rows.count()).toBe(8)
    await page.locator('#search').fill('CART')
    expect(await rows.count()).toBe(1)
    await page.locator('#search').fill('checkout.yaml:')
    expect(await rows.count()).toBe(0)
    await page.locator('#search').fill('checkout.yaml')
    expect(await rows.count()).toBe(8)
  })

  test('shows a failed assertion with what was expected, what came, and the spans concerned', async () => {
    await using report = await open(path, { hash: '#test=checkout' })
    const assertion = report.page.locator('.assertion[data-outcome="violated"]')
    const text = await assertion.innerText()
    for (const part of ['count() <= 3', 'violated', 'checkout.yaml:15', 'expected', 'actual', '7'])
      expect(text).toContain(part)
    expect(await assertion.locator('.selection .span-link').count()).toBe(4)
    await assertion.getByRole('button', { name: 'and 3 more like these' }).click()
    expect(await assertion.locator('.selection .span-link').count()).toBe(7)
    expect(await report.page.locator('.span-row.is-failed').count()).toBe(7)
    await report.page.getByText('2 specs passed').click()
    expect(await report.page.locator('.assertion[data-outcome="held"]').count()).toBe(5)
  })

  test('says why something is undecided, what came nearest, what is missing, and what it warns of', async () => {
    await using report = await open(path, { hash: '#test=pay' })
    const text = await report.page.locator('.test').innerText()
    for (const part of [
      'no span selected',
      'name is "charge card"',
      'none with name "charge cards"',
      'undetermined',
      'the trace is not complete',
      'the clocks of gateway and billing differ',
      'stopped waiting after 30 s',
      'the callee of "charge card" is missing'
    ])
      expect(text).toContain(part)
    const cells = report.page.locator('.observations tbody tr').filter({ hasText: 'amex' })
    expect((await cells.innerText()).replaceAll(/\s+/g, ' ')).toContain('"amex" "visa"')
  })

  test('leads from an assertion to its span in the waterfall', async () => {
    await using report = await open(path, { hash: '#test=pay' })
    await report.page.locator('.observations .span-link').first().click()
    expect(await report.page.locator('.span-row.is-chosen').getAttribute('aria-label')).toContain(
      'charge card'
    )
    expect(await report.page.locator('.span-details h3').innerText()).toBe('charge card')
  })

  test('keeps the earlier attempts of a flaky test, each with its own trace', async () => {
    await using report = await open(path, { hash: '#test=login' })
    const { page } = report
    expect(await page.locator('.test-head .badge').innerText()).toContain('flaky')
    expect(await page.locator('.assertion').count()).toBe(0)
    await page.getByRole('link', { name: 'attempt 1' }).click()
    await page.locator('.assertion[data-outcome="violated"]').waitFor()
    expect(await page.locator('.test-head .badge').innerText()).toContain('failed')
    expect(await page.locator('.span-row').count()).toBe(7)
    await page.goBack()
    await page.locator('.assertion').waitFor({ state: 'detached' })
  })

  test('gives the figures of a test that was run several times', async () => {
    await using report = await open(path, { hash: '#test=search-2' })
    const text = await report.page.locator('.repetition').innerText()
    expect(text).toContain('Run 2 of 2')
    expect(text.replaceAll(/\s+/g, ' ')).toContain('Of 2 runs: 2 passed.')
    expect(text.replaceAll(/\s+/g, ' ')).toContain('Duration 1.0 s 1.5 s 2.0 s')
  })

  test('says why a test could not be judged and what to do, and why one was skipped', async () => {
    await using report = await open(path, { hash: '#test=refund' })
    const { page } = report
    const error = await page.locator('.error-box').innerText()
    expect(error).toContain('TRACE_NOT_FOUND')
    expect(error).toContain('is OTEL_EXPORTER_OTLP_ENDPOINT set?')
    await page.locator('.test-row').filter({ hasText: 'a parcel is sent' }).click()
    expect(await page.locator('.test').innerText()).toContain('Skipped: an earlier step did not pass')
  })

  test('says of a trace that it left out that it left it out', async () => {
    const small = await files.write('small.html', runOfEverything(), { spansOfTrace: 8, total: 1e9 })
    await using report = await open(small, { hash: '#test=checkout' })
    expect(await report.page.locator('.test').innerText()).toContain(
      'The trace is not in this report: it has 12 spans, and the report holds traces of up to 8.'
    )
    expect(await report.page.locator('.assertion[data-outcome="violated"]').isVisible()).toBe(true)
  })
})

function outcomesOf(
  rows: readonly { getAttribute(name: string): string | null }[]
): readonly (string | null)[] {
  return rows.map(row => row.getAttribute('data-outcome'))
}
