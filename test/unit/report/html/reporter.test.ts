import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { TestReport } from '../../../../src/model/run-event.ts'
import { createEventReporter } from '../../../../src/report/document-reporter.ts'
import { renderDataElement } from '../../../../src/report/html/data-element.ts'
import { createHtmlReporter } from '../../../../src/report/html/reporter.ts'
import type { TraceLimits } from '../../../../src/report/html/trace-budget.ts'
import { buildRun, buildTest, nPlusOneTest, shopTrace } from '../../../support/report-builder.ts'

interface Written {
  readonly page: string
  /** What each call wrote, in order. */
  readonly parts: readonly string[]
}

async function write(reports: readonly TestReport[], limits?: TraceLimits): Promise<Written> {
  const parts: string[] = []
  const reporter = createEventReporter(
    createHtmlReporter(text => {
      parts.push(text)
    }, limits)
  )
  for (const report of reports) reporter.onEvent({ type: 'test-finished', report })
  await reporter.close(buildRun(reports))
  return { page: parts.join(''), parts }
}

const data = (page: string): readonly string[] =>
  [...page.matchAll(/<script type="application\/json"[^>]*>(.*)<\/script>/g)].map(match => match[1]!)

describe('the page', () => {
  test('may run its own script and style and reach nothing', async () => {
    const { page } = await write([nPlusOneTest()])
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)![1]!
    const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64')
    const style = /<style>(.*?)<\/style>/s.exec(page)![1]!
    const script = /<script>(.*)<\/script>/s.exec(page)![1]!
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `script-src 'sha256-${hashOf(script)}'`,
      `style-src 'sha256-${hashOf(style)}'`,
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'"
    ])
  })

  test('refers to no other file', async () => {
    const { page } = await write([])
    expect(page.replace(/<script>.*<\/script>/s, '')).not.toMatch(/\b(?:src|href)=|url\(|@import/)
  })

  test('is less than a megabyte where there is no data', async () => {
    expect((await write([])).page.length).toBeLessThan(1_000_000)
  })
})

describe('a trace', () => {
  test('is written at once, not kept until the end', () => {
    const parts: string[] = []
    const reporter = createHtmlReporter(text => {
      parts.push(text)
    })
    const before = parts.length
    createEventReporter(reporter).onEvent({ type: 'test-finished', report: nPlusOneTest() })
    expect(parts.length).toBe(before + 1)
    expect(parts.at(-1)).toContain('data-test="checkout" data-attempt="1"')
  })

  test('that is said again is not written again, one that grew is', async () => {
    const trace = shopTrace(2)
    const first = buildTest({ trace })
    const { page } = await write([
      first,
      { ...first, warnings: ['late'] },
      buildTest({ trace: shopTrace(3) })
    ])
    expect(page.match(/data-test="checkout"/g)).toHaveLength(2)
  })

  test('that is too large, or one too many, is named as left out', async () => {
    const limits = { spansOfTrace: 10, total: 20_000 }
    const passed = ['a', 'b', 'c', 'd', 'e'].map(id => buildTest({ id, trace: shopTrace(1) }))
    const failed = buildTest({ id: 'f', outcome: 'failed', trace: shopTrace(1) })
    const { page } = await write([buildTest({ id: 'large', trace: shopTrace(9) }), ...passed, failed], limits)
    const omitted = data(page).filter(text => text.includes('"omitted"'))
    expect(omitted[0]).toContain('it has 15 spans, and the report holds traces of up to 10')
    expect(omitted.at(-1)).toContain('traces of tests that passed, and they are full')
    expect(page).toMatch(/data-test="f" data-attempt="1">\{"traceId"/)
  })
})

describe('a data element', () => {
  test('gives back what was put in, and ends nowhere but at its end', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (value, text) => {
        const element = renderDataElement({ value, text }, { 'data-test': text })
        const inner = /^<script type="application\/json" data-test="[^"]*">(.*)<\/script>\n$/s.exec(
          element
        )![1]!
        expect(inner.includes('<')).toBe(false)
        expect(JSON.parse(inner)).toEqual(JSON.parse(JSON.stringify({ value, text })))
      }),
      { numRuns: 50 }
    )
  })

  test('holds markup as text', () => {
    const text = '</script><!--<img onerror=alert(1)>">'
    const element = renderDataElement(text, { 'data-test': text })
    expect(element).toBe(
      '<script type="application/json" data-test="&#60;/script&#62;&#60;!--&#60;img onerror=alert(1)&#62;&#34;&#62;">' +
        '"\\u003c/script>\\u003c!--\\u003cimg onerror=alert(1)>\\">"</script>\n'
    )
  })
})
