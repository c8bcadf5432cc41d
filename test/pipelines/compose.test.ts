import { expect, test } from 'vitest'
import { readDocuments, shownOf } from './shown.ts'

interface Service {
  readonly image?: string
  readonly build?: unknown
  readonly command?: unknown
  readonly environment?: Readonly<Record<string, unknown>>
  readonly extra_hosts?: readonly string[]
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly healthcheck?: { readonly test: unknown }
}

const KEYS = [
  ...['image', 'build', 'command', 'working_dir', 'environment', 'extra_hosts', 'depends_on', 'healthcheck'],
  ...['ports', 'volumes', 'networks']
]
const HOST = 'host.docker.internal'

/** What would keep the services of a file from starting, or their spans from coming. */
function problemsOf(services: Readonly<Record<string, Service>>): readonly string[] {
  return Object.entries(services).flatMap(([name, service]) =>
    serviceProblems(service, services).map(problem => `${name}: ${problem}`)
  )
}

function serviceProblems(service: Service, services: Readonly<Record<string, Service>>): readonly string[] {
  const { environment = {}, extra_hosts = [], depends_on = {} } = service
  const endpoint = String(environment['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '')
  const host = endpoint === '' ? undefined : new URL(endpoint).hostname
  const isReachable = host === undefined || host in services || host === HOST
  return [
    ...Object.keys(service)
      .filter(key => !KEYS.includes(key))
      .map(key => `there is no key ${key}`),
    ...(service.image === undefined && service.build === undefined ? ['there is no image'] : []),
    ...(isReachable ? [] : [`its spans go to ${host}, which is no service`]),
    ...(host === HOST && !extra_hosts.includes(`${HOST}:host-gateway`)
      ? [`${HOST} is unknown on Linux`]
      : []),
    ...Object.entries(environment)
      .filter(([, value]) => typeof value !== 'string')
      .map(([key]) => `${key} is no text`),
    ...Object.entries(depends_on).flatMap(([other, { condition }]) => {
      if (!(other in services)) return [`it depends on ${other}, which is no service`]
      const isHealth = condition === 'service_healthy'
      return isHealth && services[other]!.healthcheck === undefined ? [`${other} has no healthcheck`] : []
    })
  ]
}

test.each(shownOf('compose'))('$place is a file for Docker Compose', ({ text }) => {
  const [file, ...others] = readDocuments(text) as readonly { services: Record<string, Service> }[]
  expect(others).toEqual([])
  expect(Object.keys(file!.services).length).toBeGreaterThan(0)
  expect(problemsOf(file!.services)).toEqual([])
})

test('a file with mistakes is told from one without', () => {
  const shop = {
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://${HOST}:4318`, OTEL_BSP_SCHEDULE_DELAY: 200 },
    depends_on: { tests: { condition: 'service_healthy' }, db: { condition: 'service_started' } }
  }
  const tests = { image: 'node:22', environment: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://tracerun:4318' } }
  expect(problemsOf({ shop, tests })).toEqual([
    'shop: there is no image',
    `shop: ${HOST} is unknown on Linux`,
    'shop: OTEL_BSP_SCHEDULE_DELAY is no text',
    'shop: tests has no healthcheck',
    'shop: it depends on db, which is no service',
    'tests: its spans go to tracerun, which is no service'
  ])
})
