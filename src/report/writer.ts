/** Takes text to wherever a report goes; what it throws, or rejects with, fails the report. */
export type Write = (text: string) => void | Promise<void>

/** Text on its way out. */
export interface Outlet {
  write(text: string): void
  /** Resolves once all that was written is out; rejects if any of it could not be written. */
  flush(): Promise<void>
}

/** Lets a reporter write where it may not wait. */
export function createOutlet(write: Write): Outlet {
  let written: Promise<unknown> = Promise.resolve()
  return {
    write(text: string): void {
      const writing = write(text)
      if (writing === undefined) return
      written = Promise.all([written, writing])
      // `flush` reports the failure; until then it must not count as unhandled.
      written.catch(() => {})
    },
    async flush(): Promise<void> {
      await written
    }
  }
}
