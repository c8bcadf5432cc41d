import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** An OTLP endpoint whose spans go where it is told to send them: so one system serves many paths. */
export interface Relay extends AsyncDisposable {
  readonly url: string
  sendTo(otlpEndpoint: string): void
}

export async function startRelay(): Promise<Relay> {
  let target: string | undefined
  const pass = async (body: Buffer, type = ''): Promise<number> => {
    if (target === undefined) return 400
    const headers = { 'content-type': type }
    const answer = await fetch(`${target}/v1/traces`, { method: 'POST', headers, body: new Uint8Array(body) })
    await answer.arrayBuffer()
    return answer.status
  }
  const server = createServer((request, response) => {
    void buffer(request)
      .then(body => pass(body, request.headers['content-type']))
      // Between two runs nobody listens; an exporter gives up on what is not worth another try.
      .catch(() => 400)
      .then(status => response.writeHead(status).end())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sendTo(otlpEndpoint) {
      target = otlpEndpoint
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    }
  }
}
