import { describe, expect, test } from 'vitest'
import { TriggerError } from '../../src/errors/errors.ts'
import type { CallMemo } from '../../src/judge/calls.ts'
import { parseSpanId } from '../../src/model/ids.ts'
import type { PlannedTest } from '../../src/plan/plan.ts'
import type { TraceParent, Trigger, TriggerContext } from '../../src/plugin/trigger.ts'
import { fireTrigger } from '../../src/run/fire.ts'
import { createShared } from '../../src/run/shared.ts'
import {
  type Carrier,
  extractBaggage,
  extractParent,
  extractTraceState,
  SPAN_FORMATS
} from '../support/extract-context.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { EPOCH, TRACE_ID } from '../support/trace-builder.ts'

/**
 * `welcoming`: answers. `refusing`: answers what nobody wants to hear. `silent`: takes the request and never answers.
 * `broken`: ends the connection instead. `absent`: nobody is there.
 */
export type Situation = 'welcoming' | 'refusing' | 'silent' | 'broken' | 'absent'

/** What a kind of trigger may have no sense for; `carrier`: it sends nothing that could carry a trace context. */
export type Omission = Exclude<Situation, 'welcoming'> | 'carrier' | 'own headers'

/** A system that a trigger can be pointed at. */
export interface TriggeredSystem<Options> extends AsyncDisposable {
  readonly options: Options
  /** What came with each request or message, by the names of its headers; those of HTTP and gRPC in lower case. */
  readonly received: readonly Carrier[]
}

export interface TriggerContract<Options> {
  readonly trigger: Trigger<Options>
  start(situation: Situation): Promise<TriggeredSystem<Options>>
  /** The options with headers (metadata, properties, …) of the test's own in what is sent. */
  withHeaders?(options: Options, headers: Readonly<Record<string, string>>): Options
  /** What is left out, each with the reason: it is printed with the tests that are skipped for it. */
  readonly without?: Readonly<Partial<Record<Omission, string>>>
}

const SPAN_ID = parseSpanId('00f067aa0ba902b7')!

export const PARENT: TraceParent = {
  traceId: TRACE_ID,
  spanId: SPAN_ID,
  headers: {
    traceparent: `00-${TRACE_ID}-${SPAN_ID}-01`,
    tracestate: 'tracerun=1',
    baggage: 'tracerun.test=checkout'
  }
}

/** What services read that do not know W3C Trace Context. */
const OLDER_HEADERS = {
  b3: `${TRACE_ID}-${SPAN_ID}-1`,
  'x-b3-traceid': TRACE_ID,
  'x-b3-spanid': SPAN_ID,
  'x-b3-sampled': '1',
  'uber-trace-id': `${TRACE_ID}:${SPAN_ID}:0:01`,
  'x-amzn-trace-id': `Root=1-${TRACE_ID.slice(0, 8)}-${TRACE_ID.slice(8)};Parent=${SPAN_ID};Sampled=1`
}

const PARENT_IN_ALL_FORMATS: TraceParent = { ...PARENT, headers: { ...PARENT.headers, ...OLDER_HEADERS } }
const PARENT_WITHOUT_W3C: TraceParent = { ...PARENT, headers: OLDER_HEADERS }

/** A context in which time stands still and no file exists. */
export function contextOf(parts: Partial<TriggerContext> = {}): TriggerContext {
  return {
    signal: new AbortController().signal,
    clock: createManualClock(),
    readFile: path => Promise.reject(new Error(`there is no ${path}`)),
    debug: () => undefined,
    shared: createShared(() => undefined),
    ...parts
  }
}

