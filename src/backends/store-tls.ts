import { BackendError } from '../errors/errors.ts'
import type { TlsSettings } from '../http/client.ts'
import type { TlsOptions } from '../http/tls-options.ts'
import { readTls, UnusableTls } from '../http/tls-options.ts'
import type { PluginContext } from '../plugin/context.ts'

/** Reads the files that the `tls` of a store names. Rejects with `BackendError`. */
export async function readStoreTls(
  options: TlsOptions,
  context: PluginContext
): Promise<TlsSettings & { readonly verifies: boolean }> {
  try {
    return await readTls(options, context)
  } catch (error) {
    if (!(error instanceof UnusableTls)) throw error
    throw new BackendError({
      code: 'BACKEND_REJECTED',
      message: `\`tls\` of the data store: ${error.message}`,
      hint: error.hint,
      cause: error.cause
    })
  }
}
