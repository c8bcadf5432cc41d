/** How many bytes are fetched at once. */
const POOL_BYTES = 4096

/** Gives so many strong random bytes, fetched in advance: to ask for eight takes as long as to ask for thousands. */
export function createRandom(): (size: number) => Uint8Array {
  let pool = new Uint8Array(0)
  return size => {
    // Not of `node:crypto`: that takes longer to load than all the rest.
    if (pool.length < size) pool = crypto.getRandomValues(new Uint8Array(Math.max(size, POOL_BYTES)))
    const bytes = pool.slice(0, size)
    pool = pool.subarray(size)
    return bytes
  }
}
