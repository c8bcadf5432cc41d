/** A body: its text, or the file that holds it, as it was named. */
export type SketchedBody = { readonly text: string } | { readonly file: string }

export type SketchedAuth =
  | { readonly type: 'basic'; readonly username: string; readonly password: string }
  | { readonly type: 'bearer'; readonly token: string }

export interface SketchedHeader {
  readonly key: string
  readonly value: string
}

/** A request to make a test of. Its texts are those of a test file: `${NAME}` is a variable of the process. */
export interface SketchedRequest {
  readonly method: string
  readonly url: string
  readonly headers: readonly SketchedHeader[]
  readonly body?: SketchedBody
  readonly auth?: SketchedAuth
  readonly verifiesTls: boolean
  /** What of the command is not in the test, in words. */
  readonly leftOut: readonly string[]
}

/** A GET, as one who names nothing but a URL means it. */
export function requestOf(url: string): SketchedRequest {
  return { method: 'GET', url, headers: [], verifiesTls: true, leftOut: [] }
}
