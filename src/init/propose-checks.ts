import type { Response } from '../model/response.ts'
import type { Span } from '../model/span.ts'
import { serviceName } from '../model/span.ts'
import type { Trace } from '../model/trace.ts'

/** An entry of `specs`, as it is written. */
export interface ProposedSpec {
  readonly name: string
  readonly selector?: string
  readonly assertions: readonly string[]
}

/** What was seen of the system. */
export interface Seen {
  readonly response?: Pick<Response, 'status' | 'headers'>
  /** Of the system: without it, nothing is known of spans. */
  readonly trace?: Trace
}

/** A file of more is not read any more. */
const MOST_SERVICES = 12
const QUERY_KEYS = ['db.query.text', 'db.statement', 'db.operation.name', 'db.operation']
const DATABASE_KEYS = ['db.system.name', 'db.system']
const DESTINATION_KEYS = ['messaging.destination.name', 'messaging.destination']

/**
 * Checks that hold for what was seen and should hold the next time too: who takes part, how often databases are asked,
 * what is published, that nothing fails. No ids, no times.
 */
export function proposeChecks({ response, trace }: Seen): readonly ProposedSpec[] {
  const specs = [answerSpec(response)]
  if (trace === undefined || trace.spans.length < 2) return specs
  return [...specs, ...entrySpecs(trace), ...databaseSpecs(trace), ...producerSpecs(trace), NOTHING_FAILED]
}

const NOTHING_FAILED: ProposedSpec = {
  name: 'nothing failed',
  selector: 'span:error',
  assertions: ['count() = 0']
}

/** A status that nobody has seen yet is hoped for. */
function answerSpec(response: Seen['response']): ProposedSpec {
  const type = response?.headers.find(({ key }) => key.toLowerCase() === 'content-type')?.value
  const media = /^[\w.+-]+\/[\w.+-]+/.exec(type ?? '')?.[0]
  const { status } = response ?? {}
  return {
    name: status === undefined || status < 400 ? 'the answer is good' : `the answer is ${status}`,
    selector: ':root',
    assertions: [
      `response:status = ${status ?? 200}`,
      ...(media === undefined ? [] : [`response:header.content-type contains "${media}"`])
    ]
  }
}

/** Once for each service, in the order in which they are reached. */
function entrySpecs(trace: Trace): readonly ProposedSpec[] {
  const entries = new Map<string, number>()
  for (const [position, span] of trace.spans.entries()) {
    const service = serviceName(span)
    const parent = trace.parents[position]!
    const isEntry = parent < 0 || parent === trace.trigger || serviceName(trace.spans[parent]!) !== service
    if (position !== trace.trigger && service !== '' && isEntry)
      entries.set(service, (entries.get(service) ?? 0) + 1)
  }
  return [...entries].slice(0, MOST_SERVICES).flatMap(([service, count]) => {
    const value = quoted(service)
    if (value === undefined) return []
    return {
      name: count === 1 ? `${service} is reached once` : `${service} is reached`,
      selector: `span[service.name=${value}]:entry`,
      assertions: [count === 1 ? 'count() = 1' : 'count() >= 1']
    }
  })
}

/** Queries alone: connections are opened now and then. */
function databaseSpecs(trace: Trace): readonly ProposedSpec[] {
  const groups = countBy(trace, span => {
    const system = firstOf(span, DATABASE_KEYS)
    const query = QUERY_KEYS.find(key => span.attributes.has(key))
    const [service, name] = [quoted(serviceName(span)), system && quoted(system.value)]
    if (span.kind !== 'client' || !system || !name || !query || service === undefined) return undefined
    return {
      name: `${serviceName(span)} asks ${system.value} at most`,
      selector: `span[service.name=${service} ${system.key}=${name} ${query}]`
    }
  })
  return groups.map(({ count, name, selector }) => ({
    name: `${name} ${count === 1 ? 'once' : `${count} times`}`,
    selector,
    assertions: [`count() <= ${count}`]
  }))
}

function producerSpecs(trace: Trace): readonly ProposedSpec[] {
  const groups = countBy(trace, span => {
    const destination = firstOf(span, DESTINATION_KEYS)
    const [service, name] = [quoted(serviceName(span)), destination && quoted(destination.value)]
    if (span.kind !== 'producer' || !destination || !name || service === undefined) return undefined
    return {
      name: `${serviceName(span)} publishes to ${destination.value}`,
      selector: `span[service.name=${service} kind="producer" ${destination.key}=${name}]`
    }
  })
  return groups.map(({ count, ...spec }) => ({ ...spec, assertions: [`count() = ${count}`] }))
}

interface Group {
  readonly name: string
  readonly selector: string
  readonly count: number
}

function countBy(trace: Trace, groupOf: (span: Span) => Omit<Group, 'count'> | undefined): readonly Group[] {
  const groups = new Map<string, Group>()
  for (const [position, span] of trace.spans.entries()) {
    const group = position === trace.trigger ? undefined : groupOf(span)
    if (group) groups.set(group.selector, { ...group, count: (groups.get(group.selector)?.count ?? 0) + 1 })
  }
  return [...groups.values()].slice(0, MOST_SERVICES)
}

function firstOf(
  span: Span,
  keys: readonly string[]
): { readonly key: string; readonly value: string } | undefined {
  for (const key of keys) {
    const value = span.attributes.get(key)
    if (typeof value === 'string' && value !== '') return { key, value }
  }
  return undefined
}

/** As a selector takes it; undefined for a text that would mean something else there, or that a secret may be in. */
function quoted(text: string): string | undefined {
  return text !== '' && /^[^"\\\p{Cc}]+$/u.test(text) && !text.includes('${') ? `"${text}"` : undefined
}
