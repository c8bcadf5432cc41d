import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { expect, test } from 'vitest'

/** Folder → the folders of src it may import, each listed above it. A folder may always import itself. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  source: [],
  errors: ['source'],
  model: ['source', 'errors'],
  language: ['source', 'errors', 'model'],
  plugin: ['errors', 'model'],
  definition: ['source', 'errors', 'plugin'],
  plan: ['source', 'errors', 'model', 'language', 'plugin', 'definition'],
  judge: ['source', 'errors', 'model', 'language'],
  run: ['source', 'errors', 'model', 'language', 'plugin', 'plan', 'judge'],
  http: ['errors'],
  // The words for a connection that fails are the same, whatever was to travel on it.
  grpc: ['errors', 'http'],
  otlp: ['errors', 'model'],
  doctor: ['errors', 'model', 'plugin', 'plan', 'judge', 'run', 'http', 'otlp'],
  process: ['errors', 'http'],
  triggers: ['errors', 'model', 'plugin', 'http', 'grpc', 'process'],
  backends: ['errors', 'model', 'plugin', 'http', 'grpc', 'otlp'],
  init: ['errors', 'model', 'http'],
  report: ['source', 'errors', 'model', 'plugin', 'otlp'],
  // Shows in a browser what `report/html` wrote.
  viewer: ['source', 'errors', 'model', 'language', 'judge', 'otlp', 'report'],
  cli: [
    'source',
    'errors',
    'model',
    'language',
    'plugin',
    'definition',
    'plan',
    'judge',
    'run',
    'http',
    'grpc',
    'otlp',
    'doctor',
    'process',
    'triggers',
    'backends',
    'init',
    'report'
  ]
}

/** Package or Node module → the places that may import it, as prefixes of paths below src. */
const DOORS: Record<string, readonly string[]> = {
  commander: ['cli/'],
  yaml: ['definition/', 'init/'],
  ajv: ['definition/'],
  chevrotain: ['language/'],
  re2js: ['language/patterns.ts'],
  'json-p3': ['language/patterns.ts'],
  undici: ['http/'],
  '@grpc/grpc-js': ['grpc/'],
  protobufjs: ['triggers/grpc/'],
  kafkajs: ['triggers/kafka/'],
  'rabbitmq-client': ['triggers/rabbitmq/'],
  graphql: ['triggers/graphql/'],
  // Each repeats a look within itself: whether a failure is worth it, only the protocol knows.
  'p-retry': ['http/', 'grpc/'],
  chalk: ['report/'],
  '@opentelemetry/api': ['run/'],
  'node:http': ['otlp/receiver'],
  'node:http2': ['otlp/receiver'],
  'node:https': [],
  'node:net': ['otlp/receiver', 'process/wait-for', 'triggers/kafka/'],
  'node:v8': ['otlp/pack.ts', 'cli/spare-machine.ts'],
  'node:zlib': ['otlp/receiver', 'otlp/pack.ts', 'http/'],
  'node:fs': ['cli/', 'definition/read.ts', 'report/', 'backends/file/'],
  'node:fs/promises': ['cli/', 'definition/read.ts', 'report/', 'backends/file/'],
  'node:child_process': ['process/'],
  'node:process': ['cli/']
}

/** Folders that run in a browser too: nothing of Node at all. */
const WITHOUT_NODE = ['source', 'errors', 'model', 'language', 'judge']

