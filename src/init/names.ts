import type { SketchedRequest } from './request.ts'

/** What a report calls the test of a request: `POST /checkout`. */
export function testNameOf({ method, url }: Pick<SketchedRequest, 'method' | 'url'>): string {
  return `${method} ${pathOf(url)}`
}

/** The file name of a test, without a folder: `post-checkout.yaml`. */
export function fileNameOf(testName: string): string {
  const words = testName
    .toLowerCase()
    .replace(/\$\{[^}]*\}/g, '')
    .split(/[^a-z0-9]+/)
    .filter(word => word !== '')
  const [method = 'test', ...path] = words
  return `${[method, ...(path.length === 0 ? ['root'] : path)].join('-').slice(0, 60).replace(/-+$/, '')}.yaml`
}

/** Without host, query and fragment, which may be long, or secret. */
function pathOf(url: string): string {
  const bare = url.replace(/^\$\{[^}]*\}/, 'host').replace(/[?#].*$/s, '')
  const path = splitUrl(bare)?.path ?? bare.replace(/^(?:https?:\/\/)?[^/]*/i, '')
  return path === '' ? '/' : path.replaceAll(/\$\{(?:var:)?/g, '{')
}

/** The origin and the rest of a URL; undefined where the origin is not written out. */
export function splitUrl(url: string): { readonly origin: string; readonly path: string } | undefined {
  const [, scheme = 'http://', host, path = ''] =
    /^(https?:\/\/)?([^/?#$\s]+)([/?#].*)?$/is.exec(url.replace(/^\/\//, '')) ?? []
  if (host === undefined) return undefined
  const rooted = path.startsWith('/') ? path : `/${path}`
  return { origin: `${scheme.toLowerCase()}${host}`, path: rooted.replace(/#.*$/s, '') }
}
