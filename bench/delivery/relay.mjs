// Stands between a system and where its spans go, and writes down when each was delivered.
import { once } from 'node:events'
import { createServer } from 'node:http'

/** `decode` reads the body of an export; `now` is in milliseconds. */
export async function startRelay({ decode, now }) {
  let target
  const deliveries = new Map()
  const server = createServer(async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    try {
      const headers = { 'content-type': request.headers['content-type'] }
      const answer = await fetch(`${target}/v1/traces`, { method: 'POST', headers, body })
      const atMs = now()
      const answerBody = Buffer.from(await answer.arrayBuffer())
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
      response.end(answerBody)
      if (answer.ok) note(decode(body), atMs)
    } catch {
      // Between two runs nobody listens; an exporter gives up on what is not worth another try.
      response.writeHead(400)
      response.end()
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  function note(spans, atMs) {
    for (const { traceId, resource } of spans) {
      const list = deliveries.get(traceId) ?? []
      list.push({ atMs, service: resource.get('service.name') })
      deliveries.set(traceId, list)
    }
  }

  return {
    url: `http://127.0.0.1:${server.address().port}`,
    sendTo(url) {
      target = url
    },
    /** What was delivered of a trace so far, in order. */
    deliveriesOf: traceId => deliveries.get(traceId) ?? [],
    close() {
      server.close()
      server.closeAllConnections()
    }
  }
}
