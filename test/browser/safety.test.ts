import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestReport } from '../../src/model/run-event.ts'
import { buildSpec, buildTest, violated } from '../support/report-builder.ts'
import { spanIdOf, triggeredTraceOf } from '../support/trace-builder.ts'
import { describeInBrowser } from './chromium.ts'
import { createReportFiles, type ReportFiles } from './report-files.ts'

const HOSTILE = [
  '</script><script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<!--<script>',
  ']]>"\'><svg onload=alert(1)>',
  '${alert(1)} {{alert(1)}}',
  '\u202egnp.exe \u0000\u2028'
]

function hostileTest(text: string, at: number): TestReport {
  return buildTest({
    id: `hostile" onclick="alert(1) ${at} <b>`,
    name: text,
    tags: [text],
    outcome: 'failed',
    warnings: [text],
    traceUrl: `javascript:alert(${at})`,
    suite: { id: 'suite', name: text, step: 1, steps: 1 },
    trace: triggeredTraceOf({
      id: 'hostile',
      parent: 'trigger',
      name: text,
      service: text,
      error: text,
      attributes: { [text]: text, body: text.repeat(400) },
      resource: { [text]: text },
      events: [{ name: text, attributes: { [text]: text } }]
    }),
    specs: [
      buildSpec(
        `span[name=${JSON.stringify(text)}]`,
        [
          violated(`attr:x = ${text}`, [
            { spanId: spanIdOf('hostile'), holds: false, expected: text, actual: `${text}!` }
          ])
        ],
        { name: text }
      )
    ]
  })
}

describeInBrowser('what a tested system says', open => {
  let files: ReportFiles
  let path: string
  beforeAll(async () => {
    files = await createReportFiles()
    path = await files.write('hostile.html', HOSTILE.map(hostileTest))
  })
  afterAll(() => files.remove())

  test('is text in the report, wherever it stands', async () => {
    await using report = await open(path)
    const { page } = report
    const rows = page.locator('.test-row')
    expect(await rows.count()).toBe(HOSTILE.length)
    for (const [at, text] of HOSTILE.entries()) {
      await rows.nth(at).click()
      await page.locator('.span-row').nth(1).hover()
      await page.locator('.span-row').nth(1).click()
      await page.locator('#selector').fill(`span[name=${JSON.stringify(text)}]`)
      await page.locator('#selector').fill(text)
      // What a terminal would hide is shown by its code; the browser may drop what no font draws.
      const plain = text.split('\u0000')[0]!.replace('\u202e', '')
      expect(await page.locator('.test h2').textContent()).toContain(plain)
      expect(await page.locator('.span-details').textContent()).toContain(plain)
    }
    expect(await page.locator('#app img, #app svg, #app script, #app b').count()).toBe(0)
    expect(await page.locator('#app a[href^="javascript"]').count()).toBe(0)
    expect(report.requests).toEqual([])
    expect(report.complaints).toEqual([])
  })
})
