import { deserialize, serialize } from 'node:v8'
import { deflateRawSync, inflateRawSync } from 'node:zlib'

/** The fastest: most of what there is to gain lies in repeated keys, and those are near. Little is set up for each value. */
const OPTIONS = { level: 1, windowBits: 13, memLevel: 5, chunkSize: 4096 }

/** A value in a fraction of its memory, for one that is hardly ever looked at again. Maps, bytes and bigints are kept. */
export function pack(value: unknown): Uint8Array {
  const packed = deflateRawSync(serialize(value), OPTIONS)
  // A copy: what zlib gives is the beginning of a buffer of many times its size.
  return new Uint8Array(packed)
}

/** An equal of what `pack` was given. */
export function unpack(packed: Uint8Array): unknown {
  return deserialize(inflateRawSync(packed, { windowBits: OPTIONS.windowBits }))
}
