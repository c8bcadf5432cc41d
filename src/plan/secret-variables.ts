import type { TemplateNode } from '../language/ast.ts'
import { walkNodes } from '../language/walk.ts'
import type { OptionPath } from '../plugin/trigger.ts'
import type { PlacedTemplate } from './fill-options.ts'

/** Headers whose values are credentials, whoever wrote them. */
export const CREDENTIAL_HEADERS: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization'])

/** Variables for a command whose names say that they are secret. */
export const SECRET_NAME: RegExp =
  /(?:^|_)(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|API_?KEY|PRIVATE_KEY|ACCESS_KEY)(?:_|$)/i

/** Names of variables that go into secret places of the options: those of the trigger, headers and variables that hold credentials. */
export function secretVariables(
  templates: readonly PlacedTemplate[],
  secretPaths: readonly OptionPath[],
  options: unknown
): readonly string[] {
  const secret = new Set(secretPaths.map(path => path.join('/')))
  return templates
    .filter(({ path }) => secret.has(path.join('/')) || isCredential(options, path))
    .flatMap(({ template }) => variablesIn(template))
}

/** Names of the variables that a text reads. */
export function variablesIn(template: TemplateNode): readonly string[] {
  const names: string[] = []
  walkNodes(template, node => {
    if (node.kind === 'variable') names.push(node.name)
  })
  return names
}

/** The value of an entry whose key is that of a credential, or of a variable whose name says so. */
function isCredential(options: unknown, path: OptionPath): boolean {
  if (path[0] === 'env') return SECRET_NAME.test(String(path[1]))
  if (path.at(-1) !== 'value') return false
  let entry = options
  for (const step of path.slice(0, -1)) entry = (entry as Readonly<Record<string | number, unknown>>)[step]
  const { key } = entry as { readonly key?: unknown }
  return typeof key === 'string' && CREDENTIAL_HEADERS.has(key.toLowerCase())
}
