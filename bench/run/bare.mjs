// The requests of the tests without any test.

import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { Agent, request } from 'undici'

/** Sends so many sampled requests, so many at once; answers with how many seconds that took. */
export async function sendBare(url, { count, jobs, body }) {
  const dispatcher = new Agent({ connections: jobs })
  const started = performance.now()
  let left = count
  const work = async () => {
    while (left-- > 0) {
      const answer = await request(url, {
        method: 'POST',
        dispatcher,
        body,
        headers: {
          'content-type': 'application/json',
          traceparent: `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`
        }
      })
      await answer.body.dump()
      if (answer.statusCode !== 200) throw new Error(`the shop answered ${answer.statusCode}`)
    }
  }
  await Promise.all(Array.from({ length: jobs }, work))
  const seconds = (performance.now() - started) / 1000
  await dispatcher.close()
  return seconds
}

/** Takes spans and forgets them. */
export async function startSink(port) {
  let lastMs = performance.now()
  const server = createServer((incoming, response) => {
    lastMs = performance.now()
    incoming
      .resume()
      .on('end', () => response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end())
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    /** Resolves once no span has come for so long. */
    async quiet(ms) {
      for (let left = ms; left > 0; left = lastMs + ms - performance.now()) await sleep(left)
    },
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    }
  }
}
