import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { ISocketFactory } from 'kafkajs'

/** What became of a connection. */
export interface Seen {
  isConnected: boolean
  /** The first that the other side said. */
  head: Buffer | undefined
  isClosed: boolean
  error: unknown
}

/** What came is no answer to what was asked. */
export class NotKafka extends Error {}

const LARGEST_ANSWER = 100 * 1024 * 1024

/** Whether what came first may be the answer to the first question: its length, and the number of the question. */
function mayAnswer(chunk: Buffer): boolean {
  if (chunk.length < 4) return true
  const length = chunk.readInt32BE(0)
  return length >= 4 && length <= LARGEST_ANSWER && (chunk.length < 8 || chunk.readInt32BE(4) === 0)
}

/** Stands for an address that the client would cut at its first colon. */
export const IPV6_BROKER = 'ipv6-broker'

/** The connections of one client: what became of them, and a way to end them all at once. */
export class Connections {
  readonly #sockets = new Set<Socket>()
  readonly #seen = new Map<string, Seen>()
  readonly #ipv6Host: string | undefined
  #isOver = false

  constructor(ipv6Host?: string) {
    this.#ipv6Host = ipv6Host
  }

  /** Makes a connection, as the client wants it. */
  readonly open: ISocketFactory = ({ host: asked, port, ssl, onConnect }) => {
    const host = asked === IPV6_BROKER ? (this.#ipv6Host ?? asked) : asked
    // The type leaves out that there may be none.
    const tls = ssl as typeof ssl | undefined
    const socket = tls
      ? connectTls({ host, port, ...(isIP(host) === 0 && { servername: host }), ...tls }, onConnect)
      : connect({ host, port }, onConnect)
    const seen: Seen = { isConnected: false, head: undefined, isClosed: false, error: undefined }
    // Of several connections to one address, the first that failed says why.
    const address = `${asked}:${port}`
    if (this.#seen.get(address)?.error === undefined) this.#seen.set(address, seen)
    this.#sockets.add(socket)
    socket.once('connect', () => {
      seen.isConnected = true
    })
    // The client throws where nobody catches it if what comes is not of Kafka.
    const push = socket.push.bind(socket)
    socket.push = (chunk: unknown, encoding) => {
      if (seen.head !== undefined || !Buffer.isBuffer(chunk)) return push(chunk, encoding)
      seen.head = chunk.subarray(0, 8)
      if (mayAnswer(chunk)) return push(chunk, encoding)
      socket.destroy(new NotKafka())
      return false
    }
    socket.once('error', (error: unknown) => {
      if (!this.#isOver) seen.error = error
    })
    socket.once('end', () => {
      seen.isClosed = !this.#isOver
    })
    socket.once('close', () => {
      this.#sockets.delete(socket)
    })
    if (this.#isOver) socket.destroy(new Error('no more connections are made'))
    return socket
  }

  /** What became of the connection to an address. */
  at(address: string): Seen | undefined {
    return this.#seen.get(address)
  }

  /** Ends all connections, and those that are still made; what waits for an answer learns of it. */
  end(): void {
    this.close(new Error('the connection is ended'))
  }

  /** Ends all connections when nothing is awaited any more. */
  close(reason?: Error): void {
    this.#isOver = true
    for (const socket of this.#sockets) socket.destroy(reason)
  }
}
