import { freePort } from '../../support/free-port.ts'
import { requireOk, startServer } from './server.ts'

/** Zipkin with traces in memory. */
export interface Zipkin extends AsyncDisposable {
  readonly url: string
}

export async function startZipkin(jar: string): Promise<Zipkin> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const armeria = [
    '--armeria.ports[0].ip=127.0.0.1',
    `--armeria.ports[0].port=${port}`,
    '--armeria.ports[0].protocols[0]=http'
  ]
  const server = await startServer({
    name: 'zipkin',
    command: folder =>
      Promise.resolve([
        'java',
        '-Xmx256m',
        '-XX:TieredStopAtLevel=1',
        '-XX:+UseSerialGC',
        `-Djava.io.tmpdir=${folder}`,
        '-jar',
        jar,
        ...armeria
      ]),
    env: { STORAGE_TYPE: 'mem', QUERY_PORT: String(port) },
    isReady: () => requireOk(`${url}/health`)
  })
  return { url, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}
