/** How much more is tried than in `npm test`: the wider suite sets it. */
const factor = Number(process.env['FUZZ_FACTOR'] ?? 1)

/** So many tries in `npm test`, and as many more as `FUZZ_FACTOR` says. */
export const runs = (count: number): number => Math.ceil(count * factor)
