/** A filter, function or pattern that cannot do its work on what it was given: the check that holds it is undetermined. */
export class FilterError extends Error {
  override get name(): 'FilterError' {
    return 'FilterError'
  }
}
