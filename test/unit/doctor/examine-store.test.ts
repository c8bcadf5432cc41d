import { expect, test } from 'vitest'
import { examineStore, judgeClock } from '../../../src/doctor/examine-store.ts'
import { BackendError } from '../../../src/errors/errors.ts'
import type { Finding } from '../../../src/model/finding.ts'
import type { BackendIdentity } from '../../../src/plugin/trace-backend.ts'
import { createFakeBackend, type FakeBackend } from '../../support/fake-backend.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { buildSpan, EPOCH, TRACE_ID } from '../../support/trace-builder.ts'

async function examine(
  backend: FakeBackend,
  identify?: () => Promise<BackendIdentity>
): Promise<readonly Finding[]> {
  const clock = createManualClock()
  const { signal } = new AbortController()
  const session = identify === undefined ? backend : { ...backend, fetch: backend.fetch, identify }
  const findings: Finding[] = []
  const gather = async (): Promise<void> => {
    for await (const finding of examineStore({
      session,
      caps: backend.caps,
      randomId: TRACE_ID,
      clock,
      signal
    }))
      findings.push(finding)
  }
  await clock.run(gather())
  return findings
}

const polled = (): FakeBackend => createFakeBackend({ isPushed: false })

test('a store that knows of no such trace is reached; it says who it is, and what time it has', async () => {
  const identify = async (): Promise<BackendIdentity> => ({
    version: 'Jaeger 2.13.0',
    protocol: 'v3 HTTP API',
    clockUnixNano: EPOCH + 90_000_000_000n
  })
  const findings = await examine(polled(), identify)
  expect(findings.map(({ topic, status }) => `${topic} ${status}`)).toEqual([
    'store ok',
    'store ok',
    'clock note'
  ])
  expect(findings[1]?.text).toBe('it is Jaeger 2.13.0, v3 HTTP API')
  expect(findings[2]?.text).toBe('its clock is 90.0 s ahead of ours')
})

test('a store that has a trace of a made-up id is not the one that was meant', async () => {
  const backend = polled()
  backend.push(buildSpan({ id: 'any' }))
  const findings = await examine(backend)
  expect(findings).toMatchObject([{ status: 'problem', text: expect.stringContaining('made up') }])
})

test('a store that is busy, or refuses, is a problem in its own words, and nothing more is asked', async () => {
  const busy = polled()
  busy.answer = () => ({ status: 'busy', reason: 'it is starting' })
  expect(await examine(busy, () => Promise.reject(new Error('not asked')))).toMatchObject([
    { status: 'problem', text: expect.stringContaining('it is starting') }
  ])
  const closed = polled()
  closed.answer = () =>
    Promise.reject(
      new BackendError({
        code: 'BACKEND_UNAUTHORIZED',
        message: '401: no token\nsent: nothing',
        hint: 'give one'
      })
    )
  expect(await examine(closed)).toEqual([
    { topic: 'store', status: 'problem', text: '401: no token', details: ['sent: nothing'], fix: 'give one' }
  ])
})

test('a store that cannot say who it is remains a good one', async () => {
  const error = new BackendError({ code: 'BACKEND_REJECTED', message: '404' })
  const findings = await examine(polled(), () => Promise.reject(error))
  expect(findings.map(({ status }) => status)).toEqual(['ok', 'note'])
})

test('a clock is judged with the time that the question took in doubt', () => {
  const second = 1_000_000_000n
  expect(judgeClock(EPOCH + second, EPOCH, EPOCH).status).toBe('ok')
  expect(judgeClock(EPOCH + 2n * second, EPOCH, EPOCH).status).toBe('note')
  expect(judgeClock(EPOCH + 4n * second, EPOCH, EPOCH + 4n * second).status).toBe('ok')
  expect(judgeClock(EPOCH - 3n * second, EPOCH, EPOCH).text).toContain('behind')
})
