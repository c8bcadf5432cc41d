import { describe, expect, test } from 'vitest'
import { warnOfDropped } from '../../../src/judge/dropped.ts'
import { checkOne, compileChecks } from '../../support/judge.ts'
import { triggeredTraceOf } from '../../support/trace-builder.ts'

const TRACE = triggeredTraceOf(
  { id: 'POST /checkout', parent: 'trigger', service: 'gateway', kind: 'server', at: 0, ms: 90 },
  {
    id: 'import',
    parent: 'POST /checkout',
    service: 'cart',
    at: 10,
    ms: 20,
    attributes: { 'order.id': 'o-1' },
    events: [{ name: 'line read' }],
    dropped: { attributes: 3, events: 2, links: 1 }
  }
)
const IMPORT = 'span[name="import"]'

describe('a span that lost attributes, events or links at a limit of its SDK', () => {
  test.each([
    'attr:card.number not exists',
    'attr:card.number exists',
    'attr:card.number = "1"',
    'none event:name = "exception"',
    'event:exception.type not exists',
    'link:span_id not exists'
  ])('leaves %s undetermined, and says which limit to raise', assertion => {
    const check = checkOne(TRACE, IMPORT, assertion)
    expect(check).toMatchObject({ outcome: 'undetermined', reason: { code: 'dropped' } })
    expect(check.outcome === 'undetermined' && check.reason.text).toMatch(/raise OTEL_SPAN_\w+_COUNT_LIMIT/)
  })

  test.each([
    'attr:order.id = "o-1"',
    'attr:order.id exists',
    'event:name = "line read"',
    'attr:events.count = 3',
    'attr:links.count = 1',
    'attr:service.version not exists or attr:order.id exists'
  ])('says what it says otherwise: %s', assertion => {
    expect(checkOne(TRACE, IMPORT, assertion).outcome).toBe('held')
  })

  test('is warned of where a selector may have meant it', () => {
    const warningsOf = (selector: string): readonly string[] =>
      warnOfDropped(compileChecks({ specs: [{ selector, assertions: ['count() = 0'] }] }), TRACE)
    expect(warningsOf('span[error.type]')).toEqual([
      '"import" of cart lost attributes at a limit of its SDK, so that whether it had error.type is not known: raise OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT'
    ])
    expect(warningsOf('span[event:name="exception"]')).toEqual([expect.stringContaining('lost events')])
    expect(warningsOf('span[order.id="o-2"][service.name="cart"]')).toEqual([])
    expect(warningsOf('span[service.name="stock" duration > 1s]')).toEqual([])
  })
})
