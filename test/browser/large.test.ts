import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildTest } from '../support/report-builder.ts'
import { type SpanSketch, triggeredTraceOf } from '../support/trace-builder.ts'
import { describeInBrowser } from './chromium.ts'
import { createReportFiles, type ReportFiles } from './report-files.ts'

const SPANS = 10_000
const TESTS = 2000
const MOST_ROWS = 120

function largeTrace(): ReturnType<typeof triggeredTraceOf> {
  const sketches = Array.from({ length: SPANS - 1 }, (_, at): SpanSketch => {
    const isBatch = at % 50 === 0
    return {
      id: `span-${at}`,
      parent: isBatch ? 'trigger' : `span-${at - (at % 50)}`,
      service: `service-${at % 7}`,
      name: isBatch ? `batch ${at / 50}` : `line ${at}`,
      at: at * 0.2,
      ms: isBatch ? 10 : 0.15,
      attributes: { line: BigInt(at) }
    }
  })
  return triggeredTraceOf(...sketches)
}

describeInBrowser(`a trace of ${SPANS} spans among ${TESTS} tests`, open => {
  let files: ReportFiles
  let path: string
  beforeAll(async () => {
    files = await createReportFiles()
    const others = Array.from({ length: TESTS - 1 }, (_, at) =>
      buildTest({ id: `test-${at}`, name: `test ${at}` })
    )
    path = await files.write('large.html', [
      buildTest({ id: 'large', name: 'large', trace: largeTrace() }),
      ...others
    ])
  })
  afterAll(() => files.remove())

  test('keeps no more rows in the page than can be seen, wherever one scrolls', async () => {
    await using report = await open(path, { hash: '#test=large' })
    const { page } = report
    const tests = page.locator('.test-row')
    const spans = page.locator('.span-row')
    expect(await tests.count()).toBeLessThan(MOST_ROWS)
    expect(await spans.count()).toBeLessThan(MOST_ROWS)
    await page.locator('.span-rows').focus()
    await page.keyboard.press('End')
    await page.locator('#span-9999').waitFor()
    expect(await spans.count()).toBeLessThan(MOST_ROWS)
    await page.evaluate(
      `{ const rows = document.querySelector('.span-rows'); rows.scrollTop = rows.scrollHeight / 2 }`
    )
    await page.locator('#span-5000').waitFor()
    expect(await spans.count()).toBeLessThan(MOST_ROWS)
    expect(await page.locator('#span-5000').getAttribute('aria-setsize')).toBe(String(SPANS))
  })

  test('highlights while one types; what that takes is printed', async () => {
    await using report = await open(path, { hash: '#test=large' })
    const { page } = report
    const session = await page.context().newCDPSession(page)
    await session.send('Performance.enable')
    /** Milliseconds of the page's thread: the machine may be busy with other things. */
    const workOf = async (act: () => Promise<unknown>): Promise<number> => {
      const before = await threadTime()
      await act()
      return Math.round(((await threadTime()) - before) * 1000)
    }
    const threadTime = async (): Promise<number> => {
      const { metrics } = await session.send('Performance.getMetrics')
      return metrics.find(({ name }) => name === 'ThreadTime')!.value
    }
    const input = page.locator('#selector')
    const typing = await workOf(async () => {
      await input.pressSequentially('span[line >= 5000][line < 5050]', { delay: 15 })
      await page.getByText('50 of 10,000 spans match').waitFor()
    })
    const highlighting = await workOf(async () => {
      await input.fill('span[service.name="service-3"]')
      await page.getByText(/^1,4\d\d of 10,000 spans match/).waitFor()
    })
    expect(await page.locator('.span-row.is-match').count()).toBeGreaterThan(0)
    await page.locator('.span-rows').hover()
    const scrolling = await workOf(async () => {
      for (let turn = 0; turn < 30; turn++) await page.mouse.wheel(0, 2000)
    })
    process.stdout.write(
      `\n10,000 spans, time of the page's thread: ${typing} ms to type a selector, ${highlighting} ms to find and highlight, ` +
        `${scrolling} ms to scroll 30 times\n`
    )
    expect(await page.locator('.span-row').count()).toBeLessThan(MOST_ROWS)
    expect(report.complaints).toEqual([])
  })
})
