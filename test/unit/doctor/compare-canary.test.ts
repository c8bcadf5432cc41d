import { describe, expect, test } from 'vitest'
import { buildCanary, CANARY_SPANS } from '../../../src/doctor/canary.ts'
import { judgeCanary } from '../../../src/doctor/canary-findings.ts'
import { compareCanary } from '../../../src/doctor/compare-canary.ts'
import type { Attributes } from '../../../src/model/attributes.ts'
import type { Span } from '../../../src/model/span.ts'
import { decodeOtlpJson } from '../../../src/otlp/decode.ts'
import { encodeOtlpJson } from '../../../src/otlp/encode.ts'
import { EPOCH, spanIdOf, TRACE_ID } from '../../support/trace-builder.ts'

const ids = Array.from({ length: CANARY_SPANS }, (_, at) => spanIdOf(`canary-${at}`))
const sent = buildCanary(TRACE_ID, ids, EPOCH)

/** The canary with its first span, which carries most, as a store may give it back. */
function cameWith(change: (root: Span) => Partial<Span>): readonly Span[] {
  const [root, ...rest] = sent
  return [{ ...root!, ...change(root!) }, ...rest]
}

function without(attributes: Attributes, key: string): Attributes {
  return new Map([...attributes].filter(([name]) => name !== key))
}

const differencesWith = (change: (root: Span) => Partial<Span>): ReturnType<typeof compareCanary> =>
  compareCanary(sent, cameWith(change))

describe('a canary that came back', () => {
  test('as it was sent has no differences, by way of OTLP too', () => {
    expect(compareCanary(sent, sent)).toEqual([])
    expect(compareCanary(sent, decodeOtlpJson(encodeOtlpJson(sent)))).toEqual([])
  })

  test('with more than was sent has none either: a Collector adds attributes', () => {
    expect(
      differencesWith(({ attributes, resource }) => ({
        attributes: new Map([...attributes, ['processed.by', 'collector']]),
        resource: new Map([...resource, ['k8s.pod.name', 'a']])
      }))
    ).toEqual([])
  })

  test.each<[string, (root: Span) => Partial<Span>, string | undefined, string]>([
    ['microseconds', ({ endUnixNano }) => ({ endUnixNano: endUnixNano! - 456n }), 'precision', '456 ns'],
    ['milliseconds', ({ endUnixNano }) => ({ endUnixNano: endUnixNano! - 400_000n }), undefined, '400000 ns'],
    ['lower case', () => ({ name: 'canary root' }), 'case', 'sent "Canary root", came "canary root"'],
    ['another name', () => ({ name: 'other' }), undefined, 'came "other"'],
    [
      'texts for numbers',
      ({ attributes }) => ({ attributes: new Map([...attributes, ['canary.double', '0.75']]) }),
      'types',
      'canary.double: sent 0.75 (double), came "0.75" (string)'
    ],
    [
      'a double for an int',
      ({ attributes }) => ({ attributes: new Map([...attributes, ['canary.int', 9007199254740992]]) }),
      'types',
      '(int), came 9007199254740992 (double)'
    ],
    [
      'a text for an array',
      ({ attributes }) => ({ attributes: new Map([...attributes, ['canary.array', '["a","B"]']]) }),
      'nested-types',
      '(array)'
    ],
    [
      'a key less',
      ({ attributes }) => ({ attributes: without(attributes, 'canary.digits') }),
      undefined,
      'attribute canary.digits: did not come'
    ],
    [
      'another value',
      ({ attributes }) => ({ attributes: new Map([...attributes, ['canary.text', '***']]) }),
      undefined,
      'came "***"'
    ],
    [
      'the resource among the attributes',
      ({ attributes, resource }) => ({
        attributes: new Map([...attributes, ...resource]),
        resource: without(resource, 'service.instance.id')
      }),
      'resource',
      'service.instance.id: came as an attribute of another part'
    ],
    ['no scope', () => ({ scope: { name: '', attributes: new Map() } }), 'scope', 'scope: sent'],
    ['no events', () => ({ events: [] }), 'events', 'event "Canary event": did not come'],
    [
      'events without attributes',
      ({ events }) => ({ events: events.map(event => ({ ...event, attributes: new Map() })) }),
      'event-attributes',
      'event.count'
    ],
    ['another kind', () => ({ kind: 'server' }), undefined, 'kind: sent "internal", came "server"'],
    ['a parent', () => ({ parentSpanId: ids[1]! }), undefined, 'parent: sent "none"']
  ])('with %s differs, and the loss is named', (_, change, loss, text) => {
    const differences = differencesWith(change)
    expect(differences).toHaveLength(1)
    expect(differences[0]?.loss).toBe(loss)
    expect(differences[0]?.text).toContain(text)
  })

  test('without its links, without what says that a parent is remote', () => {
    const stripped = sent.map(({ flags: _, ...span }) => ({ ...span, links: [] }))
    expect(compareCanary(sent, stripped).map(({ loss }) => loss)).toEqual(['flags', 'links'])
  })

  test('in part: what is missing is named', () => {
    expect(compareCanary(sent, sent.slice(1))).toEqual([
      { loss: undefined, text: 'the span "Canary root" did not come' }
    ])
  })
})

describe('what a canary says', () => {
  const facts = { latencyMs: 840, isPushed: false, differences: [], declared: [] }

  test('of a store that is asked: the lag to declare, with room', () => {
    const [first, second] = judgeCanary(facts)
    expect(first).toMatchObject({ status: 'ok', text: 'a canary was sent and found again after 840ms' })
    expect(first?.fix).toContain('lag: 1.3s')
    expect(second?.text).toContain('came back as it was sent')
  })

  test('of losses that the store declares: a note; of any other: a problem', () => {
    const differences = [
      { loss: 'precision', text: 'end: came 456 ns off' },
      { loss: 'links', text: 'link: did not come' }
    ] as const
    const findings = judgeCanary({ ...facts, differences, declared: ['precision'] })
    expect(findings.map(({ status }) => status)).toEqual(['ok', 'note', 'problem'])
    expect(findings[1]).toMatchObject({ details: ['end: came 456 ns off'] })
    expect(findings[2]).toMatchObject({ details: ['link: did not come'] })
  })

  test('of many differences some are told and the rest is counted', () => {
    const differences = Array.from({ length: 20 }, (_, at) => ({ loss: undefined, text: `key ${at}` }))
    const problem = judgeCanary({ ...facts, differences }).find(({ status }) => status === 'problem')
    expect(problem?.details).toHaveLength(9)
    expect(problem?.details?.at(-1)).toBe('and 12 more')
  })
})
