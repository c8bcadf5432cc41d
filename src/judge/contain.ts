import { parseJsonStructure } from '../language/json.ts'
import { isArray, isMap, textOf, type Value } from '../language/values.ts'
import { asRead, equals, equalsDeeply, isStructure, type Operand } from './equal.ts'

function containsValue(items: readonly Value[], value: Value): boolean {
  return items.some(item => equalsDeeply(item, value))
}

/**
 * Whether one structure holds another: a map every key of it with a value that holds its value, an array for each of
 * its elements one of its own, in any order. Equal elements are counted: two of them need two.
 */
function hasSubset(whole: Value, part: Value): boolean {
  if (isMap(part)) {
    if (isArray(whole)) return whole.some(item => isMap(item) && hasSubset(item, part))
    return (
      isMap(whole) &&
      Object.keys(part).every(key => Object.hasOwn(whole, key) && hasSubset(whole[key]!, part[key]!))
    )
  }
  if (isArray(part)) return isArray(whole) && hasElements(whole, part)
  return equalsDeeply(whole, part)
}

/** Gives every wanted element one of its own, by augmenting paths: a greedy choice may take the wrong one. */
function hasElements(whole: readonly Value[], part: readonly Value[]): boolean {
  if (part.length > whole.length) return false
  const candidates = part.map(wanted => whole.flatMap((item, at) => (hasSubset(item, wanted) ? [at] : [])))
  const owners: (number | undefined)[] = []
  const places: (number | undefined)[] = []
  const place = (first: number): boolean => {
    const askedBy = new Map<number, number>()
    const queue = [first]
    for (const wanted of queue) {
      for (const at of candidates[wanted]!) {
        if (askedBy.has(at)) continue
        askedBy.set(at, wanted)
        const owner = owners[at]
        if (owner !== undefined) {
          queue.push(owner)
          continue
        }
        // Back along the path: each element goes to the one that asked for it, which frees the one it had.
        for (let free: number | undefined = at; free !== undefined; ) {
          const asking: number = askedBy.get(free)!
          const freed: number | undefined = places[asking]
          owners[free] = asking
          places[asking] = free
          free = freed
        }
        return true
      }
    }
    return false
  }
  return candidates.every((_, wanted) => place(wanted))
}

/**
 * Text in text, an element in an array, a structure in a structure; a text of JSON counts as what it says.
 * Nothing where the types do not go together.
 */
export function contains(left: Operand, right: Operand): boolean | undefined {
  const [a, b] = [left.value, right.value]
  if (typeof a === 'string') {
    const structure = parseJsonStructure(a)
    if (structure === undefined) return isStructure(b) ? undefined : a.includes(textOf(b))
    const part = typeof b === 'string' ? parseJsonStructure(b) : b
    if (part !== undefined && isStructure(part)) return hasSubset(structure, part)
    if (typeof b === 'string' || !isArray(structure)) return a.includes(textOf(b))
    return containsValue(structure, b)
  }
  if (isStructure(a)) {
    const part = typeof b === 'string' ? (parseJsonStructure(b) ?? b) : b
    if (isStructure(part)) return hasSubset(a, part) || (isArray(a) && containsValue(a, part))
    if (!isArray(a)) return undefined
    return a.some(item => equals(asRead(item), right) === true)
  }
  return isStructure(b) ? undefined : textOf(a).includes(textOf(b))
}

/** As {@link contains}, but both sides must be JSON objects or arrays, or texts of them. */
export function containsJson(left: Operand, right: Operand): boolean | undefined {
  const [whole, part] = [left.value, right.value].map(value =>
    typeof value === 'string' ? parseJsonStructure(value) : value
  )
  if (whole === undefined || part === undefined || !isStructure(whole) || !isStructure(part)) return undefined
  return hasSubset(whole, part)
}
