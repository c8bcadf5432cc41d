// The TypeScript sources as they are now, for scripts and benchmarks: nothing needs to be built before.
import { rm } from 'node:fs/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
let loaded = 0

/** What a module of the given text exports; it stands at the root of the project. */
export async function loadSources(contents) {
  // Where packages are found from.
  const outfile = `${root}node_modules/.cache/tracerun/sources-${process.pid}-${loaded++}.mjs`
  await build({
    absWorkingDir: root,
    stdin: { contents, resolveDir: root, loader: 'ts' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    outfile,
    define: { __VERSION__: '""' },
    logLevel: 'warning'
  })
  try {
    return await import(pathToFileURL(outfile).href)
  } finally {
    await rm(outfile, { force: true })
  }
}
