import { describe, expect, test } from 'vitest'
import { classifySelector, classifyTest } from '../../../src/language/classify.ts'
import { classifySetLevel } from '../../../src/language/classify-set.ts'
import { isPerSpan } from '../../../src/language/shape.ts'
import { assertionOf } from '../../support/judge.ts'
import { selectorOf } from '../../support/select.ts'

const OUTPUTS = new Set(['ORDER_ID'])

describe('a selection is', () => {
  test.each([
    ['fixed', ':root'],
    ['fixed', 'span[name="Tracetest trigger"]:root'],
    ['growing', ''],
    ['growing', 'span'],
    ['growing', 'span[db.system]'],
    ['growing', 'span[db.system not-exists]'],
    ['growing', 'span[not db.system="mysql"]'],
    ['growing', 'span[a or b and not c=1]'],
    ['growing', 'span[duration>5ms start>0 end>0 events.count=0 links.count=0]'],
    ['growing', 'span[resource:a scope:b event:c link:d]'],
    ['growing', 'span[resource:depth=1]'],
    ['growing', 'span[name="${var:SKU}"]'],
    ['growing', ':root > span'],
    ['growing', 'span[a] span[b]'],
    ['growing', 'span[a] > span[b]'],
    ['growing', 'span[a] ~ span[b]'],
    ['growing', 'span[a], span[b]'],
    ['growing', 'span:has(span[a])'],
    ['growing', 'span:has(> span[a] span[b])'],
    ['growing', 'span:error'],
    ['growing', 'span:entry'],
    ['growing', 'span:children(>= 2)'],
    ['growing', 'span:not(span[a])'],
    ['growing', 'span:not(span[a], span:error)'],
    ['growing', 'span:not(:root)'],
    ['unsettled', 'span:first'],
    ['unsettled', 'span[a]:last'],
    ['unsettled', 'span:nth_child(2)'],
    ['unsettled', 'span:leaf'],
    ['unsettled', 'span:orphan'],
    ['unsettled', 'span:depth(= 1)'],
    ['unsettled', 'span:children(<= 2)'],
    ['unsettled', 'span:children(= 0)'],
    ['unsettled', 'span:not(span[a] span)'],
    ['unsettled', 'span:not(:has(span[a]))'],
    ['unsettled', 'span:not(:entry)'],
    ['unsettled', 'span[tracetest.selected_spans.count=1]'],
    ['unsettled', 'span[self_time>5ms]'],
    ['unsettled', 'span[depth=1]'],
    ['unsettled', 'span[offset>5ms]'],
    ['unsettled', 'span[parent:a]'],
    ['unsettled', 'span[name="${var:ORDER_ID}"]'],
    ['unsettled', 'span[name in ["a", "${var:ORDER_ID}"]]'],
    ['unsettled', 'span[a]:first span[b]'],
    ['unsettled', 'span[a], span[b]:last'],
    ['unsettled', 'span:has(span:leaf)'],
    ['unsettled', ':root:first']
  ])('%s: %s', (expected, text) => {
    expect(classifySelector(selectorOf(text), OUTPUTS)).toBe(expected)
  })
})

describe('a test of one span is', () => {
  test.each([
    ['fixed', 'attr:a = 1'],
    ['fixed', 'attr:a exists'],
    ['fixed', 'attr:a in [1, attr:b]'],
    ['fixed', 'attr:a in 1..2'],
    ['fixed', 'attr:a is number'],
    ['fixed', 'attr:a + 1 > attr:b | length'],
    ['fixed', 'event:a = 1 and link:b exists'],
    ['fixed', 'attr:a = "${attr:b}-${uuid()}"'],
    ['fixed', 'attr:a = response:status'],
    ['fixed', 'attr:a = var:SKU'],
    ['fixed', 'not attr:a = 1'],
    ['fixed', 'attr:a = 1 or attr:b = 2'],
    ['rising', 'child-of span[a]'],
    ['rising', 'descendant-of span[a]'],
    ['rising', 'during span[a]'],
    ['rising', 'overlaps span[a]'],
    ['rising', 'during :root'],
    ['rising', 'count(:scope > span[a]) >= 2'],
    ['rising', 'count(:scope span[a]) > attr:n'],
    ['rising', '2 <= count(:scope > span[a])'],
    ['rising', 'attr:self_time < 5ms'],
    ['rising', 'not before span[a]'],
    ['rising', 'attr:a = 1 and child-of span[a]'],
    ['rising', 'child-of span[a] or during span[b]'],
    ['falling', 'before span[a]'],
    ['falling', 'after span[a]'],
    ['falling', 'starts-before span[a]'],
    ['falling', 'starts-after span[a]'],
    ['falling', 'count(:scope > span[a]) <= 2'],
    ['falling', 'count(:scope > span[a]) < 2'],
    ['falling', '2 > count(:scope > span[a])'],
    ['falling', 'attr:self_time >= 5ms'],
    ['falling', 'not during span[a]'],
    ['falling', 'before span[a] and attr:a = 1'],
    ['unsettled', 'before span[a] or child-of span[b]'],
    ['unsettled', 'before span:first'],
    ['unsettled', 'during span[self_time>1ms]'],
    ['unsettled', 'count(:scope > span[a]) = 2'],
    ['unsettled', 'count(:scope > span[a]) != 2'],
    ['unsettled', 'count(:scope > span:first) >= 2'],
    ['unsettled', 'count(:scope > span[a]) >= count()'],
    ['unsettled', 'attr:self_time = 5ms'],
    ['unsettled', 'attr:self_time + 1ms < 5ms'],
    ['unsettled', 'attr:depth >= 1'],
    ['unsettled', 'attr:offset < 5ms'],
    ['unsettled', 'parent:a = 1'],
    ['unsettled', 'attr:a = (attr:a of span[b])'],
    ['unsettled', 'attr:a = var:ORDER_ID'],
    ['unsettled', 'attr:a = "${var:ORDER_ID}"'],
    ['unsettled', 'attr:duration <= avg(attr:duration)'],
    ['unsettled', 'sum(attr:duration of :scope > span) >= 5ms'],
    ['unsettled', 'max(attr:a of :scope span[b]) <= 5'],
    ['unsettled', 'attr:a = 1 and count() >= 2']
  ])('%s: %s', (expected, text) => {
    const { condition } = assertionOf(text).node
    expect(isPerSpan(condition)).toBe(true)
    expect(classifyTest(condition, OUTPUTS)).toBe(expected)
  })
})

