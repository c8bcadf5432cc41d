import type { FileText } from '../../plugin/trigger.ts'
import type { HttpTargetOptions } from '../http-options.ts'

/** What stands under `trigger.httpRequest`, with its templates resolved. */
export interface HttpOptions extends HttpTargetOptions {
  readonly method?: string
  readonly body?: string | FileText
}
