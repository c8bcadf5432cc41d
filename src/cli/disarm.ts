/**
 * Makes text harmless to the runner of GitHub Actions, which takes lines of a step's output as its commands: those that
 * begin with `::`, and `##[` anywhere. What the tested system says must not become one. Takes text piece by piece.
 */
export function createDisarmer(): (text: string) => string {
  /** What the line that is being written begins with, as far as it matters. */
  let begun = ''
  return text => {
    const whole = (begun + text)
      .replace(/((?:^|[\n\r])(?:[^\S\n\r]|\u0085)*:):/g, '$1 :')
      .replaceAll('##[', '## [')
    const disarmed = whole.slice(begun.length)
    const last = /[^\n\r]*$/.exec(whole)![0]
    begun = /^[\s\u0085]*:?$/.test(last) ? last : `.${last.slice(-2)}`
    return disarmed
  }
}

/** JSON that means the same and holds no `##[`. */
export function disarmJson(text: string): string {
  return text.replaceAll('##[', '#\\u0023[')
}
