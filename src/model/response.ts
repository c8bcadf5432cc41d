export interface Header {
  readonly key: string
  readonly value: string
}

/** What the system answered to a trigger: data for assertions, whatever its status. */
export interface Response {
  /** The HTTP status, the numeric gRPC code, or the exit code of a command. */
  readonly status?: number
  readonly statusText?: string
  readonly headers: readonly Header[]
  readonly body?: string
  /** gRPC only. */
  readonly trailers?: readonly Header[]
  /** gRPC only: every message of a streamed answer, as JSON text. */
  readonly messages?: readonly string[]
  /** Commands only: what it wrote to standard error. */
  readonly stderr?: string
}
