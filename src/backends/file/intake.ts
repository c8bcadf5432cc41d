import type { TraceId } from '../../model/ids.ts'
import type { Reach } from '../../model/joins.ts'
import type { TraceStore } from '../../otlp/trace-store.ts'
import type { FetchResult } from '../../plugin/trace-backend.ts'
import type { TextPiece } from './line-splitter.ts'
import type { FileListener, OpenFile } from './open-file.ts'
import { readDocument } from './take-document.ts'

const MOST_MESSAGES = 3

/** Puts the documents of files into a store. What is lost is noted: of its trace, or of every awaited one. */
export class Intake implements FileListener {
  readonly #store: TraceStore
  readonly #messages: string[] = []
  #losses = 0
  /** The first thing lost of which nobody knows what trace it was of. */
  #lossOfAny: string | undefined
  readonly #asked = new Set<TraceId>()

  constructor(store: TraceStore) {
    this.#store = store
  }

  onPiece({ line, bytes, damage }: TextPiece, file: OpenFile, isEnd: boolean): boolean {
    const { spans, losses } =
      damage === undefined ? readDocument(bytes, !isEnd) : { spans: [], losses: [{ reason: damage }] }
    if (isEnd && losses.length > 0) return false
    // Before the spans are announced: whoever looks at them then sees that some are missing.
    for (const { reason, traceId, linked } of losses)
      this.#lose(`line ${line} of ${file.path} cannot be read: ${reason}`, traceId, linked)
    this.#store.add(spans)
    return true
  }

  onRewrite(file: OpenFile): void {
    const reason = `${file.path} was emptied or written anew: what was added to it just before may be lost`
    this.#lose(reason, undefined)
  }

  /** Looks at a trace; `isFinished`: nothing more can come. */
  look(traceId: TraceId, isFinished: boolean, reach: Reach = 'alone'): FetchResult {
    this.#claim(traceId, reach)
    const trace = this.#store.fetch(traceId, reach)
    if (trace === undefined)
      return isFinished ? { status: 'found', spans: [], completeness: 'complete' } : { status: 'absent' }
    const { spans, truncated } = trace
    if (truncated !== undefined) return { status: 'found', spans, completeness: 'truncated', note: truncated }
    return { status: 'found', spans, completeness: isFinished ? 'complete' : 'unknown' }
  }

  subscribe(traceId: TraceId, onMore: () => void, reach: Reach = 'alone'): Disposable {
    this.#claim(traceId, reach)
    return this.#store.subscribe(traceId, onMore, reach)
  }

  /** What could not be read, to be appended to a sentence; empty if everything could. */
  complaints(): string {
    if (this.#losses === 0) return ''
    const others = this.#losses - this.#messages.length
    return `; ${this.#messages.join('; ')}${others > 0 ? `; ${others} more` : ''}`
  }

  /** A trace that was there before it was asked for may have had spans in what could not be read. */
  #claim(traceId: TraceId, reach: Reach): void {
    if (this.#asked.has(traceId)) return
    this.#asked.add(traceId)
    const loss = this.#lossOfAny
    if (loss !== undefined && this.#store.fetch(traceId, reach) !== undefined)
      this.#store.truncate(loss, traceId)
  }

  #lose(reason: string, traceId: TraceId | undefined, linked?: readonly TraceId[]): void {
    this.#store.truncate(reason, traceId, linked)
    if (traceId === undefined) this.#lossOfAny ??= reason
    this.#losses++
    if (this.#messages.length < MOST_MESSAGES) this.#messages.push(reason)
  }
}
