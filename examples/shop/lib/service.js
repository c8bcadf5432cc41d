import { createServer } from 'node:http'
import { context, trace } from '@opentelemetry/api'
import { core } from '@opentelemetry/sdk-node'
import { connectDatabase } from './database.js'
import { FAULTS, isFaultName, withFault } from './faults.js'
import { joinLauncher } from './lifecycle.js'
import { startTelemetry } from './telemetry.js'

/** An answer other than 200 that a handler gives on purpose. */
export class Refusal extends Error {
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

/**
 * Runs one service of the shop: telemetry, database, HTTP server, health, orderly end.
 * `makeRoutes` gets the database and returns the handlers by "METHOD /path"; what a handler returns is sent as JSON.
 * `begin` gets the database as well, before the service is healthy, and `end` comes before the database is closed.
 */
export function startService(name, makeRoutes, { begin, end } = {}) {
  const telemetry = startTelemetry(name)
  const database = connectDatabase()
  const begun = Promise.resolve(begin?.(database))
  begun.catch(error => {
    console.error(`${name}: ${error.message}`)
    process.exit(1)
  })
  const routes = {
    'GET /health': async () => {
      await begun
      await database.query('SELECT 1')
      return { status: 'ok' }
    },
    ...makeRoutes(database)
  }

  const server = createServer((request, response) => {
    answer(routes, request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    })
  })
  const close = async () => {
    await new Promise(resolve => server.close(resolve))
    await end?.()
    await database.close()
    await telemetry.shutdown()
  }
  server.on('error', error => {
    console.error(`${name}: ${error.message}`)
    process.exit(1)
  })
  server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () =>
    joinLauncher(name, server.address().port, close)
  )
}

async function answer(routes, request) {
  const { pathname, searchParams } = new URL(request.url, 'http://shop')
  const handle = routes[`${request.method} ${pathname}`]
  if (handle === undefined)
    return { status: 404, body: { error: `There is no ${request.method} ${pathname}.` } }
  nameSpanAfterRoute(pathname)
  try {
    const body = await readJson(request)
    const result = await context.with(requestContext(request), () => handle({ body, query: searchParams }))
    return { status: 200, body: result }
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, body: { error: error.message } }
    trace.getActiveSpan()?.recordException(error)
    return { status: 500, body: { error: error.message } }
  }
}

/** What a web framework's instrumentation does: the server span becomes "POST /checkout" and gets its http.route. */
function nameSpanAfterRoute(route) {
  const metadata = core.getRPCMetadata(context.active())
  if (metadata !== undefined) metadata.route = route
}

function requestContext(request) {
  const fault = request.headers['x-fault']
  if (fault === undefined) return context.active()
  if (!isFaultName(fault)) {
    throw new Refusal(
      400,
      `There is no fault "${fault}". There are: ${Object.keys(FAULTS).join(', ')}, none.`
    )
  }
  return withFault(context.active(), fault)
}

async function readJson(request) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  if (chunks.length === 0) return undefined
  try {
    return JSON.parse(Buffer.concat(chunks).toString())
  } catch {
    throw new Refusal(400, 'The body is not JSON.')
  }
}

/** Calls another service. Its refusals are passed on to the caller; anything else that is not 200 is an error. */
export async function call(method, url, body) {
  const response = await fetch(url, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
  })
  const answer = await response.json()
  if (response.ok) return answer
  if (response.status < 500) throw new Refusal(response.status, answer.error)
  throw new Error(`${method} ${url} answered ${response.status}: ${answer.error}`)
}
