declare const __VERSION__: string | undefined

/** As in package.json: the build puts it in. */
export const VERSION: string = typeof __VERSION__ === 'string' ? __VERSION__ : '0.0.0-source'

/** What `--version` prints: what a report of a bug needs. The first word is for scripts. */
export const VERSION_LINE: string = `tracerun/${VERSION} ${process.platform}-${process.arch} node-${process.version}`
