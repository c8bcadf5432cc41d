import { once } from 'node:events'
import { createConnection, createServer, type Socket } from 'node:net'

/** Stands between a client and a broker, and keeps what is handed over. */
export interface Tap extends AsyncDisposable {
  /** How many messages came by. */
  readonly seen: number
}

interface TapOptions {
  readonly port: number
  /** `host:port` of the broker. */
  readonly to: string
  /** Whether what the client wrote at once hands over a message. */
  readonly isMessage: (written: Buffer) => boolean
  /** Keeps it to itself, or ends the connection. */
  readonly does: 'swallow' | 'break'
}

export async function startTap({ port, to, isMessage, does }: TapOptions): Promise<Tap> {
  const sockets = new Set<Socket>()
  const keep = (socket: Socket): Socket => {
    sockets.add(socket)
    return socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
  }
  let seen = 0
  const server = createServer(client => {
    const [host, brokerPort] = to.split(':')
    const broker = keep(createConnection(Number(brokerPort), host))
    keep(client).on('data', (written: Buffer) => {
      if (!isMessage(written)) {
        broker.write(written)
        return
      }
      seen++
      if (does === 'break') client.destroy()
    })
    broker.pipe(client)
    client.on('close', () => broker.destroy())
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    get seen() {
      return seen
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    }
  }
}
