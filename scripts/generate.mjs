// Compiles the validators of files, and writes what is made of sources: the schemas that editors use, what the grammar
// decides by, a section of a page.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import Ajv2020 from 'ajv/dist/2020.js'
import standaloneCode from 'ajv/dist/standalone/index.js'
import { build } from 'esbuild'
import { loadSources } from './load-sources.mjs'
import { buildViewer } from './viewer.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

const ENTRY = `
import { composeRegistry } from './src/cli/compose.ts'
import { buildSchemas } from './src/definition/schema.ts'
import { publishDefinitionSchema, publishProjectSchema } from './src/definition/schema-published.ts'
import { createMask } from './src/model/mask.ts'
import { schemaParts } from './src/plan/registry.ts'
import { eventSchema } from './src/report/event-schema.ts'
import { jsonReportSchema } from './src/report/json-schema.ts'
export const schemas = buildSchemas(schemaParts(composeRegistry(createMask())))
export const published = {
  'definition.json': publishDefinitionSchema(schemas),
  'project.json': publishProjectSchema(schemas),
  'report.json': jsonReportSchema,
  'events.json': eventSchema
}
`

/** The schemas, from the TypeScript sources as they are now. */
export function loadSchemas() {
  return loadSources(ENTRY)
}

/** Compiles the schemas to code, so that nothing is compiled when tracerun starts. */
export async function compileValidators() {
  const {
    schemas: { plugins, ...schemas },
    published
  } = await loadSchemas()
  const folder = `${root}src/definition/generated/`
  await rm(folder, { recursive: true, force: true })
  await mkdir(`${folder}code`, { recursive: true })
  const parts = { ...plugins }
  for (const [kind, schema] of Object.entries(schemas)) {
    if (kind in plugins) throw new Error(`${kind} is a kind of document and a plug-in`)
    parts[kind] = withoutReferences(schema)
  }
  const places = Object.fromEntries(
    Object.entries(schemas).map(([kind, schema]) => [kind, everyPlaceOf(kind, schema)])
  )
  await Promise.all(
    Object.entries(parts).map(([name, schema]) =>
      writeModule(`${folder}code/${name}.js`, `${declared(schema)}\n${sharing(schema, compile(schema))}`)
    )
  )
  await writeModule(`${folder}report.js`, compile(published['report.json']))
  await writeFile(
    `${folder}report.d.ts`,
    [
      "import type { CompiledValidator } from '../validators.ts'",
      'export declare const validate: CompiledValidator',
      ''
    ].join('\n')
  )
  const loaders = Object.keys(parts).map(name => `  ${name}: () => import('./code/${name}.js')`)
  await writeFile(
    `${folder}validators.js`,
    [
      `export const places = ${JSON.stringify(places)}`,
      `export const loaders = {\n${loaders.join(',\n')}\n}`,
      ''
    ].join('\n')
  )
  await writeFile(
    `${folder}validators.d.ts`,
    [
      "import type { PluginPlace, ValidatorCode } from '../validators.ts'",
      'export declare const places: Readonly<Record<string, readonly PluginPlace[]>>',
      'export declare const loaders: Readonly<Record<string, () => Promise<ValidatorCode>>>',
      ''
    ].join('\n')
  )
}

function compile(schema) {
  const ajv = new Ajv2020({
    allErrors: true,
    messages: false,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    validateFormats: false,
    allowUnionTypes: true,
    inlineRefs: false,
    code: { source: true, esm: true, lines: false }
  })
  ajv.addVocabulary(['x-fix', 'x-empty', 'x-names', 'x-silent', 'x-idle', 'x-home'])
  ajv.addSchema(schema, 'validate')
  return standaloneCode(ajv, { validate: 'validate' })
}

/** Code that brings what it needs with it. */
function writeModule(outfile, code) {
  return build({
    absWorkingDir: root,
    stdin: { contents: code, resolveDir: root, loader: 'js' },
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    minify: true,
    outfile,
    logLevel: 'warning'
  })
}

