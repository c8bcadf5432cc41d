import { setFlagsFromString } from 'node:v8'

const ONE_COMPILATION = ['--no-wasm-dynamic-tiering', '--no-wasm-tier-up']
/** By how many hundredths of what lives in it the heap may grow before it is collected. */
const SMALL_HEAP = '--heap-growing-percent=20'
/** As V8 decides: fourfold, mostly. */
const ANY_HEAP = '--heap-growing-percent=0'

/** What is told to V8, by the major version of Node. Others are left as they are, and hear of no flag they do not know. */
const FLAGS: { readonly [major: string]: readonly string[] } = {
  // A function of so many bytes, four times as many as by default, may be optimized. Later versions have a second, quicker
  // compiler for what is called a few hundred times.
  '20': ['--interrupt-budget=540672', ...ONE_COMPILATION, SMALL_HEAP],
  '22': [...ONE_COMPILATION, SMALL_HEAP],
  '24': [...ONE_COMPILATION, SMALL_HEAP]
}

/** A run of so many tests ends before its heap could become large, and is quicker where it need not be small. */
const FEW_TESTS = 250

/**
 * Leaves the machine to the system under test. In a run of seconds V8 spends a third of all processor time on optimizing
 * what will hardly be called again, the parser of HTTP answers (WebAssembly) alone a fifth of a second and 40 MB, and wins
 * nothing by it. What a test holds while its trace is awaited outlives the collections of young objects, and would lie about
 * until the heap is four times as large as what lives in it. Must be called before the files are read.
 */
export function spareMachine(): void {
  for (const flag of flags()) setFlagsFromString(flag)
}

/** A run of few tests need not spare memory. */
export function spendMemory(tests: number): void {
  if (tests <= FEW_TESTS && flags().includes(SMALL_HEAP)) setFlagsFromString(ANY_HEAP)
}

function flags(): readonly string[] {
  const [major = ''] = process.versions.node.split('.')
  return FLAGS[major] ?? []
}
