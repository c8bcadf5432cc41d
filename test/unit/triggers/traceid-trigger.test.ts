import { describe, expect, test } from 'vitest'
import type { ExamineContext, TriggerContext, TriggerResult } from '../../../src/plugin/trigger.ts'
import { starterTriggers, type TraceIdOptions, traceIdTrigger } from '../../../src/triggers/traceid/index.ts'
import { contextOf, describeTrigger, PARENT } from '../../contract/trigger.ts'
import { TRACE_ID } from '../../support/trace-builder.ts'

const NOTHING = 'nothing is sent: the trace was begun before'

for (const trigger of [traceIdTrigger, ...starterTriggers])
  describeTrigger<TraceIdOptions>({
    trigger,
    without: {
      carrier: NOTHING,
      'own headers': NOTHING,
      refusing: NOTHING,
      silent: NOTHING,
      broken: NOTHING,
      absent: NOTHING
    },
    start: () =>
      Promise.resolve({
        options: { id: TRACE_ID },
        received: [],
        [Symbol.asyncDispose]: () => Promise.resolve()
      })
  })

const run = (options: TraceIdOptions, context: Partial<TriggerContext> = {}): Promise<TriggerResult> =>
  traceIdTrigger.run(options, PARENT, contextOf(context))

const file = (text: string): Pick<TriggerContext, 'readFile'> => ({
  readFile: () => Promise.resolve(Buffer.from(text))
})

describe('the trace is named', () => {
  test.each([
    TRACE_ID,
    TRACE_ID.toUpperCase(),
    ` ${TRACE_ID}\n`,
    `00-${TRACE_ID}-00f067aa0ba902b7-01`,
    Buffer.from(TRACE_ID, 'hex').toString('base64'),
    `1-${TRACE_ID.slice(0, 8)}-${TRACE_ID.slice(8)}`
  ])('by its id, spelt %s', async id => {
    const { traceId, isUnanswered, sentHeaders } = await run({ id })
    expect([traceId, isUnanswered, sentHeaders]).toEqual([TRACE_ID, true, []])
  })

  test.each([
    ['the id alone', TRACE_ID],
    ['a last line', `began\r\n${TRACE_ID}\r\n\r\n`],
    ['a line that says what it is', `TRACE_ID=${TRACE_ID}`],
    ['words before it', `trace id: ${TRACE_ID}\n`]
  ])('by a file: %s', async (_, text) => {
    expect((await run({ traceFile: '/ids.txt' }, file(text))).traceId).toBe(TRACE_ID)
  })
})

describe('no trace is named', () => {
  test('by what is no id', async () => {
    await expect(run({ id: 'nonsense' })).rejects.toMatchObject({
      name: 'TriggerError',
      message: '"nonsense" is no trace id',
      hint: expect.stringContaining('32 hexadecimal digits')
    })
    await expect(run({ id: '0'.repeat(32) })).rejects.toThrow('is no trace id')
  })

  test.each([
    ['is not there', {}, 'cannot be read: there is no /ids.txt'],
    ['is empty', file(' \n'), '/ids.txt, which is to name the trace, is empty'],
    [
      'holds something else',
      file('done in 7 s\n'),
      '"done in 7 s", the last line of /ids.txt, is no trace id'
    ]
  ])('by a file that %s', async (_, context, message) => {
    await expect(run({ traceFile: '/ids.txt' }, context)).rejects.toThrow(message)
  })
})

describe('said before anything is looked for', () => {
  const problemsOf = async (options: TraceIdOptions, isOpen = false): Promise<readonly string[]> => {
    const context: ExamineContext = {
      readFile: () => Promise.reject(new Error('no file is read')),
      isOpen: () => isOpen,
      openPaths: isOpen ? [['id']] : [],
      fillingAt: () => 'none'
    }
    return (await traceIdTrigger.examine!(options, context)).map(({ message }) => message)
  }

  test('an id that is none', async () => {
    expect(await problemsOf({ id: 'nonsense' })).toEqual(['`nonsense` is no trace id'])
    expect(await problemsOf({ id: TRACE_ID })).toEqual([])
    expect(await problemsOf({}, true)).toEqual([])
  })

  test('two names, or none', async () => {
    expect(await problemsOf({ id: TRACE_ID, traceFile: '/ids.txt' })).toEqual([
      '`id` and `traceFile` both name the trace'
    ])
    expect(await problemsOf({})).toEqual(['nothing names the trace'])
  })
})