describe('a condition on a growing set is final early', () => {
  const ruleOf = (text: string, selection: 'fixed' | 'growing' | 'unsettled'): string => {
    const { condition } = assertionOf(text).node
    expect(isPerSpan(condition)).toBe(false)
    const rule = classifySetLevel(condition, selection, OUTPUTS)
    return `${rule.passes ? 'P' : ''}${rule.fails ? 'F' : ''}${rule.onlyAbove ? '>' : ''}${rule.fails && rule.mayGoMissing ? '?' : ''}`
  }

  test.each([
    ['P', 'count() >= 2'],
    ['P', 'count() > 2'],
    ['P', '2 <= count()'],
    ['P', 'attr:tracetest.selected_spans.count >= 2'],
    ['P', 'count(span[a]) >= 2'],
    ['P', 'distinct(attr:start) >= 2'],
    ['P', 'distinct(attr:name) > 1'],
    ['F', 'count() <= 2'],
    ['F', 'count() < 2'],
    ['F>', 'count() = 0'],
    ['F>', 'count() = 2'],
    ['P>', 'count() != 2'],
    ['F', 'distinct(attr:name) <= 2'],
    ['F?', 'distinct(attr:a) <= 2'],
    ['F?', 'distinct(attr:duration) <= 2'],
    ['F?', 'max(attr:duration) <= 5ms'],
    ['F?', 'min(attr:a + 1) >= 5'],
    ['PF', 'response:status = 200'],
    ['PF', 'var:SKU = "SKU-1"'],
    ['PF', '1 = 1'],
    ['PF', 'var:SKU exists'],
    ['', 'distinct(attr:a) >= 2'],
    ['', 'distinct(attr:duration) >= 2'],
    ['', 'max(attr:end) > 5'],
    ['', 'min(attr:start) < 5'],
    ['', 'sum(attr:duration) > 5ms'],
    ['', 'sum(attr:duration) <= 5ms'],
    ['', 'sum(attr:events.count) >= 5'],
    ['', 'distinct(attr:duration) = 2'],
    ['', 'max(attr:a) > 5'],
    ['', 'min(attr:a) < 5'],
    ['', 'sum(attr:a) <= 5'],
    ['', 'sum(attr:a) > 5'],
    ['', 'sum(attr:duration) = 5ms'],
    ['', 'avg(attr:duration) <= 5ms'],
    ['', 'p95(attr:duration) <= 5ms'],
    ['', 'count() > count(span[a])'],
    ['', 'count() >= var:ORDER_ID'],
    ['', 'count() + 1 >= 2'],
    ['', 'count() in [1, 2]'],
    ['', 'max(attr:self_time) <= 5ms'],
    ['', 'count(span:leaf) >= 2'],
    ['', 'attr:a of span[b] = 1']
  ])('%s: %s', (expected, text) => {
    expect(ruleOf(text, 'growing')).toBe(expected)
  })

  test('never where the set is not settled, unless nothing of it is read', () => {
    expect(ruleOf('count() >= 2', 'unsettled')).toBe('')
    expect(ruleOf('response:status = 200', 'unsettled')).toBe('PF')
    expect(ruleOf('count(span[a]) >= 2', 'unsettled')).toBe('P')
  })

  test('always where the set is fixed', () => {
    expect(ruleOf('count() = 1', 'fixed')).toBe('PF')
    expect(ruleOf('avg(attr:duration) < 5ms', 'fixed')).toBe('PF')
    expect(ruleOf('max(attr:self_time) < 5ms', 'fixed')).toBe('')
  })
})