/** As text: to read JSON takes a fraction of the time that code takes. */
function declared(schema) {
  return `export const schema = JSON.parse(${JSON.stringify(JSON.stringify(schema))})`
}

/** Code that has no copy of its schema. */
function sharing(schema, code) {
  const copy = ` = ${JSON.stringify(schema)};`
  if (!code.includes(copy)) throw new Error('the code of a validator holds its schema in another form')
  return code.replace(copy, () => ' = schema;')
}

/** Each kind of document and the options of each plug-in are checked by code of their own, loaded where a file has them. */
function withoutReferences(schema) {
  if (Array.isArray(schema)) return schema.map(withoutReferences)
  if (typeof schema !== 'object' || schema === null) return schema
  if ('$ref' in schema) return {}
  return Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, withoutReferences(part)]))
}

/** A reference that no place leads to would be checked by nobody. */
function everyPlaceOf(name, schema) {
  const places = placesOfPlugins(schema, [])
  const referred = JSON.stringify(schema).match(/"\$ref":/g)?.length ?? 0
  const found = new Set(places.map(({ reference }) => reference)).size
  if (found !== referred) throw new Error(`${name}: ${referred - found} references have no place`)
  return places.map(({ path, plugin }) => ({ path, plugin }))
}

/** Where in a value the options of plug-ins stand: paths of keys, of which `*` is any. */
function placesOfPlugins(schema, path) {
  if (typeof schema !== 'object' || schema === null) return []
  if ('$ref' in schema) return [{ path, plugin: schema.$ref, reference: schema }]
  const { properties = {}, patternProperties = {}, additionalProperties } = schema
  return [
    ...Object.entries(properties).flatMap(([key, part]) => placesOfPlugins(part, [...path, key])),
    ...Object.entries(patternProperties).flatMap(([pattern, part]) =>
      (/^\^\(\?:(.*)\)\$$/.exec(pattern)?.[1]?.split('|') ?? []).flatMap(key =>
        placesOfPlugins(part, [...path, key])
      )
    ),
    ...placesOfPlugins(additionalProperties, [...path, '*'])
  ]
}

/** Writes `schemas/`; with `isCheck`, only says which of its files are stale. */
export async function writeSchemas(isCheck = false) {
  const { published } = await loadSchemas()
  const stale = []
  for (const [name, schema] of Object.entries(published)) {
    const path = `${root}schemas/${name}`
    const text = `${JSON.stringify(schema, null, 2)}\n`
    const written = await readFile(path, 'utf8').catch(() => '')
    if (written === text) continue
    stale.push(name)
    if (!isCheck) await writeFile(path, text)
  }
  return stale
}

/** Writes the list of differences from Tracetest into its page; with `isCheck`, only says whether the page is stale. */
export async function writeDifferences(isCheck = false) {
  const name = 'docs/from-tracetest.md'
  const { renderPage } = await loadSources(`export * from './test/conformance/differences-page.ts'`)
  const page = await readFile(`${root}${name}`, 'utf8')
  const rendered = renderPage(page)
  if (rendered === page) return []
  if (!isCheck) await writeFile(`${root}${name}`, rendered)
  return [name]
}

/** Writes what the grammar decides by; with `isCheck`, only says whether it is stale. */
export async function writeDecisions(isCheck = false) {
  const name = 'src/language/decisions.ts'
  const { renderDecisions } = await loadSources(`export * from './test/support/render-decisions.ts'`)
  const rendered = renderDecisions()
  if ((await readFile(`${root}${name}`, 'utf8')) === rendered) return []
  if (!isCheck) await writeFile(`${root}${name}`, rendered)
  return [name]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const isCheck = process.argv.includes('--check')
  await Promise.all([compileValidators(), buildViewer()])
  const schemas = await writeSchemas(isCheck)
  const stale = [
    ...schemas.map(name => `schemas/${name}`),
    ...(await writeDecisions(isCheck)),
    ...(await writeDifferences(isCheck))
  ]
  for (const name of stale) console.log(`${name} ${isCheck ? 'is stale: run npm run generate' : 'written'}`)
  if (isCheck && stale.length > 0) process.exitCode = 1
}
