export interface Header {
  readonly key: string
  readonly value: string
}

/** What the system answered to a trigger: data for assertions, whatever its status. */
export interface Response {
  /** The HTTP status, or the numeric gRPC code. */
  readonly status?: number
  readonly statusText?: string
  readonly headers: readonly Header[]
  readonly body?: string
  /** gRPC only. */
  readonly trailers?: readonly Header[]
  /** gRPC only: every message of a streamed answer, as JSON text. */
  readonly messages?: readonly string[]
}
