const MOST_MESSAGES = 5

/** What the receiver refused, for a diagnosis: each message once, with how often it came. */
export class RefusalLog {
  readonly #counts = new Map<string, number>()
  #others = 0

  add(message: string): void {
    const count = this.#counts.get(message)
    if (count !== undefined) this.#counts.set(message, count + 1)
    else if (this.#counts.size < MOST_MESSAGES) this.#counts.set(message, 1)
    else this.#others++
  }

  /** Ready to be appended to a sentence; empty if nothing was refused. */
  text(): string {
    if (this.#counts.size === 0) return ''
    const lines = Array.from(this.#counts, ([message, count]) =>
      count === 1 ? message : `${message} (${count} times)`
    )
    if (this.#others > 0) lines.push(`${this.#others} more`)
    return `; it refused: ${lines.join('; ')}`
  }
}
