/** Where in the repository an annotation stands; all of it may be unknown. */
export interface CommandProperties {
  readonly file?: string | undefined
  readonly line?: number | undefined
  readonly col?: number | undefined
  readonly title?: string | undefined
}

/** A line by which a step tells the runner of GitHub Actions something: `::error file=a.yaml,line=3::text`. */
export function renderCommand(
  name: 'error' | 'warning' | 'notice',
  properties: CommandProperties,
  message: string
): string {
  const written = Object.entries(properties).flatMap(([key, value]) =>
    value === undefined || value === '' ? [] : [`${key}=${escapeProperty(String(value))}`]
  )
  return `::${name}${written.length === 0 ? '' : ` ${written.join(',')}`}::${escapeMessage(message)}`
}

function escapeMessage(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
