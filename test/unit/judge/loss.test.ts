import { describe, expect, test } from 'vitest'
import type { Loss } from '../../../src/model/run-event.ts'
import { checkOne } from '../../support/judge.ts'
import { triggeredTraceOf } from '../../support/trace-builder.ts'

const TRACE = triggeredTraceOf(
  {
    id: 'mail',
    parent: 'trigger',
    service: 'mailer',
    kind: 'internal',
    attributes: { tags: '["ab","c"]', 'http.route': '/mail', 'peer.service': 'smtp', rows: 3n }
  },
  { id: 'inner', parent: 'mail', service: 'mailer', kind: 'server' }
)
const MAIL = 'span[name="mail"]'

describe('a check that reads what its store loses is undetermined', () => {
  test.each<[Loss, string, string]>([
    ['links', 'span[link:reason exists]', 'count() = 0'],
    ['links', MAIL, 'attr:links.count = 0'],
    ['event-attributes', 'span[event:exception.type exists]', 'count() = 0'],
    ['event-attributes', MAIL, 'attr:span.events not-contains "secret"'],
    ['events', MAIL, 'attr:events.count = 0'],
    ['events', 'span[event:retry exists]', 'count() = 0'],
    ['scope', 'span[scope:tier exists]', 'count() = 0'],
    ['scope-attributes', 'span[scope:tier exists]', 'count() = 0'],
    ['scope-attributes', MAIL, 'scope:tier not-exists'],
    ['resource', 'span[resource:host.name="a"]', 'count() = 0'],
    ['resource', MAIL, 'resource:team not-exists'],
    ['kind', 'span[kind="unspecified"]', 'count() = 0'],
    ['kind', 'span[kind not in ["internal"]]', 'count() >= 0'],
    ['kind', MAIL, 'attr:kind = "internal"'],
    ['types', MAIL, 'attr:rows is number'],
    ['types', MAIL, 'attr:rows | type = "string"'],
    ['nested-types', MAIL, 'attr:tags is string'],
    ['nested-types', MAIL, 'attr:tags is array'],
    ['nested-types', MAIL, 'attr:tags contains "a"'],
    ['nested-types', MAIL, 'attr:tags starts-with "["'],
    ['nested-types', 'span', 'attr:tags of span[name="mail"] contains "b"'],
    ['nested-types', MAIL, "attr:tags | regex 'ab' = 'ab'"],
    ['nested-types', 'span[tags contains "zz"]', 'count() = 0'],
    ['types', 'span[tags contains "zz"]', 'count() = 0'],
    ['case', MAIL, "attr:name | regex '[a-z]+' = 'mail'"],
    ['case', MAIL, 'attr:name matches "^M"'],
    ['case', MAIL, 'distinct(attr:name of span) >= 1'],
    ['case', MAIL, '"mail" in [attr:name]'],
    ['case', MAIL, 'parent:name | upper = "X"'],
    ['kind', MAIL, 'attr:kind of span[name="mail"] = "internal"'],
    ['kind', MAIL, 'distinct(attr:kind of span) = 1'],
    ['kind', MAIL, '"${attr:kind}" = "internal"'],
    ['kind', MAIL, 'attr:kind | upper = "INTERNAL"'],
    ['kind', MAIL, 'attr:tracetest.span.kind matches "intern"'],
    ['types', MAIL, 'attr:rows | upper | length = 1'],
    ['flags', 'span[service.name="mailer"]:entry', 'count() = 2'],
    ['flags', MAIL, 'count(span:entry) = 2']
  ])('%s: %s { %s }', (loss, selector, assertion) => {
    expect(checkOne(TRACE, selector, assertion, { losses: [loss] })).toMatchObject({
      outcome: 'undetermined',
      reason: { code: 'lost' }
    })
    expect(checkOne(TRACE, selector, assertion)).not.toMatchObject({ reason: { code: 'lost' } })
  })
})

describe('where a store loses how much of a span its SDK dropped', () => {
  const full = (size: number) =>
    triggeredTraceOf({
      id: 'mail',
      parent: 'trigger',
      service: 'mailer',
      attributes: Object.fromEntries(Array.from({ length: size }, (_, at) => [`key.${at}`, 'x']))
    })

  test('a key is not known to be missing from a span that has as much as SDKs keep', () => {
    const check = (size: number, losses: readonly Loss[]) =>
      checkOne(full(size), MAIL, 'attr:missing not-exists', { losses })
    expect(check(128, ['dropped-counts'])).toMatchObject({
      outcome: 'undetermined',
      reason: { text: expect.stringContaining('OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT') }
    })
    expect(check(127, ['dropped-counts']).outcome).toBe('held')
    expect(check(128, []).outcome).toBe('held')
  })
})

