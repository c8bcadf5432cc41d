/** A service definition that cannot be used, or does not have what was named. */
export class DefinitionMistake extends Error {
  /** The option that it is a mistake of. */
  readonly option: 'protobufFile' | 'importPaths' | 'descriptorSet' | 'method'
  readonly hint: string | undefined
  /** The line of an inline text, from 1. */
  readonly line: number | undefined
  constructor(
    option: DefinitionMistake['option'],
    message: string,
    more: {
      readonly hint?: string | undefined
      readonly line?: number | undefined
      readonly cause?: unknown
    } = {}
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.option = option
    this.hint = more.hint
    this.line = more.line
  }
}
