/** The call cannot be made as it is written. */
export class UnsendableCall extends Error {
  readonly hint: string | undefined
  constructor(message: string, hint?: string) {
    super(message)
    this.hint = hint
  }
}