describe('where a store keeps microseconds only', () => {
  const spans = triggeredTraceOf(
    { id: 'a', parent: 'trigger', service: 'shop', kind: 'server', ms: 20 },
    { id: 'b', parent: 'a', service: 'shop', kind: 'internal', ms: 5 },
    { id: 'c', parent: 'a', service: 'shop', kind: 'internal', ms: 5 }
  )
  const B = 'span[name="b"]'
  const lossy = { losses: ['precision'] } as const

  test.each([
    [B, 'attr:duration <= 5ms'],
    [B, 'attr:duration >= 5ms'],
    [B, 'attr:duration = 5000us'],
    [B, 'attr:tracetest.span.duration <= 5000000'],
    [B, 'attr:duration in 1ms..5ms'],
    [B, '5ms >= attr:duration'],
    [B, 'max(attr:duration) <= 5ms'],
    [B, 'attr:duration <= attr:duration of span[name="c"]'],
    ['span[name in ["b", "c"]]', 'sum(attr:duration) <= 10001us'],
    ['span[duration > 5ms]:leaf', 'count() = 0'],
    ['span:has(> span[name="b" duration > 5ms])', 'count() = 0'],
    [B, 'attr:self_time <= 5ms']
  ])('what lies so near to its limit is undetermined: %s { %s }', (selector, assertion) => {
    expect(checkOne(spans, selector, assertion, lossy)).toMatchObject({
      outcome: 'undetermined',
      reason: { code: 'lost' }
    })
    expect(checkOne(spans, selector, assertion).outcome).toBe('held')
  })

  test.each([
    [B, 'attr:duration = 5ms'],
    [B, 'attr:duration < 5001us'],
    [B, 'attr:duration >= 0ms'],
    [B, 'attr:duration in 1ms..6ms'],
    ['span[name in ["b", "c"]]', 'sum(attr:duration) < 10002us'],
    ['span[duration > 6ms]', 'count() >= 1']
  ])('what lies further from it is judged: %s { %s }', (selector, assertion) => {
    expect(checkOne(spans, selector, assertion, lossy).outcome).toBe('held')
  })
})

describe('a check that reads nothing of what its store loses is judged', () => {
  test.each<[Loss, string, string]>([
    ['event-attributes', 'span[event:name="exception"]', 'count() = 0'],
    ['event-attributes', MAIL, 'attr:events.count = 0'],
    ['scope-attributes', 'span[scope:name="none"]', 'count() = 0'],
    ['resource', MAIL, 'resource:service.name = "mailer"'],
    ['resource', MAIL, 'attr:http.route = "/mail"'],
    ['kind', 'span[kind="server"]', 'count() = 1'],
    ['kind', 'span[kind in ["client", "producer"]]', 'count() = 0'],
    ['kind', MAIL, 'attr:kind != "server"'],
    ['types', MAIL, 'attr:rows = 3'],
    ['types', MAIL, 'attr:http.route contains "mail"'],
    ['nested-types', MAIL, 'attr:rows is number'],
    ['nested-types', MAIL, 'attr:http.route is string'],
    ['nested-types', MAIL, 'attr:tags = \'["ab","c"]\''],
    ['nested-types', MAIL, "attr:tags | json_path '$[0]' = 'ab'"],
    ['nested-types', 'span[http.route contains "mail"]', 'count() = 1'],
    ['case', MAIL, 'attr:name = "MAIL"'],
    ['case', MAIL, 'attr:name of span[name="inner"] = "INNER"'],
    ['case', MAIL, 'attr:name not in ["INNER"]'],
    ['case', MAIL, 'attr:name exists'],
    ['case', 'span[peer.service="SMTP"]', 'count() = 1'],
    ['kind', MAIL, 'attr:kind of span[name="inner"] = "server"'],
    ['flags', MAIL, 'count() = 1'],
    ['dropped-counts', MAIL, 'attr:missing not-exists']
  ])('%s: %s { %s }', (loss, selector, assertion) => {
    expect(checkOne(TRACE, selector, assertion, { losses: [loss] }).outcome).toBe('held')
  })

  test('an entry whose parent is in another process is one without its flags', () => {
    const calls = triggeredTraceOf(
      { id: 'a', parent: 'trigger', service: 'shop', kind: 'server' },
      { id: 'b', parent: 'a', service: 'mailer', kind: 'server' }
    )
    expect(checkOne(calls, 'span:entry', 'count() = 2', { losses: ['flags'] }).outcome).toBe('held')
  })
})
