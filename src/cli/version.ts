declare const __VERSION__: string | undefined

/** As in package.json: the build puts it in. */
export const VERSION: string = typeof __VERSION__ === 'string' ? __VERSION__ : '0.0.0-source'
