/** Takes text to wherever a report goes; what it throws, or rejects with, fails the report. */
export type Write = (text: string) => void | Promise<void>