/** Words that are allowed only where effects are: a clock, an environment and a console are passed in. */
const EFFECTS: readonly { readonly pattern: RegExp; readonly allowed: readonly string[] }[] = [
  { pattern: /\bprocess\.(?!\w+:)/, allowed: ['cli/', 'process/'] },
  { pattern: /\bconsole\./, allowed: [] },
  { pattern: /\bDate\.now\(/, allowed: ['cli/'] },
  { pattern: /\bMath\.random\(/, allowed: [] }
]

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map(file => file.split(sep).join('/'))
  .filter(file => file.endsWith('.ts') && !file.includes('/generated/'))
const texts = new Map(files.map(file => [file, readFileSync(join('src', file), 'utf8')]))

interface Import {
  readonly file: string
  readonly target: string
  /** The folder of src it leads to; undefined for a package. */
  readonly folder: string | undefined
}

const imports: readonly Import[] = files.flatMap(file =>
  [
    ...texts.get(file)!.matchAll(/(?:^(?:import|export)\b[^'"]*?\bfrom |^import |\bimport\()\s*'([^']+)'/gm)
  ].map(match => {
    const target = match[1]!
    const path = target.startsWith('.') ? relative('src', join('src', dirname(file), target)) : undefined
    return { file, target, folder: path?.split(sep)[0] }
  })
)

const folderOf = (file: string): string => (file.includes('/') ? file.slice(0, file.indexOf('/')) : '')

test('there are imports to look at', () => {
  expect(imports.length).toBeGreaterThan(50)
})

test('every folder of src is in the table', () => {
  const folders = readdirSync('src', { withFileTypes: true }).filter(entry => entry.isDirectory())
  expect(folders.map(folder => folder.name).filter(name => !(name in MAY_IMPORT))).toEqual([])
})

test('a folder imports only what the table allows', () => {
  const bad = imports.filter(({ file, folder }) => {
    const from = folderOf(file)
    return from !== '' && folder !== undefined && folder !== from && !MAY_IMPORT[from]?.includes(folder)
  })
  expect(bad.map(({ file, target }) => `${file} → ${target}`)).toEqual([])
})

test('the table has no cycle: a folder may import only folders listed above it', () => {
  const order = Object.keys(MAY_IMPORT)
  for (const [folder, allowed] of Object.entries(MAY_IMPORT))
    for (const other of allowed)
      expect(order.indexOf(other), `${folder} → ${other}`).toBeLessThan(order.indexOf(folder))
})

test('plug-ins of one family never import one another; files beside them are shared', () => {
  const bad = imports.filter(({ file, target }) => {
    const [family, plugin] = file.split('/')
    if ((family !== 'triggers' && family !== 'backends') || !target.startsWith('.')) return false
    const [toFamily, toPlugin] = relative('src', join('src', dirname(file), target)).split(sep)
    return toFamily === family && toPlugin !== plugin && !toPlugin?.endsWith('.ts')
  })
  expect(bad.map(({ file, target }) => `${file} → ${target}`)).toEqual([])
})

test('each package has its door', () => {
  const bad = imports.filter(({ file, target, folder }) => {
    if (folder !== undefined) return false
    const name = target.startsWith('node:')
      ? target
      : target
          .split('/')
          .slice(0, target.startsWith('@') ? 2 : 1)
          .join('/')
    const doors = DOORS[name]
    return doors !== undefined && !doors.some(door => file.startsWith(door))
  })
  expect(bad.map(({ file, target }) => `${file} → ${target}`)).toEqual([])
})

test('what a browser runs imports nothing of Node', () => {
  const bad = imports.filter(
    ({ file, target }) => WITHOUT_NODE.includes(folderOf(file)) && target.startsWith('node:')
  )
  expect(bad.map(({ file, target }) => `${file} → ${target}`)).toEqual([])
})

test('the viewer brings nothing of Node with it, nor a package that no browser needs', () => {
  const reached = new Set(['viewer/main.ts'])
  for (const from of reached)
    for (const { file, target, folder } of imports)
      if (file === from && folder !== undefined)
        reached.add(
          relative('src', join('src', dirname(file), target))
            .split(sep)
            .join('/')
        )
  const packages = imports
    .filter(({ file, folder }) => reached.has(file) && folder === undefined)
    .map(({ target }) => target)
  expect([...new Set(packages)].sort()).toEqual(['chevrotain', 'json-p3', 're2js'])
})

test('every relative import names a file that is there', () => {
  const bad = imports.filter(({ file, target }) => {
    if (!target.startsWith('.')) return false
    const path = join('src', dirname(file), target)
    return !path.split(sep).join('/').includes('/generated/') && !existsSync(path)
  })
  expect(bad.map(({ file, target }) => `${file} → ${target}`)).toEqual([])
})

test('effects stay at their doors', () => {
  const bad: string[] = []
  for (const [file, text] of texts) {
    const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|'[^'\n]*'|`[^`]*`/gm, '')
    for (const { pattern, allowed } of EFFECTS)
      if (pattern.test(code) && !allowed.some(door => file.startsWith(door))) bad.push(`${file}: ${pattern}`)
  }
  expect(bad).toEqual([])
})
