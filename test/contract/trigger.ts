import { describe, expect, test } from 'vitest'
import { TriggerError } from '../../src/errors/errors.ts'
import { parseSpanId } from '../../src/model/ids.ts'
import type { PluginContext } from '../../src/plugin/context.ts'
import type { TraceParent, Trigger } from '../../src/plugin/trigger.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { TRACE_ID } from '../support/trace-builder.ts'

/** A system that a trigger can be pointed at. */
export interface TriggeredSystem<Options> extends AsyncDisposable {
  readonly options: Options
  /** What came with each request, by lower-case names. */
  readonly received: readonly Readonly<Record<string, string>>[]
}

export interface TriggerContract<Options> {
  readonly trigger: Trigger<Options>
  /** `silent`: takes the request and never answers. `broken`: ends the connection instead. `absent`: nobody is there. */
  start(
    behaviour: 'welcoming' | 'refusing' | 'silent' | 'broken' | 'absent'
  ): Promise<TriggeredSystem<Options>>
}

export const PARENT: TraceParent = {
  traceId: TRACE_ID,
  spanId: parseSpanId('00f067aa0ba902b7')!,
  headers: {
    traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01`,
    tracestate: 'tracerun=1',
    baggage: 'tracerun.test=checkout'
  }
}

/** A context in which time stands still and no file exists. */
export function contextOf(parts: Partial<PluginContext> = {}): PluginContext {
  return {
    signal: new AbortController().signal,
    clock: createManualClock(),
    readFile: path => Promise.reject(new Error(`there is no ${path}`)),
    debug: () => undefined,
    ...parts
  }
}

/** What every trigger promises. */
export function describeTrigger<Options>({ trigger, start }: TriggerContract<Options>): void {
  describe(`the trigger ${trigger.kind}, as every trigger`, () => {
    test('sends the trace context with its request, and says what it sent', async () => {
      await using system = await start('welcoming')
      const { sentHeaders } = await trigger.run(system.options, PARENT, contextOf())
      expect(system.received).toHaveLength(1)
      expect(system.received[0]).toMatchObject(PARENT.headers)
      for (const [key, value] of Object.entries(PARENT.headers))
        expect(sentHeaders).toContainEqual({ key, value })
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

    test('takes an unwelcome answer for data', async () => {
      await using system = await start('refusing')
      const { response } = await trigger.run(system.options, PARENT, contextOf())
      expect(response.status).not.toBe(undefined)
    })

    test('sends once, whatever becomes of it', async () => {
      await using system = await start('broken')
      const running = trigger.run(system.options, PARENT, contextOf())
      await expect(running).rejects.toBeInstanceOf(TriggerError)
      expect(system.received).toHaveLength(1)
    })

    test('says so where nobody is there', async () => {
      await using system = await start('absent')
      const running = trigger.run(system.options, PARENT, contextOf())
      await expect(running).rejects.toMatchObject({ name: 'TriggerError', code: 'TRIGGER_UNREACHABLE' })
    })

    test('stops when it is told to, and keeps the reason', async () => {
      await using system = await start('silent')
      const stop = new AbortController()
      const running = trigger.run(system.options, PARENT, contextOf({ signal: stop.signal }))
      const outcome = expect(running).rejects.toMatchObject({
        code: 'TRIGGER_TIMEOUT',
        message: expect.stringContaining('no answer within 30.0 s'),
        hint: 'wait longer'
      })
      while (system.received.length === 0) await new Promise(resolve => setImmediate(resolve))
      stop.abort(
        new TriggerError({
          code: 'TRIGGER_TIMEOUT',
          message: 'no answer within 30.0 s',
          hint: 'wait longer'
        })
      )
      await outcome
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

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
}

function schemaAt(schema: Schema | undefined, path: readonly string[]): Schema | undefined {
  const [step, ...rest] = path
  if (schema === undefined || step === undefined) return schema
  return schemaAt(step === '*' ? schema.items : schema.properties?.[step], rest)
}
