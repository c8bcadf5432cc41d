// Builds the program of the HTML report, and writes it where its reporter finds it: as text.
import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Without the data, the report stays below this. */
const MOST_BYTES = 1_000_000

/** Bundles `src/viewer` into one script and one style; resolves to how many bytes both take. */
export async function buildViewer() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { viewer: 'src/viewer/main.ts', style: 'src/viewer/style/main.css' },
    outdir: 'viewer',
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: ['chrome123', 'firefox121', 'safari17.5'],
    mainFields: ['module', 'main'],
    minify: true,
    charset: 'ascii',
    legalComments: 'none',
    logLevel: 'warning'
  })
  const textOf = name => outputFiles.find(({ path }) => path.endsWith(name)).text.trim()
  const script = textOf('viewer.js')
  const style = textOf('style.css')
  // An element ends at its closing tag, wherever in the text that stands.
  if (/<\/script|<!--/i.test(script)) throw new Error('the viewer holds what would end its element')
  if (/<\/style/i.test(style)) throw new Error('the style holds what would end its element')
  const bytes = Buffer.byteLength(script) + Buffer.byteLength(style)
  if (bytes > MOST_BYTES) throw new Error(`the viewer takes ${bytes} bytes, more than ${MOST_BYTES}`)
  const values = { script, style, scriptHash: hashOf(script), styleHash: hashOf(style) }
  const names = Object.keys(values)
  const folder = `${root}src/report/html/generated/`
  await mkdir(folder, { recursive: true })
  await Promise.all([
    writeFile(
      `${folder}viewer.js`,
      names.map(name => `export const ${name} = ${JSON.stringify(values[name])}\n`).join('')
    ),
    writeFile(`${folder}viewer.d.ts`, names.map(name => `export declare const ${name}: string\n`).join(''))
  ])
  return bytes
}

function hashOf(text) {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  console.log(`the viewer takes ${((await buildViewer()) / 1000).toFixed(0)} kB`)
