/** What `doctor` found out about one thing. */
export interface Finding {
  readonly topic: 'config' | 'environment' | 'store' | 'clock' | 'canary' | 'delays'
  readonly status: 'ok' | 'note' | 'problem'
  readonly text: string
  /** What it is made of, a line each. */
  readonly details?: readonly string[]
  /** What to do about it, or what to declare. */
  readonly fix?: string
}
