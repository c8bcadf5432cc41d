import { describe, expect, test } from 'vitest'
import { judge } from '../../../src/judge/judge.ts'
import type { Trace } from '../../../src/model/trace.ts'
import type { JudgeView } from '../../../src/run/judging.ts'
import { settleJudgement } from '../../../src/run/settle.ts'
import { compileChecks, contextFor } from '../../support/judge.ts'
import { buildSpan, type SpanSketch } from '../../support/trace-builder.ts'
import { createHarness, type HarnessOptions } from '../../support/wait-harness.ts'

const gateway = buildSpan({
  id: 'gateway',
  parent: 'trigger',
  service: 'gateway',
  kind: 'server',
  at: 0,
  ms: 90
})
const publish = buildSpan({
  id: 'publish',
  parent: 'gateway',
  service: 'gateway',
  kind: 'producer',
  at: 30,
  ms: 5
})
/** Of a trace of its own. */
const consume: SpanSketch = {
  id: 'consume',
  trace: 'b',
  service: 'shipping',
  kind: 'consumer',
  at: 7000,
  ms: 95,
  links: [{ to: 'publish' }]
}
const book: SpanSketch = {
  id: 'book',
  trace: 'b',
  parent: 'consume',
  service: 'shipping',
  at: 7010,
  ms: 5,
  error: true
}

/** The same in the trace of the test. */
const { trace: _, links: __, ...child } = consume

const checksOn = (selector: string, ...assertions: string[]): Pick<HarnessOptions, 'judge'> => {
  const checks = compileChecks({ specs: [{ selector, assertions }] })
  return {
    judge: (trace: Trace, view: JudgeView) =>
      judge(checks, trace, contextFor(checks, { ...view, losses: [...view.losses] }))
  }
}
const following = { caps: { findsLinks: true }, wait: { followsLinks: true } }
const namesOf = ({ spans }: Trace): readonly string[] => spans.slice(1).map(span => span.name)

describe('a consumer with a trace of its own', () => {
  test('is waited for like any other, and brings its whole trace', async () => {
    const harness = createHarness(following)
    harness.arrive(100, gateway, publish)
    harness.arrive(7100, buildSpan(book), buildSpan(consume))
    const { ground, trace } = await harness.wait()
    expect(ground).toMatchObject({ kind: 'structural', waitedMs: 7000 + 370 })
    expect(namesOf(trace)).toEqual(['gateway', 'publish', 'consume', 'book'])
  })

  test('fails a test that all other spans would pass', async () => {
    const harness = createHarness({ ...following, ...checksOn('span:error', 'count() = 0') })
    harness.arrive(100, gateway, publish)
    harness.arrive(7100, buildSpan(consume), buildSpan(book))
    const { judgement } = await harness.wait()
    expect(settleJudgement(judgement).outcome).toBe('failed')
  })

  test('may be known by its link only after its other spans came', async () => {
    const harness = createHarness(following)
    harness.arrive(100, gateway, publish, buildSpan({ ...book, at: 50 }))
    harness.arrive(300, buildSpan({ ...consume, at: 40, ms: 60 }))
    const { trace } = await harness.wait()
    expect(namesOf(trace)).toEqual(['gateway', 'publish', 'consume', 'book'])
  })

  test('is not waited for any longer than others, and missed with a warning', async () => {
    const harness = createHarness(following)
    harness.arrive(100, gateway, publish)
    const { ground } = await harness.wait()
    expect(ground).toMatchObject({ kind: 'structural', waitedMs: -60 + 20_000 + 5650 })
    expect(ground.doubts).toEqual(['no consumer took the message of "publish" (gateway) within 20.0 s'])
  })

  test('may take its message at the last moment, and send its span when that is over', async () => {
    const wait = { followsLinks: true, asyncMs: 5000 }
    const harness = createHarness({ ...following, wait, ...checksOn('span:error', 'count() = 0') })
    harness.arrive(100, gateway, publish)
    harness.arrive(9900, buildSpan({ ...consume, at: 5000, error: true }))
    expect(settleJudgement((await harness.wait()).judgement).outcome).toBe('failed')
  })

  test('is none of the trace where links are ignored', async () => {
    const harness = createHarness({ caps: { findsLinks: true } })
    harness.arrive(100, gateway, publish)
    harness.arrive(300, buildSpan({ ...consume, at: 40, ms: 60 }))
    const { ground, trace } = await harness.wait()
    expect(namesOf(trace)).toEqual(['gateway', 'publish'])
    expect(ground.doubts).toHaveLength(1)
  })

  test('leaves the trace open where its batch has work that may be that of another message', async () => {
    const harness = createHarness(following)
    const at = { trace: 'b', service: 'shipping', at: 40, ms: 10 }
    const other = { ...at, id: 'other', parent: 'poll', links: [{ to: 'x', trace: 'of another test' }] }
    harness.arrive(100, gateway, publish, buildSpan({ ...consume, ...at, parent: 'poll' }))
    harness.arrive(200, buildSpan({ ...at, id: 'poll' }), buildSpan(other))
    harness.arrive(200, buildSpan({ ...at, id: 'book', parent: 'poll' }))
    const { ground, holes } = await harness.wait()
    expect(ground.kind).toBe('incomplete')
    expect(holes.map(({ text }) => text)).toEqual([
      'whether "book" (shipping) belongs here is not known: its trace links to this one and to others'
    ])
  })

  test('raises doubts where its root took messages of others, too', async () => {
    const harness = createHarness(following)
    const links = [{ to: 'publish' }, { to: 'x', trace: 'of another test' }]
    harness.arrive(200, gateway, publish, buildSpan({ ...consume, links, at: 40, ms: 10 }))
    const { ground } = await harness.wait()
    expect(ground.kind).toBe('structural')
    expect(ground.doubts?.[0]).toContain('the trace of "consume" (shipping) links to others as well')
  })

  test('leaves the trace open while the span that it links to is missing', async () => {
    const harness = createHarness(following)
    harness.arrive(100, gateway, buildSpan({ ...consume, at: 40, ms: 10 }))
    const { ground, holes } = await harness.wait()
    expect(ground.kind).toBe('incomplete')
    expect(holes[0]?.text).toContain('the span that "consume" (shipping) links to did not come: span ')
  })
})

