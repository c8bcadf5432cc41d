import { relative, resolve, sep } from 'node:path'
import { build } from 'esbuild'

/** In bytes: to find and open a file takes longer than to read ten times as much code. */
const TOO_SMALL = 1000

/**
 * A plug-in of esbuild for few, larger chunks: without it, each module that a part loaded on use shares with what
 * loaded that part is a file of its own. Such a part is entered by way of a module that imports, beside the part,
 * what is there before it: nothing more is loaded, and esbuild knows that it may stay together. Modules that would be
 * a tiny file even so are loaded with the first part.
 */
export async function loadedBefore(options) {
  const { absWorkingDir: root, entryPoints } = options
  const { metafile } = await build({ ...options, write: false, metafile: true })
  const before = modulesBefore(metafile.inputs, Object.values(entryPoints), tinyModules(metafile))
  return {
    name: 'loaded-before',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\./ }, ({ kind, resolveDir, path }) => {
        if (kind !== 'dynamic-import') return undefined
        const part = relative(root, resolve(resolveDir, path)).split(sep).join('/')
        if (!part.startsWith('src/')) return undefined
        return { namespace: 'loaded-on-use', path: part }
      })
      onLoad({ filter: /./, namespace: 'loaded-on-use' }, ({ path }) => ({
        contents: [
          `export * from './${path}'`,
          ...before.get(path).map(module => `import './${module}'`)
        ].join('\n'),
        resolveDir: root
      }))
    }
  }
}

/** Our modules that share a file with nothing larger, and need nothing. */
function tinyModules({ inputs, outputs }) {
  return Object.values(outputs)
    .filter(({ bytes, entryPoint }) => entryPoint === undefined && bytes < TOO_SMALL)
    .flatMap(output => Object.keys(output.inputs))
    .filter(module => module.startsWith('src/') && inputs[module].imports.length === 0)
}

/** By each part that is loaded on use: our modules that are loaded already, or with it, whatever the way to it. */
function modulesBefore(inputs, starts, tiny) {
  const targets = (module, kind) =>
    inputs[module].imports.filter(one => one.kind === kind && !one.external).map(({ path }) => path)
  const partsOf = modules => new Set([...modules].flatMap(module => targets(module, 'dynamic-import')))
  const withImports = entry => {
    const found = new Set([entry])
    for (const module of found) for (const path of targets(module, 'import-statement')) found.add(path)
    return found
  }

  const parts = partsOf(Object.keys(inputs))
  const firstParts = partsOf(starts)
  const loads = new Map([...starts, ...parts].map(entry => [entry, withImports(entry)]))
  for (const part of firstParts) loads.set(part, new Set([...loads.get(part), ...tiny]))
  const loaders = new Map([...parts].map(part => [part, []]))
  for (const [entry, modules] of loads) for (const part of partsOf(modules)) loaders.get(part).push(entry)

  const before = new Map(starts.map(start => [start, new Set()]))
  for (let isSettled = false; !isSettled; ) {
    isSettled = true
    for (const part of parts) {
      // Ways that were not walked yet take nothing away.
      const ways = loaders.get(part).filter(entry => before.has(entry))
      if (ways.length === 0) continue
      const [first, ...others] = ways.map(entry => new Set([...before.get(entry), ...loads.get(entry)]))
      const found = new Set([...first].filter(module => others.every(way => way.has(module))))
      isSettled &&= before.get(part)?.size === found.size
      before.set(part, found)
    }
  }
  // What starts waits for the parts that it loads: they cannot wait for it.
  const isOurs = module => module.startsWith('src/') && !starts.includes(module)
  return new Map(
    [...before].map(([part, modules]) => [
      part,
      [...new Set([...modules, ...(firstParts.has(part) ? tiny : [])])].filter(isOurs)
    ])
  )
}
