import type { TestReport } from '../model/run-event.ts'
import { serviceName } from '../model/span.ts'
import type { Wish } from './init-request.ts'

/** What was seen, in a line. */
export function sayWhatWasSeen({ response, trace }: TestReport): string {
  const status = response && `${response.status ?? ''} ${response.statusText ?? ''}`.trim()
  const answer = response === undefined ? 'no answer' : `answered ${status}`
  if (trace === undefined || trace.spans.length < 2) return `${answer}; no spans came`
  const system = trace.spans.filter((_, position) => position !== trace.trigger)
  const services = new Set(system.map(serviceName).filter(name => name !== ''))
  return `${answer}; ${counted(system.length, 'span')} of ${counted(services.size, 'service')}: ${[...services].join(', ')}`
}

/** What somebody may have expected to find in the file, and does not. */
export function notesOn(
  report: TestReport | undefined,
  { request, secrets }: Wish,
  dropped: readonly string[]
): readonly string[] {
  const status = report?.response?.status
  const failing = report?.trace?.spans.filter(span => span.status.code === 'error') ?? []
  return [
    ...(request.leftOut.length === 0
      ? []
      : [`left out, as a client or tracerun says them itself: ${request.leftOut.join(', ')}`]),
    ...secrets.flatMap(({ name, value, where }) =>
      value === undefined ? [] : [`${where} is not in the file: it is read from $${name}`]
    ),
    ...(status !== undefined && status >= 400
      ? [`the answer was ${status}, and the test expects that: correct it if it should be another`]
      : []),
    ...(failing.length === 0
      ? []
      : [
          `${counted(failing.length, 'span')} had an error (${[...new Set(failing.map(({ name }) => name))].slice(0, 3).join(', ')}), so no check says that there are none`
        ]),
    ...(report?.holes ?? []).map(({ text }) => `the trace has a hole: ${text}`),
    ...dropped.map(name => `left out, as it could not be decided on this trace: ${name}`)
  ]
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