describe('a store that cannot be asked who links to a trace', () => {
  const asked = { isPushed: false, caps: { lagMs: 0 }, wait: { followsLinks: true } }

  test('leaves open what a consumer that is not in the trace might change', async () => {
    for (const check of ['count() <= 1', 'count() = 0']) {
      const harness = createHarness({ ...asked, ...checksOn('span:error', check) })
      harness.arrive(100, gateway, publish)
      const { ground, holes, judgement } = await harness.wait()
      expect(ground.kind).toBe('incomplete')
      expect(holes[0]?.text).toContain('no consumer took the message of "publish" (gateway) in this trace')
      expect(settleJudgement(judgement).outcome).toBe('failed')
    }
  })

  test('gives a verdict where each producer has its consumer in the trace', async () => {
    const harness = createHarness({ ...asked, ...checksOn('span:error', 'count() = 0') })
    harness.arrive(100, gateway, publish, buildSpan({ ...child, parent: 'publish', at: 40, ms: 10 }))
    const { ground, judgement } = await harness.wait()
    expect(ground.kind).toBe('structural')
    expect(settleJudgement(judgement).outcome).toBe('passed')
  })
})

describe('a trigger that hands over a message', () => {
  const message = { isMessage: true, caps: { findsLinks: true } }
  const own = buildSpan({ id: 'own', parent: 'gone', kind: 'server', service: 'audit', at: 10, ms: 5 })

  test('is a producer: its consumer is waited for', async () => {
    const harness = createHarness({ ...message, wait: { allowOrphans: true } })
    harness.arrive(100, own)
    harness.arrive(9000, buildSpan({ ...child, parent: 'trigger', at: 8900 }))
    const { ground, trace } = await harness.wait()
    expect(ground).toMatchObject({ kind: 'structural', waitedMs: 8900 + 370 })
    expect(trace.spans).toHaveLength(3)
  })

  test('whose consumer never comes says so after its time', async () => {
    const harness = createHarness({ ...message, wait: { allowOrphans: true } })
    harness.arrive(100, own)
    const { ground } = await harness.wait()
    expect(ground).toMatchObject({ kind: 'structural', waitedMs: 20_000 + 5650 })
    expect(ground.doubts?.[0]).toContain('no consumer took the message of "Tracetest trigger"')
  })

  test('is waited for as long as ever where the clock of its consumer is behind', async () => {
    const skewMs = -60_000
    const take = { ...child, parent: 'trigger', at: skewMs + 100 }
    const call = {
      id: 'call',
      parent: 'consume',
      kind: 'client',
      service: 'shipping',
      at: skewMs + 120
    } as const
    const pay = { id: 'pay', parent: 'call', kind: 'server', service: 'bank', at: 130, error: true } as const
    const harness = createHarness({
      ...message,
      declaresFlush: false,
      ...checksOn('span:error', 'count() = 0')
    })
    harness.arrive(300, buildSpan(take), buildSpan({ ...call, attributes: { 'server.address': 'bank' } }))
    harness.arrive(4300, buildSpan(pay))
    expect(settleJudgement((await harness.wait()).judgement).outcome).toBe('failed')
  })

  test('is answered by a trace of its own that links to it', async () => {
    const harness = createHarness({ ...message, wait: { followsLinks: true } })
    harness.arrive(3000, buildSpan({ ...consume, at: 2800, links: [{ to: 'trigger' }] }))
    const { ground, trace } = await harness.wait()
    expect(ground.kind).toBe('structural')
    expect(namesOf(trace)).toEqual(['consume'])
  })
})
