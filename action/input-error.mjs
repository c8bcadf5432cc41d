/** An input of the Action that cannot be used. */
export class InputError extends Error {
  constructor(input, message) {
    super(`${input}: ${message}`)
  }
}
