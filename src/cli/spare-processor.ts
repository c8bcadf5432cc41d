import { setFlagsFromString } from 'node:v8'

/** What is told to V8, by the major version of Node. Others are left as they are, and hear of no flag they do not know. */
const FLAGS: { readonly [major: string]: readonly string[] } = {
  // A function of so many bytes, four times as many as by default, may be optimized. Later versions have a second, quicker
  // compiler for what is called a few hundred times.
  '20': ['--interrupt-budget=540672', '--no-wasm-dynamic-tiering', '--no-wasm-tier-up'],
  '22': ['--no-wasm-dynamic-tiering', '--no-wasm-tier-up'],
  '24': ['--no-wasm-dynamic-tiering', '--no-wasm-tier-up']
}

/**
 * Leaves the processor to the system under test. In a run of seconds V8 spends a third of all processor time on optimizing
 * what will hardly be called again, the parser of HTTP answers (WebAssembly) alone a fifth of a second and 40 MB, and wins
 * nothing by it. Must be called before the first request.
 */
export function spareProcessor(): void {
  const [major = ''] = process.versions.node.split('.')
  for (const flag of FLAGS[major] ?? []) setFlagsFromString(flag)
}
