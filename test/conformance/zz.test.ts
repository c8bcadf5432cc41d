import { test } from 'vitest'
import { writeFileSync } from 'node:fs'
import { expressionRows, selectorRows, observeAssertion, observeExpression, observeSelection } from './observe.ts'
test('x', () => {
  const out: string[] = []
  for (const r of selectorRows.accepted) { const s = observeSelection(r.selector); if ((s !== 'error') !== r.accepted) out.push(`ACC ${r.selector} tt=${r.accepted} we=${s}`) }
  for (const r of selectorRows.evaluated) { const s = observeSelection(r.selector); if (String(s) !== String(r.selected)) out.push(`SEL ${r.selector} tt=${r.selected} we=${s}`) }
  for (const r of expressionRows.assertions) { const s = observeAssertion(r.assertion, expressionRows.contexts[r.context]!); if ((s === 'held') !== (r.tracetest.outcome === 'pass')) out.push(`ASS ${r.assertion} tt=${JSON.stringify(r.tracetest)} we=${s}`) }
  for (const r of expressionRows.expressions) { const s = observeExpression(r.expression, expressionRows.contexts[r.context]!); const t = r.tracetest.error || r.tracetest.panic ? 'error' : r.tracetest.text; if (s !== t) out.push(`EXP ${r.expression} tt=${JSON.stringify(r.tracetest)} we=${s}`) }
  writeFileSync('/tmp/out.txt', out.join('\n'))
})
