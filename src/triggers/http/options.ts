import type { HttpAuth } from '../../http/auth.ts'
import type { Header } from '../../model/response.ts'
import type { FileText } from '../../plugin/trigger.ts'

/** What stands under `trigger.httpRequest`, with its templates resolved. */
export interface HttpOptions {
  readonly url: string
  readonly method?: string
  readonly headers?: readonly Header[]
  readonly body?: string | FileText
  readonly auth?: HttpAuth
  /** The older spelling of `auth`. */
  readonly authentication?: HttpAuth
  readonly sslVerification?: boolean
}