/** What every trigger promises. */
export function describeTrigger<Options>(contract: TriggerContract<Options>): void {
  const { trigger, without = {} } = contract
  /** A test that needs something which a kind may have no sense for. */
  const promise = (needs: readonly Omission[], title: string, body: () => Promise<void>): void => {
    const left = needs.find(need => without[need] !== undefined)
    if (left === undefined) test(title, body)
    else test.skip(`${title} (no "${left}" here: ${without[left]})`, body)
  }
  const start = (situation: Situation): Promise<TriggeredSystem<Options>> => contract.start(situation)

  describe(`the trigger ${trigger.kind}, as every trigger`, () => {
    test('gives a reason in words for each thing it leaves out', () => {
      for (const reason of Object.values(without)) expect(reason).toMatch(/\S+ \S+ \S+/)
    })

    promise(['carrier'], 'sends the trace context with its request, and says what it sent', async () => {
      await using system = await start('welcoming')
      const { sentHeaders } = await trigger.run(system.options, PARENT_IN_ALL_FORMATS, contextOf())
      expect(system.received).toHaveLength(1)
      for (const [key, value] of Object.entries(PARENT_IN_ALL_FORMATS.headers)) {
        expect(textOf(system.received[0]?.[key])).toBe(value)
        expect(sentHeaders).toContainEqual({ key, value })
      }
    })

    for (const format of SPAN_FORMATS)
      promise(['carrier'], `is continued by the SDK of a service that reads ${format}`, async () => {
        await using system = await start('welcoming')
        await trigger.run(system.options, PARENT_IN_ALL_FORMATS, contextOf())
        expect(extractParent(format, system.received[0]!)).toEqual({
          traceId: TRACE_ID,
          spanId: SPAN_ID,
          isSampled: true
        })
      })

    promise(['carrier'], 'hands trace state and baggage to the SDK of the service', async () => {
      await using system = await start('welcoming')
      await trigger.run(system.options, PARENT, contextOf())
      expect(extractTraceState(system.received[0]!)).toBe('tracerun=1')
      expect(extractBaggage(system.received[0]!)).toEqual({ 'tracerun.test': 'checkout' })
    })

    promise(['carrier'], 'sends no format of the trace context that it was not given', async () => {
      await using system = await start('welcoming')
      await trigger.run(system.options, PARENT_WITHOUT_W3C, contextOf())
      const names = Object.keys(system.received[0]!)
      expect(names.filter(name => name in PARENT.headers)).toEqual([])
      expect(extractParent('b3', system.received[0]!)).toMatchObject({ traceId: TRACE_ID })
    })

    promise(['carrier', 'own headers'], 'replaces what the test itself sends under those names', async () => {
      await using system = await start('welcoming')
      const own = { traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`, b3: '0', shop: 'corner' }
      const options = contract.withHeaders!(system.options, own)
      const { warnings } = await trigger.run(options, PARENT, contextOf())
      expect(extractParent('tracecontext', system.received[0]!)).toMatchObject({ traceId: TRACE_ID })
      expect([textOf(system.received[0]?.['b3']), textOf(system.received[0]?.['shop'])]).toEqual([
        '0',
        'corner'
      ])
      expect(warnings).toEqual([
        expect.stringMatching(/traceparent of the test was replaced: it carries the trace context$/)
      ])
    })

    test('tells when it sent and when the answer was there', async () => {
      await using system = await start('welcoming')
      const clock = createManualClock()
      const { sentUnixNano, answeredUnixNano } = await trigger.run(
        system.options,
        PARENT,
        contextOf({ clock })
      )
      expect([sentUnixNano, answeredUnixNano]).toEqual([clock.now(), clock.now()])
    })

    promise(['refusing'], 'takes an unwelcome answer for data, and does not ask again', async () => {
      await using system = await start('refusing')
      const { response } = await trigger.run(system.options, PARENT, contextOf())
      expect(response.status).not.toBe(undefined)
      expect(system.received).toHaveLength(1)
    })

    promise(['broken'], 'sends once, whatever becomes of it', async () => {
      await using system = await start('broken')
      const running = trigger.run(system.options, PARENT, contextOf())
      await expect(running).rejects.toBeInstanceOf(TriggerError)
      expect(system.received).toHaveLength(1)
    })

    promise(['absent'], 'says so where nobody is there', async () => {
      await using system = await start('absent')
      const running = trigger.run(system.options, PARENT, contextOf())
      await expect(running).rejects.toMatchObject({ name: 'TriggerError', code: 'TRIGGER_UNREACHABLE' })
    })

    promise(['silent'], 'stops when it is told to, and keeps the reason', async () => {
      await using system = await start('silent')
      const stop = new AbortController()
      const running = trigger.run(system.options, PARENT, contextOf({ signal: stop.signal }))
      const outcome = expect(running).rejects.toMatchObject({
        code: 'TRIGGER_TIMEOUT',
        message: expect.stringContaining('no answer within 30.0 s'),
        hint: 'wait longer'
      })
      await untilReceived(system)
      stop.abort(
        new TriggerError({
          code: 'TRIGGER_TIMEOUT',
          message: 'no answer within 30.0 s',
          hint: 'wait longer'
        })
      )
      await outcome
    })

    promise(['silent'], 'is given up at its deadline, and says which request that was', async () => {
      await using system = await start('silent')
      // From the time it is: gRPC tells the server when it will have given up.
      const clock = createManualClock(Date.now() - Number(EPOCH / 1_000_000n))
      const context = contextOf({ clock })
      const timeoutMs = 60_000
      const planned = {
        trigger: {
          timeoutMs,
          run: (_resolve, parent, given) => trigger.run(system.options, parent, { ...given, timeoutMs })
        } satisfies Partial<PlannedTest['trigger']>
      } as unknown as PlannedTest
      const running = fireTrigger(planned, new Map(), NO_CALLS, PARENT, context)
      const outcome = expect(running).rejects.toMatchObject({
        code: 'TRIGGER_TIMEOUT',
        message: expect.stringMatching(/\S+: no answer within 60\.0 s$/)
      })
      await untilReceived(system)
      await clock.runTo(clock.nowMs + timeoutMs)
      await outcome
      expect(system.received).toHaveLength(1)
    })

    test('sends nothing where it was stopped before it began', async () => {
      await using system = await start('welcoming')
      const signal = AbortSignal.abort(new Error('interrupted'))
      await expect(trigger.run(system.options, PARENT, contextOf({ signal }))).rejects.toBeInstanceOf(
        TriggerError
      )
      expect(system.received).toEqual([])
    })

    test('has a schema in which its templates, secrets and files have a place', () => {
      const paths = [...trigger.templates, ...trigger.secrets, ...(trigger.files ?? [])]
      for (const path of paths) expect([path, schemaAt(trigger.schema, path)]).not.toEqual([path, undefined])
      for (const path of trigger.secrets) expect(trigger.templates).toContainEqual(path)
    })
  })
}

const NO_CALLS: CallMemo = {
  generated: new Map(),
  valueOf: () => {
    throw new Error('no function is called')
  }
}

function textOf(value: string | Uint8Array | undefined): string | undefined {
  return value === undefined || typeof value === 'string' ? value : Buffer.from(value).toString('utf8')
}

async function untilReceived(system: TriggeredSystem<unknown>): Promise<void> {
  while (system.received.length === 0) await new Promise(resolve => setImmediate(resolve))
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly additionalProperties?: Schema | boolean
}

function schemaAt(schema: Schema | undefined, path: readonly string[]): Schema | undefined {
  const [step, ...rest] = path
  if (schema === undefined || step === undefined || step === '**') return schema
  if (step !== '*') return schemaAt(schema.properties?.[step], rest)
  const others = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined
  return schemaAt(schema.items ?? others, rest)
}
