import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { runInline } from '../support/run-inline.ts'
import { buildShopTrace } from '../support/shop-trace.ts'
import { traceOf } from '../support/trace-builder.ts'
import { deliberateDifferences } from './deliberate-differences.ts'
import type { Example } from './difference.ts'
import { renderPage } from './differences-page.ts'
import { observeAssertion, observeExpression, observeRequest, observeSelection, REFUSED } from './observe.ts'

const SOUND_TEST = `type: Test
spec:
  name: checkout
  trigger: { type: http, httpRequest: { url: http://localhost:8080/ } }
  specs: [{ selector: span, assertions: [count() > 0] }]
  outputs: [{ name: ORDER_ID, selector: span, value: attr:name }]
`

async function observe(example: Example): Promise<string> {
  switch (example.form) {
    case 'selector': {
      const { text, variables = {} } = example
      const names = observeSelection(text, { trace: buildShopTrace(), variables })
      if (names === REFUSED) return names
      return names.length === 0 ? 'none' : names.length > 4 ? `${names.length} spans` : names.join(', ')
    }
    case 'assertion': {
      const outcome = observeAssertion(example.text, groundOf(example))
      return outcome === 'held' ? 'holds' : outcome
    }
    case 'expression':
      return observeExpression(example.text, groundOf(example))
    case 'request':
      return observeRequest(example.text, example.variables ?? {})
    case 'file': {
      expect(SOUND_TEST).toContain(example.from)
      const file = SOUND_TEST.replace(example.from, () => example.to)
      const { exitCode } = await runInline({ 'checkout.yaml': file }, ['validate', 'checkout.yaml'])
      return exitCode === 0 ? 'no error' : 'error'
    }
    case 'told':
      return example.here
  }
}

function groundOf({ attributes, resource }: Extract<Example, { form: 'assertion' | 'expression' }>): {
  trace: ReturnType<typeof traceOf>
} {
  const facts = { ...(attributes ? { attributes } : {}), ...(resource ? { resource } : {}) }
  return { trace: traceOf({ id: 'checkout', ...facts }) }
}

describe('every example of a difference gives what the page says', () => {
  const examples = deliberateDifferences.filter(({ example }) => example.form !== 'told')
  test.each(examples.map(({ id, example }) => [id, example] as const))('%s', async (_, example) => {
    expect(await observe(example)).toBe(example.here)
    expect(example.here).not.toBe(example.tracetest)
  })
  test('most differences are shown by an example that runs', () => {
    expect(examples.length / deliberateDifferences.length).toBeGreaterThan(0.8)
  })
  test('the file that examples change is sound', async () => {
    const result = await runInline({ 'checkout.yaml': SOUND_TEST }, ['validate', 'checkout.yaml'])
    expect(result.exitCode).toBe(0)
  })
})

test('every difference has an id of its own', () => {
  expect(new Set(deliberateDifferences.map(({ id }) => id)).size).toBe(deliberateDifferences.length)
})

test('the page for people who leave Tracetest lists the differences as they are', () => {
  const page = readFileSync('docs/from-tracetest.md', 'utf8')
  expect(page, 'stale: npm run generate').toBe(renderPage(page))
})
