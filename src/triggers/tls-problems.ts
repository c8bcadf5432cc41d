import { basename } from 'node:path'
import { readTls, TLS_FILES, type TlsOptions, UnusableTls } from '../http/tls-options.ts'
import type { ExamineContext, OptionProblem } from '../plugin/trigger.ts'

/** What keeps the files that `tls` names from being used. */
export async function tlsProblems(
  tls: TlsOptions | undefined,
  context: ExamineContext
): Promise<readonly OptionProblem[]> {
  if (tls === undefined) return []
  try {
    await readTls(tls, context)
    return []
  } catch (error) {
    if (!(error instanceof UnusableTls)) throw error
    const files = TLS_FILES.flatMap(path => {
      const file = fileAt(tls, path)
      return file ? [{ path, file }] : []
    })
    const message = files.reduce((text, { file }) => text.replaceAll(file, basename(file)), error.message)
    const path = files.find(({ file }) => error.message.includes(file))?.path ?? []
    return [{ path: ['tls', ...path], message, hint: error.hint }]
  }
}

function fileAt(tls: TlsOptions, path: readonly string[]): string | undefined {
  const at = path.reduce<unknown>(
    (node, key) => (node as Readonly<Record<string, unknown>> | undefined)?.[key],
    tls
  )
  return typeof at === 'string' ? at : undefined
}
