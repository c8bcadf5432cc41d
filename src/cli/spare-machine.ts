import { setFlagsFromString } from 'node:v8'

/** What is told to V8, by the major version of Node. Others are left as they are, and hear of no flag they do not know. */
interface Flags {
  readonly processor: readonly string[]
  readonly memory: readonly string[]
}

const ONE_COMPILATION = ['--no-wasm-dynamic-tiering', '--no-wasm-tier-up']
/** In hundredths of what lives in it, a heap may grow before it is collected; by default fourfold. */
const SMALL_HEAP = ['--heap-growing-percent=20']

const FLAGS: { readonly [major: string]: Flags } = {
  // A function of so many bytes, four times as many as by default, may be optimized. Later versions have a second, quicker
  // compiler for what is called a few hundred times.
  '20': { processor: ['--interrupt-budget=540672', ...ONE_COMPILATION], memory: SMALL_HEAP },
  '22': { processor: ONE_COMPILATION, memory: SMALL_HEAP },
  '24': { processor: ONE_COMPILATION, memory: SMALL_HEAP }
}

/** A run of so many tests ends before a larger heap would be a burden. */
const FEW_TESTS = 250

/**
 * Leaves the processor to the system under test. In a run of seconds V8 spends a third of all processor time on optimizing
 * what will hardly be called again, the parser of HTTP answers (WebAssembly) alone a fifth of a second and 40 MB, and wins
 * nothing by it. Must be called before the first request.
 */
export function spareProcessor(): void {
  tell('processor')
}

/**
 * Keeps the heap of a long run small. Whatever a test holds outlives the collections of young objects while its trace is
 * awaited, and would then lie about until the heap is four times as large as what lives in it.
 */
export function spareMemory(tests: number): void {
  if (tests > FEW_TESTS) tell('memory')
}

function tell(what: keyof Flags): void {
  const [major = ''] = process.versions.node.split('.')
  for (const flag of FLAGS[major]?.[what] ?? []) setFlagsFromString(flag)
}
