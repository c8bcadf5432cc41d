type Random = () => number

const FIRST_NAMES = [
  'Ada',
  'Alan',
  'Barbara',
  'Claude',
  'Dennis',
  'Edsger',
  'Frances',
  'Grace',
  'Hedy',
  'Ida',
  'Jean',
  'Katherine',
  'Leslie',
  'Margaret',
  'Niklaus',
  'Radia',
  'Sophie',
  'Tony'
] as const
const LAST_NAMES = [
  'Allen',
  'Bartik',
  'Clarke',
  'Diaz',
  'Engelbart',
  'Feinler',
  'Goldberg',
  'Hamilton',
  'Johnson',
  'Keller',
  'Lamarr',
  'Moore',
  'Naur',
  'Perlman',
  'Rhodes',
  'Sammet',
  'Turing',
  'Wilson'
] as const

/** A name in its two parts. */
export function randomName(random: Random): { readonly first: string; readonly last: string } {
  return { first: oneOf(FIRST_NAMES, random), last: oneOf(LAST_NAMES, random) }
}

/** An int from `low` to `high`, both included. */
export function randomInt(random: Random, low: bigint, high: bigint): bigint {
  const span = high - low + 1n
  if (span <= BigInt(Number.MAX_SAFE_INTEGER)) return low + BigInt(Math.floor(random() * Number(span)))
  // More bits than a double has: made of pieces, with enough to spare for the remainder to be even.
  let value = 0n
  for (let bits = 0; bits < span.toString(2).length + 32; bits += 32)
    value = (value << 32n) | BigInt(Math.floor(random() * 2 ** 32))
  return low + (value % span)
}

export function randomDigits(random: Random, count: number): string {
  return Array.from({ length: count }, () => Math.floor(random() * 10)).join('')
}

/** Version 4, as RFC 9562 lays it out. */
export function randomUuid(random: Random): string {
  return 'xxxxxxxx-xxxx-4xxx-Vxxx-xxxxxxxxxxxx'.replace(/[xV]/g, place => {
    const digit = Math.floor(random() * 16)
    return (place === 'x' ? digit : (digit & 3) | 8).toString(16)
  })
}

/** 16 digits, the last one the check digit of the others. */
export function randomCreditCard(random: Random): string {
  const digits = `4${randomDigits(random, 14)}`
  let sum = 0
  for (const [index, digit] of [...digits].entries()) {
    const doubled = Number(digit) * (index % 2 === 0 ? 2 : 1)
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return `${digits}${(10 - (sum % 10)) % 10}`
}

function oneOf(names: readonly [string, ...string[]], random: Random): string {
  return names[Math.floor(random() * names.length)] ?? names[0]
}
