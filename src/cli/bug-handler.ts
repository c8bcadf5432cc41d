/** What is done about a bug; handed in, since even that may go wrong. */
export interface BugHandling {
  /** Says what happened, at length. */
  report(error: unknown): Promise<unknown>
  /** Says it in plain words. */
  say(text: string): void
  end(): void
}

/** Handles what no one has awaited. A report that fails is no bug of its own: to handle that, too, would never end. */
export function createBugHandler({ report, say, end }: BugHandling): (error: unknown) => void {
  return error => {
    void report(error)
      .catch(cause => say(`error: ${String(error)}\n(and no more can be said of it: ${String(cause)})\n`))
      .then(end)
  }
}
