/** What another program sent or saved cannot be read; whoever knows where it came from says what to do about it. */
export class DecodeError extends Error {
  /** What is wrong, without the place. */
  readonly problem: string
  /** Where: `byte 17`, or a path such as `$.resourceSpans[0]`. */
  readonly at: string

  constructor(problem: string, at: string) {
    super(`${problem} at ${at}`)
    this.problem = problem
    this.at = at
  }
  override get name(): string {
    return 'DecodeError'
  }
}
