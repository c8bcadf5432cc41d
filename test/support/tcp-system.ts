import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** A port of 127.0.0.1 behind which is no broker. */
export interface TcpSystem extends AsyncDisposable {
  /** `host:port` */
  readonly address: string
  /** How many connections there were. */
  readonly connections: number
  /** Those that are open now. */
  readonly open: ReadonlySet<Socket>
}

/** Does with each connection what it is told; without it, nothing. */
export async function startTcpSystem(
  onConnection: (socket: Socket) => void = () => undefined
): Promise<TcpSystem> {
  const open = new Set<Socket>()
  let connections = 0
  const server = createServer(socket => {
    connections++
    open.add(socket)
    socket
      .on('error', () => undefined)
      .on('close', () => open.delete(socket))
      .resume()
    onConnection(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connections() {
      return connections
    },
    open,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    }
  }
}
