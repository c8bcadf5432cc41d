import type { TraceId } from '../model/ids.ts'
import { parseTraceId } from '../model/ids.ts'

/** Some id that is no trace's: every store knows that it has none, before it has any. */
export const NO_TRACE: TraceId = parseTraceId('7472616365727565')!
