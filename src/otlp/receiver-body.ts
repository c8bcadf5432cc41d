import type { Readable } from 'node:stream'
import { gunzip } from 'node:zlib'

/** Why a body could not be taken. */
export class BodyError extends Error {
  readonly reason: 'too-large' | 'busy' | 'cut' | 'not-gzip'

  constructor(reason: BodyError['reason'], message: string) {
    super(message)
    this.reason = reason
  }
  override get name(): 'BodyError' {
    return 'BodyError'
  }
}

/** Reads bodies within bounds: each one, and all that are under way together. */
export class BodyReader {
  readonly #maxBytes: number
  readonly #maxInFlightBytes: number
  #inFlightBytes = 0
  #lastGunzip: Promise<unknown> = Promise.resolve()

  constructor(maxBytes: number, maxInFlightBytes: number) {
    this.#maxBytes = maxBytes
    this.#maxInFlightBytes = maxInFlightBytes
  }

  /** Reads a body and hands it to `use`; rejects with `BodyError`. Its size is on the account until `use` is done. */
  async read<Result>(
    stream: Readable,
    declaredBytes: number | undefined,
    use: (body: Buffer) => Promise<Result>
  ): Promise<Result> {
    let taken = 0
    const take = (bytes: number): BodyError | undefined => {
      taken += bytes
      this.#inFlightBytes += bytes
      if (taken > this.#maxBytes) return this.#tooLarge()
      if (this.#inFlightBytes > this.#maxInFlightBytes)
        return new BodyError('busy', 'too many requests at once for the memory of the receiver')
      return undefined
    }
    try {
      if (declaredBytes !== undefined && declaredBytes > this.#maxBytes) throw this.#tooLarge()
      return await use(await collect(stream, take))
    } catch (error) {
      // What is still to come is thrown away, so that the sender gets to read the answer.
      stream.resume()
      throw error
    } finally {
      this.#inFlightBytes -= taken
    }
  }

  /** Decompresses up to the limit; one body at a time, so that many small ones cannot become many large ones at once. */
  async gunzip(compressed: Uint8Array): Promise<Uint8Array> {
    const result = this.#lastGunzip.then(() => this.#gunzip(compressed))
    this.#lastGunzip = result.catch(() => undefined)
    return await result
  }

  #gunzip(compressed: Uint8Array): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      gunzip(compressed, { maxOutputLength: this.#maxBytes }, (error, body) => {
        if (error === null) resolve(body)
        else if ('code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') reject(this.#tooLarge())
        else reject(new BodyError('not-gzip', `the body is not gzip: ${error.message}`))
      })
    })
  }

  #tooLarge(): BodyError {
    return new BodyError('too-large', `a body of more than ${this.#maxBytes} bytes`)
  }
}

function collect(stream: Readable, take: (bytes: number) => BodyError | undefined): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const finish = (error?: BodyError): void => {
      stream.off('data', onData)
      stream.off('end', onEnd)
      stream.off('close', onCut)
      if (error === undefined) resolve(Buffer.concat(chunks))
      else reject(error)
    }
    const onData = (chunk: Buffer): void => {
      const error = take(chunk.byteLength)
      if (error === undefined) chunks.push(chunk)
      else finish(error)
    }
    const onEnd = (): void => finish()
    const onCut = (): void => finish(new BodyError('cut', 'the request ended before its body'))
    stream.on('data', onData)
    stream.on('end', onEnd)
    stream.on('close', onCut)
    // Whoever is gone in the middle is not our error; `close` follows.
    stream.on('error', () => undefined)
  })
}
