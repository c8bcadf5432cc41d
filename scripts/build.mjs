// Builds what a user runs: validators, the bundled CLI, the library and its types.
import { spawn } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { compileValidators } from './generate.mjs'
import { leanChevrotain } from './lean-chevrotain.mjs'
import { loadedBefore } from './loaded-before.mjs'
import { buildViewer } from './viewer.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'))

await Promise.all([compileValidators(), buildViewer()])
await rm(`${root}dist`, { recursive: true, force: true })

/** From Node 24 on, each answer of Kafka would print a warning: the client waits for a moment that is long past. */
const quietKafka = {
  name: 'quiet-kafka',
  setup({ onLoad }) {
    onLoad({ filter: /kafkajs[\\/]src[\\/]network[\\/]requestQueue[\\/]index\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8')
      const contents = text.replace(/= (this\.throttledUntil - Date\.now\(\))/, '= Math.max(1, $1)')
      if (contents === text) throw new Error(`${path} has no wait that may be negative any more: remove this`)
      return { contents }
    })
  }
}

const shared = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // A CommonJS package that is imported on use would arrive without its named exports.
  mainFields: ['module', 'main'],
  // What yaml offers to Node is CommonJS, of which nothing can be left out.
  alias: { yaml: `${root}node_modules/yaml/browser/dist/index.js` },
  define: { __VERSION__: JSON.stringify(version) },
  // CommonJS packages in the bundle ask for `require` when they load Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);"
  },
  legalComments: 'none',
  logLevel: 'warning'
}

const commandLine = {
  ...shared,
  alias: { ...shared.alias, undici: `${root}scripts/lean-undici.cjs` },
  entryPoints: { main: 'src/cli/main.ts' },
  outdir: 'dist/cli',
  splitting: true,
  minifySyntax: true,
  minifyWhitespace: true,
  chunkNames: 'chunks/[name]-[hash]'
}

await Promise.all([
  build({
    ...commandLine,
    plugins: [quietKafka, leanChevrotain, await loadedBefore({ ...commandLine, plugins: [leanChevrotain] })]
  }),
  build({ ...shared, entryPoints: { index: 'src/index.ts' }, outdir: 'dist', packages: 'external' }),
  process.argv.includes('--no-types') ? undefined : emitTypes()
])

function emitTypes() {
  return new Promise((resolve, reject) => {
    const compiler = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url))
    const child = spawn(process.execPath, [compiler, '--emitDeclarationOnly', '--outDir', 'dist/types'], {
      cwd: root,
      stdio: 'inherit'
    })
    child.on('error', reject)
    child.on('exit', code => (code === 0 ? resolve() : reject(new Error(`tsc ended with ${code}`))))
  })
}
